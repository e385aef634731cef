package dev.millrace.cli;

import dev.millrace.api.KeyMode;
import dev.millrace.api.Millrace;
import dev.millrace.api.Put;
import dev.millrace.api.Stored;
import dev.millrace.api.TaskQueue;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Stores tasks. */
@Command(
        name = "millrace put",
        header = "Stores tasks: one for each PAYLOAD, or for each line of standard input.",
        description = "Prints the id of each task once it is on the disk.",
        footer = {
            "",
            "Exit codes: 0 all are stored; 2 refused, nothing was stored; 3 stopped by an error: those whose ids were",
            "printed are stored."
        })
final class PutCommand extends EngineCommand {
    private static final int PAYLOAD_BYTES_MAX = 1 << 20;
    /** Puts whose answers are still out; with payloads of the largest size they stay below the engine's limit. */
    private static final int IN_FLIGHT_MAX = 32;

    @Parameters(index = "0", paramLabel = "QUEUE", description = "the queue's name")
    private String queue = "";

    @Parameters(index = "1..*", paramLabel = "PAYLOAD", description = "what to store, byte for byte")
    private List<Options.Raw> payloads = List.of();

    @Option(names = "--whole", description = "store standard input as one task")
    private boolean whole;

    @Option(names = "--json", description = "refuse what is not JSON; print an object for each task")
    private boolean json;

    @Option(names = "--delay", paramLabel = "TIME", description = "ready only after this time: 250ms, 10s, 5m, 2h, 1d")
    private Duration delay = Duration.ZERO;

    @Option(names = "--priority", paramLabel = "N", description = "0 is the most urgent (default: ${DEFAULT-VALUE})")
    private long priority = Put.PRIORITY_DEFAULT;

    @Option(
            names = "--max-attempts",
            paramLabel = "N",
            description = "buried after so many failures (default: 0, without limit)")
    private int maxAttempts;

    @Option(names = "--ttr", paramLabel = "TIME", description = "a take that lasts longer is over, and the task ready again")
    private Duration ttr = Duration.ZERO;

    @Option(names = "--ttl", paramLabel = "TIME", description = "gone after this time, unless it is taken or buried then")
    private Duration ttl = Duration.ZERO;

    @Option(names = "--key", paramLabel = "KEY", description = "only one task of this key lives in the queue")
    private @Nullable String key;

    @Option(
            names = "--key-mode",
            paramLabel = "MODE",
            description = "if one does: keep it, replace it, or rerun, once more after it (default: ${DEFAULT-VALUE})")
    private KeyMode keyMode = KeyMode.KEEP;

    @Option(names = "--group", paramLabel = "NAME", description = "of a group only --group-limit tasks are taken at once")
    private @Nullable String group;

    @Option(names = "--group-limit", paramLabel = "N", description = "how many (default: ${DEFAULT-VALUE})")
    private int groupLimit = 1;

    private final Queue<CompletableFuture<Stored>> inFlight = new ArrayDeque<>();

    PutCommand(Console console) {
        super(console);
    }

    @Override
    public Integer call() throws IOException {
        requireQueue(queue);
        Put options = options();
        if (whole && !payloads.isEmpty()) {
            throw RefusedException.usage("--whole stores standard input; leave out either it or the payloads");
        }
        for (int index = 0; index < payloads.size(); index++) {
            requireGood(payloads.get(index).bytes(), "payload " + (index + 1));
        }
        byte[] content = whole ? readWhole() : null;
        try (Millrace mill = open()) {
            TaskQueue<byte[]> tasks = mill.queue(queue);
            if (content != null) {
                put(tasks, content, options);
            } else if (payloads.isEmpty()) {
                putLines(tasks, options);
            } else {
                for (Options.Raw payload : payloads) {
                    put(tasks, payload.bytes(), options);
                }
            }
            printAnswers(0);
        }
        return ExitCode.OK;
    }

    private Put options() {
        Put options = Put.delay(delay)
                .withPriority(priority)
                .withMaxAttempts(maxAttempts)
                .withTtr(ttr)
                .withTtl(ttl);
        if (key == null && keyMode != KeyMode.KEEP) {
            throw RefusedException.usage("--key-mode without --key; name the key, too");
        }
        Put keyed = key == null ? options : options.withKey(key, keyMode);
        return group == null ? keyed : keyed.withGroup(group, groupLimit);
    }

    private byte[] readWhole() throws IOException {
        byte[] content = console.in().readNBytes(PAYLOAD_BYTES_MAX + 1);
        requireGood(content, "standard input");
        return content;
    }

    /** What was read before a line that is refused has been stored, and its ids are printed. */
    private void putLines(TaskQueue<byte[]> tasks, Put options) throws IOException {
        ItemReader lines = new ItemReader(console.in(), (byte) '\n', PAYLOAD_BYTES_MAX);
        lines.beforeRead(() -> printAnswers(0));
        for (Item line = lines.next(); line != null; line = lines.next()) {
            String problem = line.problem() != null ? line.problem() : json ? Json.problem(line.bytes()) : null;
            if (problem != null) {
                printAnswers(0);
                throw RefusedException.usage("line " + line.line() + " of standard input is refused: " + problem
                        + "; the lines before it are stored");
            }
            put(tasks, line.bytes(), options);
        }
    }

    private void requireGood(byte[] payload, String what) {
        if (payload.length > PAYLOAD_BYTES_MAX) {
            throw RefusedException.usage(what + " is longer than payloadBytesMax=" + PAYLOAD_BYTES_MAX
                    + "; store it elsewhere, and put its name");
        }
        String problem = json ? Json.problem(payload) : null;
        if (problem != null) {
            throw RefusedException.usage(what + " is not JSON: " + problem);
        }
    }

    private void put(TaskQueue<byte[]> tasks, byte[] payload, Put options) throws IOException {
        inFlight.add(tasks.async().put(payload, options).toCompletableFuture());
        printAnswers(IN_FLIGHT_MAX);
    }

    /** Prints the oldest answers until no more than so many are out. */
    private void printAnswers(int left) throws IOException {
        while (inFlight.size() > left) {
            @Nullable CompletableFuture<Stored> oldest = inFlight.poll();
            Stored stored;
            try {
                stored = java.util.Objects.requireNonNull(oldest).join();
            } catch (CompletionException failed) {
                throw failed.getCause() instanceof RuntimeException cause ? cause : failed;
            }
            console.out().write(json ? describe(stored) : plain(stored));
        }
    }

    private static byte[] plain(Stored stored) {
        return (stored.id().number() + "\n").getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] describe(Stored stored) {
        return Json.line(json -> {
            json.writeStringProperty("id", Long.toString(stored.id().number()));
            json.writeStringProperty("queue", stored.id().queue());
            json.writeStringProperty("state", String.valueOf(stored.state()).toLowerCase(java.util.Locale.ROOT));
            if (stored.due() != null) {
                json.writeStringProperty("due", stored.due().toString());
            }
        });
    }
}
