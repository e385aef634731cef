package dev.millrace.cli;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.function.IntConsumer;
import org.jline.utils.Signals;
import org.jspecify.annotations.Nullable;

/**
 * What a command has of the world besides files: its three streams, whether a person looks at them, and signals. Tests
 * hand in their own.
 *
 * @param in standard input, unbuffered
 * @param out standard output; unbuffered, since what was passed on must be out before an item counts as done. Unlike
 *     {@link System#out} it says when its reader has gone
 * @param err standard error
 * @param isOutTerminal whether output goes to a terminal
 * @param isErrTerminal whether standard error does
 * @param isColoured whether output may have colours: it goes to a terminal that has some, and nobody asked for none
 * @param signals calls its argument with the exit code for each SIGINT, SIGTERM or SIGHUP
 */
record Console(
        InputStream in,
        OutputStream out,
        PrintStream err,
        boolean isOutTerminal,
        boolean isErrTerminal,
        boolean isColoured,
        SignalSource signals) {
    /** Set by the launcher, since Java cannot ask about standard error: those of the descriptors 1 and 2 that are. */
    private static final String TERMINALS = System.getProperty("millrace.terminals", "");

    /** Where signals come from. */
    @FunctionalInterface
    interface SignalSource {
        /** From now on signals go to the handler instead of ending the process. */
        void onSignal(IntConsumer handler);
    }

    static Console system() {
        return new Console(
                new FileInputStream(FileDescriptor.in),
                new FileOutputStream(FileDescriptor.out),
                new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8),
                TERMINALS.contains("1"),
                TERMINALS.contains("2"),
                TERMINALS.contains("1") && wantsColours(System.getenv("NO_COLOR"), System.getenv("TERM")),
                Console::handleSignals);
    }

    /**
     * Whether a terminal is to be given colours; the launcher asks the same for its pages of help.
     *
     * @param noColor the environment variable of that name, by which users ask for none (no-color.org)
     * @param term the terminal's kind; one that has no name cannot be relied on
     */
    static boolean wantsColours(@Nullable String noColor, @Nullable String term) {
        boolean isKnown = term != null && !term.isEmpty() && !term.equals("dumb");
        return isKnown && (noColor == null || noColor.isEmpty());
    }

    /**
     * A signal that was ignored when the process began, as SIGHUP is under nohup, stays ignored: the JVM sees to it.
     */
    private static void handleSignals(IntConsumer handler) {
        Signals.register("INT", () -> handler.accept(ExitCode.INTERRUPTED));
        Signals.register("TERM", () -> handler.accept(ExitCode.TERMINATED));
        Signals.register("HUP", () -> handler.accept(ExitCode.HANGUP));
    }

    /** One sentence for the user. */
    void say(String sentence) {
        err.print("millrace: " + sentence + "\n");
        err.flush();
    }

    /** For commands that print many small pieces; to be flushed. */
    OutputStream bufferedOut() {
        return new BufferedOutputStream(out, 64 << 10);
    }

    /** Whether this failure of {@link #out} only means that nobody reads any more, as behind {@code | head}. */
    static boolean isReaderGone(IOException failure) {
        return String.valueOf(failure.getMessage()).contains("Broken pipe");
    }
}
