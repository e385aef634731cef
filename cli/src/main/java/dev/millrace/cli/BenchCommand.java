package dev.millrace.cli;

import dev.millrace.api.Millrace;
import dev.millrace.api.OpenOptions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Measures an engine where it would be used. */
@Command(
        name = "millrace bench",
        header = "Measures puts, takes and acknowledgements on this machine and its disk.",
        description = {
            "",
            "First one after another, each waiting for its answer: how long each takes. Then many under way at once,",
            "each a put, then a take, then an ack: how many a second, in rounds. It uses a new folder in the working",
            "folder, and removes it afterwards; so name the disk that is to be measured by where you call it.",
            "",
            "A server is measured over the network, in a queue of its own, which is empty afterwards.",
            ""
        },
        footer = {
            "",
            "The JVM of the command line is one that starts quickly; a server that runs for long is faster.",
            "",
            "Exit codes: 0; 2 refused, nothing was changed; 3 stopped by an error; 130, 143, 129 stopped by Ctrl-C,",
            "SIGTERM, SIGHUP, cleaned up all the same."
        })
final class BenchCommand implements Callable<Integer> {
    private static final int COUNT_MAX = 1_000_000;
    private static final int PAYLOAD_BYTES_MAX = 1 << 20;
    private static final int WINDOW_MAX = 10_000;
    /** What may wait for the engine at once; half of what it lets wait by default. */
    private static final long WINDOW_BYTES_MAX = 32 << 20;

    private static final Duration SECONDS_MAX = Duration.ofHours(1);
    private static final String QUEUE = "bench";
    private static final String DURABILITY_DEFAULT = "sync";

    private final Console console;

    @Option(
            names = "--at",
            paramLabel = "ENGINE",
            description = {
                "memory:, or embedded:<folder>, which must be empty or missing, or millrace://host:port (default: a new folder",
                "here)"
            })
    private @Nullable String at;

    @Option(names = "--count", paramLabel = "N", description = "at most N of each (default: ${DEFAULT-VALUE})")
    private int count = 20_000;

    @Option(names = "--seconds", paramLabel = "TIME", description = "at most so long in all (default: 15s)")
    private Duration seconds = Duration.ofSeconds(15);

    @Option(names = "--payload-bytes", paramLabel = "N", description = "length of a payload (default: ${DEFAULT-VALUE})")
    private int payloadBytes = 200;

    @Option(
            names = "--durability",
            paramLabel = "WHAT",
            description = "sync: fsynced before the answer; written: survives kill -9; none (default: sync; of a server: its own)")
    private @Nullable String durability;

    @Option(names = "--window", paramLabel = "N", description = "how many are under way at once (default: ${DEFAULT-VALUE})")
    private int window = 256;

    @Option(names = "--json", description = "print an object for each measurement")
    private boolean json;

    @Option(names = {"-h", "--help"}, usageHelp = true, description = "show this help")
    private boolean help;

    BenchCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        Options.requireWithin("--count", count, 1, COUNT_MAX);
        Options.requireWithin("--payload-bytes", payloadBytes, 0, PAYLOAD_BYTES_MAX);
        Options.requireWithin("--window", window, 1, WINDOW_MAX);
        if ((long) window * payloadBytes > WINDOW_BYTES_MAX) {
            throw RefusedException.usage("--window=" + window + " × --payload-bytes=" + payloadBytes + " > windowBytesMax="
                    + WINDOW_BYTES_MAX + "; lower one of them");
        }
        if (seconds.isZero() || seconds.compareTo(SECONDS_MAX) > 0) {
            throw RefusedException.usage("--seconds is outside 1ms … 1h");
        }
        if (at != null && EngineUri.requireKnown(at).startsWith(EngineUri.SERVER)) {
            return measureServer(at);
        }
        OpenOptions options =
                OpenOptions.defaults().withDurability(Options.durability(durability == null ? DURABILITY_DEFAULT : durability));
        if (EngineUri.MEMORY.equals(at)) {
            return measure(EngineUri.MEMORY, QUEUE, options);
        }
        return measureIn(at == null ? null : folder(at), options);
    }

    /** In a queue that nobody else has; a server forgets it once it is empty. */
    private int measureServer(String uri) throws IOException, InterruptedException {
        if (durability != null) {
            throw RefusedException.usage("--durability=" + durability + " is for a server to say; leave it out");
        }
        return measure(EngineUri.withPlainPuts(uri), "%s-%016x".formatted(QUEUE, new SecureRandom().nextLong()), OpenOptions.defaults());
    }

    private static Path folder(String uri) throws IOException {
        if (!uri.startsWith(EngineUri.EMBEDDED) || uri.length() == EngineUri.EMBEDDED.length()) {
            throw RefusedException.usage(
                    "--at=" + uri + " cannot be measured; use memory:, embedded:<folder> or millrace://host:port");
        }
        Path folder = Path.of(uri.substring(EngineUri.EMBEDDED.length()));
        if (Files.exists(folder) && !Files.isDirectory(folder)) {
            throw RefusedException.usage(folder + " is a file, not a folder; name an empty or a new one");
        }
        if (Files.exists(folder)) {
            try (Stream<Path> entries = Files.list(folder)) {
                if (entries.findAny().isPresent()) {
                    throw RefusedException.usage("the folder " + folder + " is not empty, and is left alone; name another");
                }
            }
        }
        return folder;
    }

    /** Leaves the folder as it was: missing, or empty. */
    private int measureIn(@Nullable Path named, OpenOptions options) throws IOException, InterruptedException {
        boolean wasThere = named != null && Files.exists(named);
        Path folder = named != null ? named : newFolder();
        try {
            return measure(EngineUri.EMBEDDED + folder, QUEUE, options);
        } finally {
            JobFolder.deleteTree(folder);
            if (wasThere) {
                Files.createDirectory(folder);
            }
        }
    }

    private static Path newFolder() {
        try {
            return Files.createTempDirectory(Path.of(""), "millrace-bench-");
        } catch (IOException failure) {
            throw RefusedException.usage("no folder can be made here (" + Failures.told(failure) + "); name one with --at");
        }
    }

    private int measure(String uri, String name, OpenOptions options) throws IOException, InterruptedException {
        int[] signal = new int[1];
        AtomicBoolean stopped = new AtomicBoolean();
        console.signals().onSignal(exitCode -> {
            signal[0] = exitCode;
            stopped.set(true);
        });
        List<Bench.Measurement> measurements;
        try (Millrace mill = Failures.opening(() -> Millrace.open(uri, options))) {
            Bench bench = new Bench(mill.queue(name), new byte[payloadBytes], count, window, seconds, stopped::get);
            measurements = bench.run();
        }
        print(measurements);
        return stopped.get() ? signal[0] : ExitCode.OK;
    }

    private void print(List<Bench.Measurement> measurements) throws IOException {
        if (json) {
            for (Bench.Measurement one : measurements) {
                Json.print(console.out(), object -> {
                    object.writeStringProperty("what", one.what());
                    object.writeNumberProperty("count", one.count());
                    object.writeNumberProperty("perSecond", one.perSecond());
                    object.writeNumberProperty("perSecondLowest", one.perSecondLowest());
                    object.writeNumberProperty("perSecondHighest", one.perSecondHighest());
                    object.writeNumberProperty("p50Micros", one.micros(50));
                    object.writeNumberProperty("p99Micros", one.micros(99));
                    object.writeNumberProperty("maxMicros", one.micros(100));
                });
            }
            return;
        }
        Table table = new Table("WHAT", "COUNT", "A SECOND", "LOWEST", "HIGHEST", "P50 µs", "P99 µs", "MAX µs");
        for (Bench.Measurement one : measurements) {
            table.add(
                    one.what(),
                    Integer.toString(one.count()),
                    Long.toString(one.perSecond()),
                    Long.toString(one.perSecondLowest()),
                    Long.toString(one.perSecondHighest()),
                    Long.toString(one.micros(50)),
                    Long.toString(one.micros(99)),
                    Long.toString(one.micros(100)));
        }
        boolean isServer = at != null && at.startsWith(EngineUri.SERVER);
        String where = isServer ? "over the network" : "durability " + (durability == null ? DURABILITY_DEFAULT : durability);
        String heading = where + ", payloads of " + payloadBytes + " bytes; a second: median, lowest and"
                + " highest of the rounds; cycle: put, take, ack, " + window + " under way\n";
        console.out().write((heading + table).getBytes(StandardCharsets.UTF_8));
    }
}
