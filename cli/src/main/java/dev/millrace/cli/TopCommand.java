package dev.millrace.cli;

import dev.millrace.api.Millrace;
import dev.millrace.api.QueueStats;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.core.JsonGenerator;

/** Shows queues while they change. */
@Command(
        name = "millrace top",
        header = "Shows all queues, their tasks by state and what happens in them, again and again.",
        description = {
            "",
            "On a terminal it has keys: q quits, ? tells the others, which scroll, sort and filter. Anywhere else it prints",
            "a table each time, or, with --json, an object for each queue. Rates are a second, since the sample before.",
            "",
            "It is of use on a server, --at millrace://host:port: a folder has one owner, and while top has it, nothing changes.",
            ""
        },
        footer = {
            "",
            "Exit codes: 0 after q or --once; 2 refused; 3 stopped by an error; 130, 143, 129 stopped by Ctrl-C, SIGTERM,",
            "SIGHUP; 141 nobody reads the output."
        })
final class TopCommand extends EngineCommand {
    private static final Duration INTERVAL_LEAST = Duration.ofMillis(100);
    private static final Duration INTERVAL_MOST = Duration.ofHours(1);
    private static final int GOING_ON = -1;

    @Option(names = "--interval", paramLabel = "TIME", description = "the time between two samples, 100ms to 1h (default: 1s)")
    private Duration interval = Duration.ofSeconds(1);

    @Option(
            names = "--sort",
            paramLabel = "COLUMN",
            description = "queue, ready, delayed, taken, buried, waiting, age, put, take, ack or fail (default: ready)")
    private String sort = "ready";

    @Option(names = "--filter", paramLabel = "TEXT", description = "only queues whose names contain it")
    private String filter = "";

    @Option(names = "--once", description = "print one table, after one interval, and end")
    private boolean once;

    @Option(names = "--json", description = "print an object for each queue, each time")
    private boolean json;

    TopCommand(Console console) {
        super(console);
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (interval.compareTo(INTERVAL_LEAST) < 0 || interval.compareTo(INTERVAL_MOST) > 0) {
            throw RefusedException.usage("--interval is outside 100ms … 1h");
        }
        TopView view = new TopView(engineShown(), ZoneId.systemDefault(), column(), filter);
        try (Millrace mill = openExisting()) {
            boolean isScreen = console.isOutTerminal() && !once && !json;
            SystemTerminal terminal = isScreen ? SystemTerminal.open(console.isColoured()) : null;
            return terminal == null ? print(mill::queues, view) : show(mill::queues, view, terminal);
        }
    }

    private TopColumn column() {
        for (TopColumn column : TopColumn.values()) {
            if (column.name().toLowerCase(Locale.ROOT).equals(sort)) {
                return column;
            }
        }
        throw RefusedException.usage("--sort='" + sort + "' is no column; use queue, ready, delayed, taken, buried, waiting, age,"
                + " put, take, ack or fail");
    }

    private int show(Supplier<List<QueueStats>> queues, TopView view, TopTerminal terminal) throws IOException {
        try (terminal;
                TopSampler sampler = TopSampler.start(queues, interval)) {
            TopScreen screen = new TopScreen(terminal, view, sampler);
            console.signals().onSignal(screen::stop);
            return screen.run();
        }
    }

    // --- Without a screen

    /** Prints a table for each sample but the first, which has no rates. */
    private int print(Supplier<List<QueueStats>> queues, TopView view) throws IOException, InterruptedException {
        CountDownLatch stopped = new CountDownLatch(1);
        AtomicInteger exitCode = new AtomicInteger(GOING_ON);
        console.signals().onSignal(code -> {
            exitCode.compareAndSet(GOING_ON, code);
            stopped.countDown();
        });
        view.sample(TopSampler.sample(queues));
        while (true) {
            if (stopped.await(interval.toNanos(), TimeUnit.NANOSECONDS)) {
                return exitCode.get();
            }
            TopSample sample = TopSampler.sample(queues);
            view.sample(sample);
            print(sample, view.rows());
            if (once) {
                return ExitCode.OK;
            }
        }
    }

    private void print(TopSample sample, List<TopRow> rows) throws IOException {
        OutputStream out = console.bufferedOut();
        if (json) {
            for (TopRow row : rows) {
                Json.print(out, object -> describe(object, sample, row));
            }
        } else {
            List<String> lines = new ArrayList<>();
            TopTable table = TopTable.of(rows);
            lines.add(table.heading());
            rows.forEach(row -> lines.add(table.line(row)));
            if (!once) {
                lines.add("");
            }
            out.write((String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8));
        }
        out.flush();
    }

    private static void describe(JsonGenerator json, TopSample sample, TopRow row) {
        QueueStats stats = row.stats();
        json.writeStringProperty("time", sample.at().toString());
        json.writeStringProperty("queue", stats.queue());
        json.writeNumberProperty("ready", stats.ready());
        json.writeNumberProperty("delayed", stats.delayed());
        json.writeNumberProperty("taken", stats.taken());
        json.writeNumberProperty("buried", stats.buried());
        json.writeNumberProperty("waiting", stats.waiting());
        json.writeNumberProperty("ageMs", stats.ageMs());
        json.writeBooleanProperty("paused", stats.paused());
        json.writeNumberProperty("putPerSecond", rounded(row.puts()));
        json.writeNumberProperty("takePerSecond", rounded(row.takes()));
        json.writeNumberProperty("ackPerSecond", rounded(row.acks()));
        json.writeNumberProperty("failPerSecond", rounded(row.failures()));
    }

    private static double rounded(double rate) {
        return Math.round(rate * 1_000) / 1_000.0;
    }
}
