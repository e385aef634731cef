package dev.millrace.cli;

import java.io.IOException;
import java.time.Duration;
import java.util.Locale;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarConsumer;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;
import org.jspecify.annotations.Nullable;

/**
 * Shows the progress on standard error: a bar on a terminal, else a plain line every few seconds. One thread looks at
 * the numbers now and then, so that items pay nothing for it.
 */
final class ProgressDisplay {
    private static final int BAR_INTERVAL_MS = 200;
    private static final Duration LINE_INTERVAL = Duration.ofSeconds(5);

    private final Progress progress;
    private final OutputRelay relay;
    private final boolean isBar;
    private final Thread thread;
    private @Nullable ProgressBar bar;

    private ProgressDisplay(Progress progress, OutputRelay relay, Console console) {
        this.progress = progress;
        this.relay = relay;
        this.isBar = console.isErrTerminal();
        this.thread = Thread.ofPlatform().daemon().name("millrace-each-progress").unstarted(this::run);
    }

    /** Begins to show it. */
    static ProgressDisplay start(Progress progress, OutputRelay relay, Console console) {
        ProgressDisplay display = new ProgressDisplay(progress, relay, console);
        display.thread.start();
        return display;
    }

    /** Ends it, and clears the bar. */
    void end() throws InterruptedException {
        thread.interrupt();
        thread.join();
    }

    private void run() {
        try {
            while (true) {
                Thread.sleep(isBar ? BAR_INTERVAL_MS : LINE_INTERVAL.toMillis());
                if (isBar) {
                    showBar();
                } else {
                    relay.say(line());
                }
            }
        } catch (InterruptedException closed) {
            if (bar != null) {
                bar.close();
            }
            relay.clearBar();
        }
    }

    private void showBar() {
        ProgressBar shown = bar;
        if (shown == null) {
            shown = new ProgressBarBuilder()
                    .setTaskName("each")
                    .setStyle(ProgressBarStyle.ASCII)
                    .setInitialMax(-1)
                    // It is asked to draw below, when the numbers are new.
                    .setUpdateIntervalMillis(Integer.MAX_VALUE)
                    .setConsumer(new RelayConsumer(relay))
                    .clearDisplayOnFinish()
                    .build();
            bar = shown;
        }
        shown.maxHint(progress.total());
        shown.stepTo(progress.finished());
        shown.setExtraMessage(String.format(
                Locale.ROOT,
                " %s%d running, %.0f/s",
                progress.failed.get() == 0 ? "" : progress.failed.get() + " failed, ",
                progress.running.get(),
                progress.perSecond()));
        shown.refresh();
    }

    private String line() {
        long total = progress.total();
        return String.format(
                Locale.ROOT,
                "%d%s done, %d failed, %d running, %.0f/s%s",
                progress.done.get(),
                total < 0 ? "" : (progress.isTotalExact() ? " of " : " of about ") + total,
                progress.failed.get(),
                progress.running.get(),
                progress.perSecond(),
                total < 0 || progress.finished() == 0 ? "" : ", " + timeLeft(total) + " left");
    }

    private String timeLeft(long total) {
        double seconds = (total - progress.finished()) / Math.max(1e-9, progress.perSecond());
        return Durations.shown(Duration.ofMillis((long) (seconds * 1_000)));
    }

    /** Draws where output is passed on, so that neither garbles the other. */
    private static final class RelayConsumer implements ProgressBarConsumer {
        private static final int WIDTH_DEFAULT = 80;

        private final OutputRelay relay;
        private final @Nullable Terminal terminal;

        /**
         * Asks the terminal for its width only. The library's own consumer would have JLine set the signals of the
         * terminal to what they do by default, and Ctrl-C would end this process.
         */
        RelayConsumer(OutputRelay relay) {
            this.relay = relay;
            Terminal found = null;
            try {
                found = TerminalBuilder.builder().system(true).nativeSignals(false).dumb(true).build();
            } catch (IOException | IllegalStateException none) {
                // Then the width is a guess.
            }
            terminal = found;
        }

        @Override
        public int getMaxRenderedLength() {
            int width = terminal == null ? 0 : terminal.getWidth();
            return (width > 0 ? width : WIDTH_DEFAULT) - 1;
        }

        @Override
        public void accept(String rendered) {
            relay.drawBar(rendered.replace("\r", ""));
        }

        @Override
        public void clear() {
            relay.clearBar();
        }

        @Override
        public void close() {
            relay.clearBar();
            try {
                if (terminal != null) {
                    terminal.close();
                }
            } catch (IOException notClosed) {
                // It was only looked at.
            }
        }
    }
}
