/** Worker processes: many short external commands, run side by side without leaving one behind. */
@org.jspecify.annotations.NullMarked
@SuppressWarnings("module") // The command line, to which alone this is exported, is compiled after it.
module dev.millrace.pool {
    requires static org.jspecify;

    exports dev.millrace.pool to
            dev.millrace.cli;
}
