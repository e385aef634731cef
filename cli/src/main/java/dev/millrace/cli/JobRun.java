package dev.millrace.cli;

import dev.millrace.api.Millrace;
import dev.millrace.api.Put;
import dev.millrace.api.QueueStats;
import dev.millrace.api.TaskQueue;
import java.nio.charset.StandardCharsets;

/**
 * That a job on a server has begun and is not complete, as the machines see it that joined: a task in a queue of its
 * own, which nobody takes. It is there from before the first item until all have come to their end, however often the
 * call that has the input is killed in between. A call that stops before the end leaves it, since the same command line
 * goes on.
 */
final class JobRun {
    private static final String SUFFIX = ".run";
    private static final String KEY = "run";

    private final TaskQueue<byte[]> queue;

    JobRun(Millrace mill, String name) {
        this.queue = mill.queue(name + SUFFIX);
    }

    /** Where it is told, for a person. */
    String place() {
        return queue.name();
    }

    /** Items may come from now on. Nothing changes if they might before. */
    void begin() {
        queue.put("the job has items that are not done".getBytes(StandardCharsets.UTF_8), Put.key(KEY));
    }

    /** Whether the server remembers that. */
    boolean isGoingOn() {
        return queue.stats().total() > 0;
    }

    /** All items have come to their end, or are forgotten. */
    void complete() {
        queue.purge();
    }

    /** For one who joined; to be asked for the first time before any item is. */
    Watch watch() {
        return new Watch(queue);
    }

    /** What one who joined has seen of it. Used by one thread. */
    static final class Watch {
        private final TaskQueue<byte[]> queue;
        private boolean hasSeen;
        private long putCountBefore = Long.MAX_VALUE;

        private Watch(TaskQueue<byte[]> queue) {
            this.queue = queue;
        }

        /** Whether a run that went on at some time since the first call is complete, and no other has begun. */
        boolean isOver() {
            QueueStats stats = queue.stats();
            return isOver(stats.total() > 0, stats.putCount());
        }

        /**
         * A run may begin and end between two calls; then more was put. That count may fall, when the server starts
         * anew.
         */
        private boolean isOver(boolean isGoingOn, long putCount) {
            hasSeen |= isGoingOn || putCount > putCountBefore;
            putCountBefore = putCount;
            return hasSeen && !isGoingOn;
        }
    }
}
