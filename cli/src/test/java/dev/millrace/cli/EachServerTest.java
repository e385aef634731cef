package dev.millrace.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.cli.Cli.Outcome;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * `each` with its items on a server, alone and with other processes, any of which may be killed. Nothing here sleeps.
 */
@Timeout(180)
class EachServerTest {
    @TempDir
    Path temporary;

    private ServerProcess server;
    private final List<Process> others = new ArrayList<>();

    @BeforeEach
    void start() throws IOException {
        server = ServerProcess.start(temporary.resolve("queues"), 0);
    }

    @AfterEach
    void stop() {
        others.forEach(Process::destroyForcibly);
        server.close();
    }

    @Test
    void each_alone_doesWhatItDoesInAFolder_andGoesOn() throws Exception {
        String results = temporary.resolve("results").toString();
        Outcome first = each("1\n2\n3\n4\n", "-k", "--results", results, "--retries", "0", "--", "test", "3", "!=");
        assertThat(first.exitCode()).as(first.err()).isEqualTo(1);
        assertThat(first.err()).contains("3 done, 1 failed", "item 3 '3': exit 1", "kick zip --all --at " + server.uri());
        Outcome again = each("1\n2\n3\n4\n5\n", "-k", "--results", results, "--", "echo");
        assertThat(again.out()).isEqualTo("5\n");
        assertThat(again.err()).contains("was begun with another command", "1 done, 0 failed", "3 done before, 1 failed before");
        assertThat(Cli.run("", "kick", "zip", "--all", "--at", server.uri()).out()).isEqualTo("1\n");
        Outcome kicked = each("1\n2\n3\n4\n5\n", "-k", "--results", results, "--", "echo");
        assertThat(kicked.exitCode()).as(kicked.err()).isZero();
        assertThat(kicked.out()).isEqualTo("3\n");
        assertThat(Files.readAllLines(temporary.resolve("results")))
                .hasSize(5)
                .allSatisfy(line -> assertThat(line).contains("\"exit\":0"));
        assertThat(each("1\n2\n", "-k", "--results", results, "--", "echo").exitCode()).as("another input").isEqualTo(2);
        assertThat(stats()).contains("\"total\":0");
    }

    /** Everything is run by two others, one of which is killed while it has items. */
    @Test
    void join_onOtherMachines_runsTheItems_whoseOutputComesInOrder() throws Exception {
        Path never = pipe("never");
        Process dying = join("--max", "2", "--", "sh", "-c", "read x < \"$0\"", never.toString());
        Process each = process(
                "-k", "--max", "0", "--results", temporary.resolve("results").toString(), "--input", numbers(30), "--", "false");
        awaitStats("\"taken\":2", each);
        Process other = join("--max", "3", "--retries", "0", "--", "sh", "-c", "echo it $1; echo err >&2; [ $1 != 7 ]", "x", "{}");
        awaitStats("\"ready\":0,\"delayed\":0,\"taken\":2", other);
        dying.destroyForcibly().waitFor();

        assertThat(each.inputReader(UTF_8).lines())
                .containsExactly(IntStream.rangeClosed(1, 30).mapToObj(item -> "it " + item).toArray(String[]::new));
        assertThat(each.waitFor()).as("item 7 fails").isEqualTo(1);
        assertThat(Files.readAllLines(temporary.resolve("results"))).hasSize(30).filteredOn(line -> line.contains("\"exit\":1")).hasSize(1);
        assertThat(other.waitFor()).as("the job is complete").isZero();
        assertThat(stats()).contains("\"ready\":0,\"delayed\":0,\"taken\":0,\"buried\":1");
    }

    /**
     * They come before the job, or while it runs, and stay as long as there may be more, though its call was killed.
     */
    @Test
    void join_endsWhenTheJobIsComplete_notWhenItsCallEnds() throws Exception {
        Path mayEnd = temporary.resolve("mayEnd");
        Process early = join("--max", "1", "--", "sh", "-c", "until [ -e \"$0\" ]; do sleep 0.05; done; echo", mayEnd.toString());
        String[] args = {"-k", "--max", "0", "--input", numbers(20), "--", "false"};
        Process killed = process(args);
        awaitStats("zip.run", "\"ready\":1", killed);
        awaitStats("\"ready\":19,\"delayed\":0,\"taken\":1", killed);
        killed.destroyForcibly().waitFor();
        Process late = join("--max", "1", "--", "echo");
        Files.createFile(mayEnd);
        assertThat(stats("zip.run")).as("the job is not complete").contains("\"ready\":1");

        Process again = process(args);
        assertThat(again.inputReader(UTF_8).lines()).hasSize(20);
        assertThat(again.waitFor()).isZero();

        assertThat(early.waitFor()).isZero();
        assertThat(late.waitFor()).isZero();
        assertThat(stats("zip.run")).contains("\"total\":0");
    }

    /** It may begin and end between two looks. */
    @Test
    void join_toAJobThatIsSoonOver_endsToo() throws Exception {
        List<Process> joined = new ArrayList<>();
        for (int machine = 0; machine < 3; machine++) {
            joined.add(join("--", "true"));
        }

        Outcome soon = each("1\n", "--", "true");

        assertThat(soon.exitCode()).as(soon.err()).isZero();
        for (Process process : joined) {
            assertThat(process.waitFor()).isZero();
        }
    }

    /** What others report meanwhile waits on the server. */
    @Test
    void each_killed_goesOnWithWhatOthersDid() throws Exception {
        String[] args = {"-k", "--max", "0", "--input", numbers(20), "--", "false"};
        Process each = process(args);
        awaitStats("\"ready\":20", each);
        each.destroyForcibly().waitFor();
        Outcome other = Cli.run("", "each", "--at", server.uri(), "--name", "zip", "--dry-run", "--join", "--", "echo");
        assertThat(other.exitCode()).isEqualTo(2);
        Process joined = join("--max", "2", "--", "echo", "it");
        awaitStats("\"total\":0", joined);

        Process again = process(args);
        assertThat(again.inputReader(UTF_8).lines()).hasSize(20).startsWith("it 1", "it 2").endsWith("it 20");
        assertThat(again.waitFor()).isZero();
    }

    @Test
    void each_whoseServerIsKilled_goesOnWithTheNextOne() throws Exception {
        Process each = process("-k", "--max", "1", "--input", numbers(200), "--", "echo");
        BufferedReader out = each.inputReader(UTF_8);
        List<String> lines = new ArrayList<>(List.of(out.readLine(), out.readLine()));
        server.process().destroyForcibly().waitFor();
        server = ServerProcess.start(temporary.resolve("queues"), server.port());
        out.lines().forEach(lines::add);

        assertThat(lines).isEqualTo(IntStream.rangeClosed(1, 200).mapToObj(Integer::toString).toList());
        assertThat(each.waitFor()).isZero();
        assertThat(stats()).contains("\"total\":0");
    }

    @Test
    void each_onAServer_refusesWhatWouldRunThingsTwice() throws Exception {
        assertThat(each("1\n", "--", "true").exitCode()).isZero();
        Path other = temporary.resolve("other");
        Cli.run("", "put", "zip", "something", "--at", server.uri());
        assertRefused("holds 1 tasks of something else", "--folder", other.toString());
        assertRefused("this job's items are at " + server.uri() + "; give --at", false);
        assertRefused("--at needs --name", true, "--at", server.uri());
        assertRefused("--at='embedded:x' is no server", true, "--at", "embedded:x", "--name", "zip");
        assertRefused("--join goes with --at", true, "--join");
        assertRefused("--join goes with --at", "--join", "--keep-order");
        restart("another");
        assertRefused("knows nothing of this job");
        Outcome anew = each("1\n", "--fresh", "--", "true");
        assertThat(anew.exitCode()).as(anew.err()).isZero();
    }

    /** As after a kill between the hashes of the first items and their put. */
    @Test
    void each_whoseFirstItemsWereNeverStored_begins_unlessTheServerHasLostEverything() throws Exception {
        restart("queues", "engine.payloadBytesMax=100");
        Outcome refused = each("x".repeat(200) + "\n", "--", "echo");
        assertThat(refused.exitCode()).as(refused.err()).isEqualTo(3);
        assertThat(refused.err()).contains("payloadBytes=", "> payloadBytesMax=100");
        restart("another");
        assertRefused("knows nothing of this job");

        restart("queues");
        Outcome begun = each("1\n2\n", "-k", "--", "echo");
        assertThat(begun.exitCode()).as(begun.err()).isZero();
        assertThat(begun.out()).isEqualTo("1\n2\n");
        assertThat(each("1\n2\n3\n", "-k", "--", "echo").out()).isEqualTo("3\n");
    }

    /** Nothing is there any more to tell that items were done, but what was noted here. */
    @Test
    void each_whoseServerForgotItsItems_isRefused_whereOneWasHad() throws Exception {
        restart("queues", "engine.producerKeepMs=1");
        Outcome failed = each("1\n2\n", "--max", "1", "--retries", "0", "--fail-fast", "--", "false");
        assertThat(failed.exitCode()).as(failed.err()).isEqualTo(1);
        assertRefused("knows nothing of this job");
        Cli.run("", "purge", "zip", "--yes", "--at", server.uri());
        assertThat(stats("zip.run")).as("the job is not complete").contains("\"ready\":1");

        assertRefused("knows nothing of this job");
    }

    @Test
    void fresh_onAServer_beginsAnew_andLaterCallsGoOn() {
        assertThat(each("1\n2\n3\n", "--", "echo").out().lines()).hasSize(3);
        assertThat(each("4\n5\n", "--fresh", "--", "echo").out().lines()).containsExactlyInAnyOrder("4", "5");
        assertThat(each("4\n5\n6\n", "--", "echo").out()).isEqualTo("6\n");
    }

    @Test
    void report_isReadAsItWasWritten() {
        NumberedItem item = new NumberedItem(17, "it\n\tem".getBytes(UTF_8), null);
        Report report = new Report(item, 3, 2, Duration.ofMillis(12), "", "out\n".getBytes(UTF_8), new byte[] {0, -1});
        Report problem = Report.ofUnusable(new NumberedItem(1, new byte[0], "bad"), "too lang ü");
        for (Report written : List.of(report, problem)) {
            assertThat(Report.read(written.payload())).isEqualTo(written);
        }
        assertThat(Report.read("report 0 1 2 0 9 1 1\n1\tx".getBytes(UTF_8))).isNull();
        assertThat(Report.read("17\titem".getBytes(UTF_8))).isNull();
        assertThat(Report.read(new byte[0])).isNull();
    }

    // --- Helpers

    /** Another server in its place, which has what is in this folder. */
    private void restart(String folder, String... settings) throws Exception {
        server.process().destroyForcibly().waitFor();
        server = ServerProcess.start(temporary.resolve(folder), server.port(), settings);
    }

    private void assertRefused(String told, String... options) {
        Outcome outcome = each("1\n", append(options, "--", "true"));
        assertThat(outcome.exitCode()).as(outcome.err()).isEqualTo(2);
        assertThat(outcome.err()).contains(told).hasLineCount(1);
    }

    /** Without a server. */
    private void assertRefused(String told, boolean isElsewhere, String... options) {
        List<String> args = new ArrayList<>(List.of("each"));
        if (!isElsewhere) {
            args.addAll(List.of("--folder", temporary.resolve("job").toString()));
        }
        args.addAll(List.of(append(options, "--", "true")));
        Outcome outcome = Cli.run("1\n", args.toArray(String[]::new));
        assertThat(outcome.exitCode()).as(outcome.err()).isEqualTo(2);
        assertThat(outcome.err()).contains(told).hasLineCount(1);
    }

    private static String[] append(String[] words, String... more) {
        List<String> all = new ArrayList<>(List.of(words));
        all.addAll(List.of(more));
        return all.toArray(String[]::new);
    }

    private Outcome each(String in, String... rest) {
        return Cli.run(in, eachArgs(rest));
    }

    private Process process(String... rest) throws IOException {
        return started(eachArgs(rest));
    }

    private String[] eachArgs(String... rest) {
        List<String> args = new ArrayList<>(List.of("each", "--at", server.uri(), "--name", "zip"));
        if (!List.of(rest).contains("--folder")) {
            args.addAll(List.of("--folder", temporary.resolve("job").toString()));
        }
        args.addAll(List.of(rest));
        return args.toArray(String[]::new);
    }

    /** Has come: one that comes only once a run is over waits for the next. */
    private Process join(String... rest) throws IOException {
        String[] args = append(new String[] {"each", "--at", server.uri(), "--name", "zip", "--join"}, rest);
        Process process = Cli.process(Main.class, List.of(), args).start();
        others.add(process);
        assertThat(process.errorReader(UTF_8).readLine()).contains("waiting for items of job zip");
        return process;
    }

    private Process started(String... args) throws IOException {
        Process process = Cli.process(Main.class, List.of(), args).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        others.add(process);
        return process;
    }

    private String stats() {
        return stats("zip");
    }

    private String stats(String queue) {
        return Cli.run("", "stats", queue, "--json", "--at", server.uri()).out();
    }

    /** Asks until a process has brought it about. */
    private void awaitStats(String wanted, Process by) {
        awaitStats("zip", wanted, by);
    }

    private void awaitStats(String queue, String wanted, Process by) {
        String stats;
        do {
            assertThat(by.isAlive() && !Thread.interrupted()).as("still at it").isTrue();
            stats = stats(queue);
        } while (!stats.contains(wanted));
    }

    private String numbers(int count) throws IOException {
        return Files.writeString(temporary.resolve("items"), EachCommandTest.numbers(count)).toString();
    }

    private Path pipe(String name) throws Exception {
        Path pipe = temporary.resolve(name);
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
        return pipe;
    }
}
