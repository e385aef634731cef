/** The state machine. Knows nobody. */
@SuppressWarnings("module") // embedded is built later
module dev.millrace.core {
    requires static org.jspecify;

    exports dev.millrace.core to
            dev.millrace.embedded;
}
