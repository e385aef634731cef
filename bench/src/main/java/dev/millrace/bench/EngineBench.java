package dev.millrace.bench;

import dev.millrace.api.Millrace;
import dev.millrace.api.MillraceException;
import dev.millrace.api.Put;
import dev.millrace.bench.peers.Peer;
import dev.millrace.bench.peers.PeersBench;
import dev.millrace.bench.peers.ServerLoad;
import dev.millrace.bench.peers.Soak;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Benchmarks of an engine through the API, each a verb of the command line. Every figure is printed as it was measured,
 * and at the end the median and the spread of the rounds; the first rounds are those of a cold JVM.
 */
final class EngineBench {
    private static final String USAGE = """
            usage: bench/run <name> [key=value …]                                     options and their defaults
              cycles    put → take → ack a second, asynchronous, so many under way    n=500000 rounds=7 window=1024
              rates     the same with backlogs and with what tasks can have, beside   backlogs=1000,100000,1000000,10000000
                        a plain backlog of a thousand, in turns                       features=plain,delay,priority,group,kept
                                                                                      n=500000 rounds=5 window=2048
              latency   a blocking put, one after another in each thread              n=100000 rounds=5 threads=1 paceUs=0 kind=platform
                                                                                      warm=100000
              wake      from a put to the return of a take that waited                n=2000 rounds=5 kind=platform warm=20000
              park      from an unpark to the return of the park, the floor of wake   n=2000 rounds=5 kind=platform
              lateness  tasks due one after another in so many seconds, taken at      n=1000000 seconds=10 leadSeconds=10 max=256
                        most max at a time; put before, for which is leadSeconds      rounds=3 warm=1
              cleaning  bytes written and a blocking put's latency beside cycles of   seconds=15 warmSeconds=20 rate=100000 paceUs=500
                        which one in ten is never acked, and of which all are         rounds=5
              backlog   memory a task, and reopening                                  n=1000000 rounds=5 cold=false
              open      opening what is there, in a fresh process; needs uri          rounds=1 cold=false
              peers     the packaged server beside those of its peers that are       rounds=3 seconds=3 warmSeconds=5
                        installed, under the same load, in turns: life cycles,        loads=one,wide,deep,put,wake
                        puts, and how soon a take that waits gets a put               peers=millrace,redis,redis_lua,beanstalkd,tarantool,nats
                                                                                      promises=written,sync
              soak      the packaged server under full load; its memory every few     seconds=600 everySeconds=5 picture=soak.svg
                        seconds, drawn as SVG
            all but park, peers and soak: durability=SYNC|WRITTEN|NONE, by default WRITTEN
            cycles, latency, wake, lateness, backlog, open: uri=memory:|embedded:<folder>
            warm: so many puts, wakes or rounds before, which do not count.
            kind=platform|virtual. cold=true: the system's cache of the files is dropped before (GNU dd). The heap: HEAP=4g bench/run …
            Without uri, in a folder of its own in the working directory, removed afterwards.""";

    private static final Set<String> WITHOUT_DURABILITY = Set.of("park", "peers", "soak");

    private final Arguments arguments;
    private final Figures figures;
    private final PrintStream out;

    private EngineBench(String name, Arguments arguments, PrintStream out) {
        this.arguments = arguments;
        this.out = out;
        this.figures = new Figures(out, "bench/run " + name + " " + arguments);
    }

    /** {@code <name> [key=value …]}. */
    public static void main(String[] given) throws Exception {
        int exitCode = run(List.of(given), System.out, System.err);
        if (exitCode != 0) {
            System.exit(exitCode);
        }
    }

    /** Returns 2 when it was called wrongly, and says how on {@code err}. */
    static int run(List<String> given, PrintStream out, PrintStream err) throws Exception {
        String name = given.isEmpty() ? "" : given.getFirst();
        Map<String, String> defaults = defaults(name);
        if (defaults.isEmpty()) {
            err.println(USAGE);
            return 2;
        }
        try {
            EngineBench bench = new EngineBench(name, Arguments.parse(given.subList(1, given.size()), defaults), out);
            bench.run(name);
            bench.figures.conclude();
            return 0;
        } catch (Arguments.BadArgumentException | MillraceException e) {
            err.println("bench: " + e.getMessage());
            return 2;
        }
    }

    /** What may be given, and what counts otherwise; nothing for a name that is not known. */
    private static Map<String, String> defaults(String name) {
        Map<String, String> defaults = new LinkedHashMap<>();
        String options =
                switch (name) {
                    case "cycles" -> "n=500000 rounds=7 window=1024 uri=";
                    case "rates" -> "backlogs=1000,100000,1000000,10000000 features=plain,delay,priority,group,kept"
                            + " n=500000 rounds=5 window=2048";
                    case "latency" -> "n=100000 rounds=5 threads=1 paceUs=0 kind=platform warm=100000 uri=";
                    case "wake" -> "n=2000 rounds=5 kind=platform warm=20000 uri=";
                    case "park" -> "n=2000 rounds=5 kind=platform";
                    case "lateness" -> "n=1000000 seconds=10 leadSeconds=10 max=256 rounds=3 warm=1 uri=";
                    case "cleaning" -> "seconds=15 warmSeconds=20 rate=100000 paceUs=500 rounds=5";
                    case "backlog" -> "n=1000000 rounds=5 cold=false uri=";
                    case "peers" -> "peers=millrace,redis,redis_lua,beanstalkd,tarantool,nats loads=one,wide,deep,put,wake"
                            + " promises=written,sync rounds=3 seconds=3 warmSeconds=5";
                    case "soak" -> "seconds=600 everySeconds=5 picture=soak.svg";
                    case "open" -> "rounds=1 cold=false uri=";
                    default -> "";
                };
        for (String option : options.isEmpty() ? new String[0] : options.split(" ")) {
            String[] nameAndValue = option.split("=", 2);
            defaults.put(nameAndValue[0], nameAndValue[1]);
        }
        if (!defaults.isEmpty() && !WITHOUT_DURABILITY.contains(name)) {
            defaults.put("durability", "WRITTEN");
        }
        return defaults;
    }

    private void run(String name) throws Exception {
        switch (name) {
            case "cycles" -> cycles();
            case "rates" -> new Rates(arguments, figures).run();
            case "latency" -> new Latencies(arguments, figures).puts();
            case "wake" -> new Latencies(arguments, figures).wakes();
            case "park" -> new Latencies(arguments, figures).parks();
            case "lateness" -> new Lateness(arguments, figures).run();
            case "cleaning" -> new Cleaning(arguments, figures).run();
            case "backlog" -> new Backlog(arguments, figures).run();
            case "open" -> new Backlog(arguments, figures).open();
            case "peers" -> peers();
            case "soak" -> soak();
            default -> throw new IllegalArgumentException(name);
        }
    }

    private void peers() throws IOException, InterruptedException {
        PeersBench.Plan plan = new PeersBench.Plan(
                arguments.constants("peers", Peer.class),
                arguments.constants("loads", ServerLoad.class),
                arguments.constants("promises", Peer.Promise.class),
                arguments.number("rounds", 1, 1_000),
                arguments.number("seconds", 1, 3_600),
                arguments.number("warmSeconds", 0, 3_600));
        Path folder = Folders.make();
        try {
            new PeersBench(plan, folder, out).run();
        } finally {
            Folders.delete(folder);
        }
    }

    private void soak() throws IOException, InterruptedException {
        int seconds = arguments.number("seconds", 1, 1_000_000);
        int everySeconds = arguments.number("everySeconds", 1, 3_600);
        Path picture = Path.of(Objects.requireNonNullElse(arguments.textOrNull("picture"), "soak.svg"));
        Path folder = Folders.make();
        try {
            new Soak(seconds, everySeconds, folder, picture, out).run();
        } finally {
            Folders.delete(folder);
        }
    }

    private void cycles() throws InterruptedException {
        int n = arguments.number("n", 1, 100_000_000);
        int rounds = arguments.number("rounds", 1, 1_000);
        Load load = new Load(arguments.number("window", 1, 100_000));
        try (Place place = new Place(arguments);
                Millrace mill = place.open()) {
            for (int round = 0; round < rounds; round++) {
                long startNs = System.nanoTime();
                load.cycles(mill.queue("bench").async(), n, index -> Put.options(), 0);
                figures.add("cycles", n * 1e9 / (System.nanoTime() - startNs), "a second");
            }
        }
    }
}
