package dev.millrace.pool;

import java.nio.file.FileSystems;
import java.nio.file.Path;

/** What a command reads on its standard input. */
public sealed interface ProcessInput {

    /** At its end at once: {@code /dev/null}. */
    record Empty() implements ProcessInput {}

    /**
     * The content of a file, opened for reading when the command starts. The path is taken from the working folder.
     *
     * @param path a file that can be read; opening a named pipe waits for a writer, within the time limit
     */
    record FromFile(Path path) implements ProcessInput {
        /** @throws IllegalArgumentException if the path does not belong to the default file system */
        public FromFile {
            if (path.getFileSystem() != FileSystems.getDefault()) {
                throw new IllegalArgumentException(
                        "path=" + path + " is not in the default file system; copy it there, or give the bytes");
            }
        }
    }

    /**
     * These bytes, from a scratch file.
     *
     * @param content not copied: not to be changed until the run is over
     */
    record FromBytes(byte[] content) implements ProcessInput {}
}
