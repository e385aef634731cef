package dev.millrace.cli;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** Shows samples on a terminal and follows the keys, until one of them or a signal ends it. */
final class TopScreen {
    /** How soon a new sample, a new size and a signal are seen while nobody presses a key. */
    private static final long KEY_WAIT_MS = 100;

    private static final int GOING_ON = -1;

    private final TopTerminal terminal;
    private final TopView view;
    private final TopSampler sampler;
    private final AtomicInteger exitCode = new AtomicInteger(GOING_ON);

    TopScreen(TopTerminal terminal, TopView view, TopSampler sampler) {
        this.terminal = terminal;
        this.view = view;
        this.sampler = sampler;
    }

    /** Ends it with an exit code; any thread. */
    void stop(int code) {
        exitCode.compareAndSet(GOING_ON, code);
    }

    /** Runs until it is stopped; the exit code. */
    int run() throws IOException {
        while (exitCode.get() == GOING_ON) {
            sampler.poll(view);
            List<TopLine> lines = view.lines(terminal.columns(), terminal.rows());
            terminal.show(lines);
            TopKey key = terminal.readKey(KEY_WAIT_MS);
            if (key.kind() == TopKey.Kind.GONE) {
                stop(ExitCode.HANGUP);
            } else if (!view.key(key)) {
                stop(ExitCode.OK);
            }
        }
        return exitCode.get();
    }
}
