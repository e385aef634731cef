package dev.millrace.cli;

import dev.millrace.api.Limits;
import dev.millrace.api.OpenOptions;
import dev.millrace.server.LoginLimits;
import dev.millrace.server.ServerLimits;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The settings of a server: the one list by which the file, the environment and the options of the command line are
 * read, and which docs/SERVER.md shows. Users are not among them, since they have names of their own; they are in the
 * file alone.
 */
enum Setting {
    LISTEN("listen", "127.0.0.1:7411", Effect.RESTART, "address and port; port 0 is any that is free"),
    FOLDER("folder", "data", Effect.RESTART, "where tasks are stored; made if it is missing"),
    MEMORY("memory", false, Effect.RESTART, "store nothing: tasks live as long as the server"),
    DURABILITY(
            "durability",
            List.of("sync", "written", "none"),
            Effect.RESTART,
            "sync: fsynced before the answer; written: survives kill -9; none"),
    INSECURE("insecure", false, Effect.RESTART, "let others than this machine connect without users or TLS (G11)"),
    TRANSPORT(
            "transport",
            List.of("auto", "epoll", "io_uring", "nio"),
            Effect.RESTART,
            "how sockets are read and written; auto: epoll where it works, else nio"),
    LOG_LEVEL("log.level", List.of("info", "debug", "warning", "error"), Effect.RELOAD, "the least that is logged"),
    LOG_FORMAT("log.format", List.of("text", "json"), Effect.RELOAD, "lines for people, or an object each"),

    TLS_CERTIFICATE("tls.certificate", "", Effect.NEW_CONNECTIONS, "PEM file of the server's certificate and its chain"),
    TLS_KEY("tls.key", "", Effect.NEW_CONNECTIONS, "PEM file of its private key, PKCS #8 and not encrypted"),
    TLS_CLIENT_AUTHORITY("tls.clientAuthority", "", Effect.NEW_CONNECTIONS, "PEM file of those who vouch for clients"),
    TLS_CLIENTS(
            "tls.clients",
            List.of("none", "optional", "required"),
            Effect.NEW_CONNECTIONS,
            "whether clients show a certificate"),

    CONNECTIONS_MAX(
            "limits.connectionsMax", ServerLimits.defaults().connectionsMax(), 1, 1_000_000, Effect.RELOAD, "open connections"),
    COMMAND_BYTES_MAX(
            "limits.commandBytesMax",
            ServerLimits.defaults().commandBytesMax(),
            1 << 10,
            1 << 30,
            Effect.RELOAD,
            "bytes of one command on the wire"),
    HELD_BYTES_MAX(
            "limits.heldBytesMax",
            ServerLimits.defaults().heldBytesMax(),
            1 << 10,
            1 << 30,
            Effect.RELOAD,
            "bytes of commands sent ahead while a take waits"),
    UNSENT_BYTES_MAX(
            "limits.unsentBytesMax",
            ServerLimits.defaults().unsentBytesMax(),
            1 << 10,
            1 << 30,
            Effect.RELOAD,
            "bytes of answers not read past which a connection is not read"),
    UNSENT_BYTES_END(
            "limits.unsentBytesEnd",
            ServerLimits.defaults().unsentBytesEnd(),
            1 << 10,
            1 << 30,
            Effect.RELOAD,
            "and past which it is closed; at least unsentBytesMax"),
    CLIENT_BYTES_MAX(
            "limits.clientBytesMax",
            ServerLimits.defaults().clientBytesMax(),
            1 << 20,
            1L << 40,
            Effect.RELOAD,
            "bytes of commands and answers of all connections; then the one with most is closed"),
    TAGS_MAX(
            "limits.tagsMax",
            ServerLimits.defaults().tagsMax(),
            1,
            1_000_000,
            Effect.NEW_CONNECTIONS,
            "tagged takes and consumptions of a connection"),
    STALLED_MS(
            "limits.stalledMs",
            ServerLimits.defaults().stalledMs(),
            10,
            3_600_000,
            Effect.RELOAD,
            "after which a connection is closed whose client reads nothing"),
    CONFIRM_WITHIN_MS(
            "limits.confirmWithinMs",
            ServerLimits.defaults().confirmWithinMs(),
            5_000,
            3_600_000,
            Effect.RELOAD,
            "after which at the latest a connection is closed whose client's system confirms nothing; not with nio"),
    GRACE_MS_MAX(
            "limits.graceMsMax",
            ServerLimits.defaults().graceMsMax(),
            0,
            3_600_000,
            Effect.RELOAD,
            "for how long a session may ask to outlive its connection"),
    DETACHED_MAX(
            "limits.detachedMax",
            ServerLimits.defaults().detachedMax(),
            0,
            1_000_000,
            Effect.RESTART,
            "sessions without a connection"),
    DRAIN_MS(
            "limits.drainMs",
            ServerLimits.defaults().drainMs(),
            0,
            3_600_000,
            Effect.RELOAD,
            "how long the end waits for verdicts on tasks that clients hold"),

    CHECKS_MAX("logins.checksMax", LoginLimits.defaults().checksMax(), 1, 100_000, Effect.RELOAD, "passwords being checked"),
    CHECKS_PER_ADDRESS_MAX(
            "logins.checksPerAddressMax",
            LoginLimits.defaults().checksPerAddressMax(),
            1,
            100_000,
            Effect.RELOAD,
            "passwords of one address under way; at most checksMax"),
    PAUSE_FIRST_MS(
            "logins.pauseFirstMs", LoginLimits.defaults().pauseFirstMs(), 0, 60_000, Effect.RELOAD, "pause after a failure"),
    PAUSE_MAX_MS(
            "logins.pauseMaxMs",
            LoginLimits.defaults().pauseMaxMs(),
            0,
            600_000,
            Effect.RELOAD,
            "the longest, after many; at least pauseFirstMs"),
    ADDRESSES_MAX(
            "logins.addressesMax",
            LoginLimits.defaults().addressesMax(),
            1,
            1_000_000,
            Effect.RELOAD,
            "addresses whose failures are remembered"),
    LOGIN_WITHIN_MS(
            "logins.loginWithinMs",
            LoginLimits.defaults().loginWithinMs(),
            100,
            3_600_000,
            Effect.RELOAD,
            "how long a connection may stay without a login"),

    GRAPHITE_ADDRESS(
            "graphite.address", "", Effect.RELOAD, "host and port where numbers are sent; none where it is empty; port 2003 unless said"),
    GRAPHITE_PROTOCOL("graphite.protocol", List.of("tcp", "udp"), Effect.RELOAD, "a connection, or datagrams"),
    GRAPHITE_PREFIX("graphite.prefix", "", Effect.RELOAD, "what all their names begin with"),
    GRAPHITE_INTERVAL_MS("graphite.intervalMs", 1_000, 100, 3_600_000, Effect.RELOAD, "how often they are sent"),
    GRAPHITE_QUEUES_MAX(
            "graphite.queuesMax", 1_000, 0, 100_000, Effect.RELOAD, "queues whose numbers are sent; of the others only the sums"),

    PAYLOAD_BYTES_MAX(
            "engine.payloadBytesMax",
            OpenOptions.defaults().payloadBytesMax(),
            1,
            64 << 20,
            Effect.RESTART,
            "bytes of a payload"),
    ENGINE_COMMAND_BYTES_MAX(
            "engine.commandBytesMax",
            OpenOptions.defaults().commandBytesMax(),
            64 << 10,
            1 << 30,
            Effect.RESTART,
            "bytes of commands that wait for the engine; more than payloadBytesMax + 256"),
    WAITERS_MAX("engine.waitersMax", OpenOptions.defaults().waitersMax(), 1, 1 << 24, Effect.RESTART, "takes that wait at once"),
    PRODUCERS_MAX("engine.producersMax", OpenOptions.defaults().producersMax(), 1, 1_000_000, Effect.RESTART, "producers kept"),
    PRODUCER_KEEP_MS(
            "engine.producerKeepMs",
            OpenOptions.defaults().producerKeepMs(),
            1,
            Limits.DELAY_MAX_MS,
            Effect.RESTART,
            "how long a producer is kept after its last put"),
    IDLE_QUEUES_MAX(
            "engine.idleQueuesMax",
            OpenOptions.defaults().idleQueuesMax(),
            0,
            1_000_000,
            Effect.RESTART,
            "empty queues whose counters are kept"),
    ENGINE_DEATHS_MAX(
            "engine.engineDeathsMax",
            OpenOptions.defaults().engineDeathsMax(),
            0,
            255,
            Effect.RESTART,
            "deaths of the engine that a task may see; 0 without limit"),
    MEMORY_BYTES_MAX(
            "engine.memoryBytesMax",
            0L,
            0,
            1L << 50,
            Effect.RESTART,
            "bytes of the payloads in memory:, each with 128 more; at least 65536, or 0 for half of the heap"),
    BACKOFF_FIRST_MS(
            "engine.backoffFirstMs", 1_000, 1, 86_400_000, Effect.RESTART, "pause after a task's first failure, then doubled"),
    BACKOFF_MAX_MS("engine.backoffMaxMs", 300_000, 1, 86_400_000, Effect.RESTART, "the longest; at least backoffFirstMs");

    /** When a change of it takes effect. */
    enum Effect {
        RESTART("restart"),
        RELOAD("reload"),
        NEW_CONNECTIONS("reload, for new connections");

        private final String told;

        Effect(String told) {
            this.told = told;
        }

        String told() {
            return told;
        }
    }

    private static final String ENVIRONMENT_PREFIX = "MILLRACE_SERVER_";

    private final String key;
    private final Object usual;
    private final long min;
    private final long max;
    private final List<String> words;
    private final Effect effect;
    private final String meaning;

    Setting(String key, Object usual, long min, long max, List<String> words, Effect effect, String meaning) {
        this.key = key;
        this.usual = usual;
        this.min = min;
        this.max = max;
        this.words = words;
        this.effect = effect;
        this.meaning = meaning;
    }

    Setting(String key, String usual, Effect effect, String meaning) {
        this(key, usual, 0, 0, List.of(), effect, meaning);
    }

    Setting(String key, boolean usual, Effect effect, String meaning) {
        this(key, (Object) usual, 0, 0, List.of(), effect, meaning);
    }

    /** A number within bounds. */
    Setting(String key, long usual, long min, long max, Effect effect, String meaning) {
        this(key, usual, min, max, List.of(), effect, meaning);
    }

    /** One of some words, the first where none is said. */
    Setting(String key, List<String> words, Effect effect, String meaning) {
        this(key, words.getFirst(), 0, 0, words, effect, meaning);
    }

    /** As it is named in the file and with {@code --set}. */
    String key() {
        return key;
    }

    /** As it is named in the environment. */
    String environment() {
        return ENVIRONMENT_PREFIX + key.replaceAll("([a-z])([A-Z])", "$1_$2").replace('.', '_').toUpperCase(Locale.ROOT);
    }

    /** Its value where nobody says another: a text, a whole number or a truth. */
    Object usual() {
        return usual;
    }

    /** Which values it may have, for a person. */
    String bounds() {
        return switch (usual) {
            case Long number -> min + " … " + max;
            case Boolean truth -> "true, false";
            default -> String.join(", ", words);
        };
    }

    Effect effect() {
        return effect;
    }

    String meaning() {
        return meaning;
    }

    /** Whether it names a file or folder. */
    boolean isPath() {
        return switch (this) {
            case FOLDER, TLS_CERTIFICATE, TLS_KEY, TLS_CLIENT_AUTHORITY -> true;
            default -> false;
        };
    }

    static @Nullable Setting named(String key) {
        for (Setting setting : values()) {
            if (setting.key.equals(key)) {
                return setting;
            }
        }
        return null;
    }

    static List<String> keys() {
        List<String> keys = new ArrayList<>();
        for (Setting setting : values()) {
            keys.add(setting.key);
        }
        return keys;
    }

    /**
     * The value that something written stands for.
     *
     * @param written a text, or what the file's format knows
     * @throws IllegalArgumentException says what is wrong with it, and what it may be
     */
    Object value(Object written) {
        return switch (usual) {
            case Long number -> number(written);
            case Boolean truth -> truth(written);
            default -> text(written);
        };
    }

    private long number(Object written) {
        long number;
        try {
            number = written instanceof Long known ? known : Long.parseLong(String.valueOf(written).replace("_", ""));
        } catch (NumberFormatException none) {
            throw wrong(written, "is no whole number in " + bounds());
        }
        if (number < min || number > max) {
            throw wrong(written, "is outside " + bounds());
        }
        return number;
    }

    private boolean truth(Object written) {
        return switch (String.valueOf(written)) {
            case "true" -> true;
            case "false" -> false;
            default -> throw wrong(written, "is neither true nor false");
        };
    }

    private String text(Object written) {
        if (!(written instanceof String text)) {
            throw wrong(written, "is no text; write it between quotes");
        }
        if (text.isEmpty() && !usual.equals("")) {
            throw wrong(written, "is empty; leave it out for " + usual);
        }
        if (!words.isEmpty() && !words.contains(text)) {
            throw wrong(written, "is not known; use one of " + bounds());
        }
        return text;
    }

    private IllegalArgumentException wrong(Object written, String what) {
        return new IllegalArgumentException(key + "=" + written + " " + what);
    }
}
