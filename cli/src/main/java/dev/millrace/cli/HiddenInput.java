package dev.millrace.cli;

import java.io.IOException;

/**
 * Keeps a terminal from showing what is typed, for as long as it is open. Where standard input is no terminal it does
 * nothing.
 */
final class HiddenInput implements AutoCloseable {
    private final boolean isTerminal;
    /** Shows it again also when the process is interrupted. */
    private final Thread atExit = new Thread(() -> stty("echo"));

    private HiddenInput(boolean isTerminal) {
        this.isTerminal = isTerminal;
    }

    static HiddenInput begin() {
        HiddenInput hidden = new HiddenInput(stty("-echo"));
        if (hidden.isTerminal) {
            Runtime.getRuntime().addShutdownHook(hidden.atExit);
        }
        return hidden;
    }

    boolean isTerminal() {
        return isTerminal;
    }

    @Override
    public void close() {
        if (isTerminal) {
            stty("echo");
            Runtime.getRuntime().removeShutdownHook(atExit);
        }
    }

    /** {@link System#console} would want standard output to be a terminal, too. */
    private static boolean stty(String mode) {
        try {
            return new ProcessBuilder("stty", mode)
                            .redirectInput(ProcessBuilder.Redirect.INHERIT)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .redirectError(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException noSuchProgram) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
