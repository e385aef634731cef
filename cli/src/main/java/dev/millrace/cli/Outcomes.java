package dev.millrace.cli;

import dev.millrace.api.Task;
import dev.millrace.pool.ProcessResult;
import java.io.IOException;

/**
 * Where goes what came of an item that is not tried again, before the item leaves the queue. Safe for use by several
 * threads.
 */
interface Outcomes {
    /**
     * A command was run.
     *
     * @param exitCode 0 if it succeeded, 124 after its time limit
     * @return whether it has gone where it should; else the item is given back
     */
    boolean ran(Task<byte[]> task, NumberedItem item, int exitCode, ProcessResult result) throws IOException;

    /** As {@link #ran}, for an item that no command can be given. */
    boolean unusable(NumberedItem item, String problem) throws IOException;
}
