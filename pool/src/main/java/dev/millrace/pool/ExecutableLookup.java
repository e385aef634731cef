package dev.millrace.pool;

/**
 * What {@link Executable#find} came to: a program, or the reason why there is none. It lets a caller say so once, in
 * words, before any work is loaded.
 */
public sealed interface ExecutableLookup permits Executable, ExecutableLookup.Missing {

    /** Why there is no program to run. */
    enum Reason {
        /** No file of this name was found; a shell would answer 127. */
        NOT_FOUND(127),

        /**
         * There is such a file, but it is a folder or lacks the permission to be executed; a shell would answer 126.
         */
        NOT_EXECUTABLE(126);

        private final int exitCode;

        Reason(int exitCode) {
            this.exitCode = exitCode;
        }

        /** The exit code with which a shell reports this. */
        public int exitCode() {
            return exitCode;
        }
    }

    /**
     * There is no program of that name.
     *
     * @param reason what is wrong
     * @param message one sentence for a person, naming the command; control characters in the name are escaped
     */
    record Missing(Reason reason, String message) implements ExecutableLookup {}
}
