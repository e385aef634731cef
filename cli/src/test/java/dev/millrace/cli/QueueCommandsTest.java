package dev.millrace.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.api.Millrace;
import dev.millrace.cli.Cli.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QueueCommandsTest {
    @TempDir
    Path temporary;

    @Test
    void put_arguments_printsIdsAndTakePrintsThemInOrder() {
        assertThat(run("", "put", "mail", "a", "b b", "ü").out()).isEqualTo("1\n2\n3\n");
        assertThat(run("", "take", "mail").out()).isEqualTo("a\n");
        assertThat(run("", "take", "mail", "--count", "5").out()).isEqualTo("b b\nü\n");
        Outcome none = run("", "take", "mail");
        assertThat(none.exitCode()).isEqualTo(1);
        assertThat(none.out()).isEmpty();
    }

    @Test
    void put_lines_storesOneTaskEach() {
        assertThat(run("x\ny\n", "put", "mail").out()).isEqualTo("1\n2\n");
        assertThat(run("", "take", "mail", "--all", "--null").out()).isEqualTo("x\0y\0");
    }

    @Test
    void put_whole_keepsEveryByte() {
        byte[] payload = {0, '\n', (byte) 0xff, '\r', '\n'};
        Cli.run(payload, args("put", "mail", "--whole"));
        assertThat(run("", "peek", "mail", "--raw").outBytes()).isEqualTo(payload);
        assertThat(run("", "take", "mail", "--json").out())
                .isEqualTo("{\"id\":\"1\",\"queue\":\"mail\",\"priority\":1000,\"attempts\":1,\"failures\":0,"
                        + "\"maxAttempts\":0,\"payloadBase64\":\"AAr/DQo=\"}\n");
    }

    @Test
    void put_json_refusesWhatIsNone() {
        Outcome good = run("", "put", "mail", "--json", "{\"a\":1}", "null");
        assertThat(good.out()).startsWith("{\"id\":\"1\",\"queue\":\"mail\",\"state\":\"ready\"}\n");
        Outcome bad = run("", "put", "mail", "--json", "[]", "{");
        assertThat(bad.exitCode()).isEqualTo(2);
        assertThat(bad.out()).as("nothing is stored").isEmpty();
        assertThat(bad.err()).contains("payload 2 is not JSON");
        Outcome line = run("1\nx\n2\n", "put", "mail", "--json");
        assertThat(line.exitCode()).isEqualTo(2);
        assertThat(line.err()).contains("line 2", "the lines before it are stored");
    }

    @Test
    void put_priorityAndDelay_decideWhatIsTaken() {
        run("", "put", "mail", "later", "--delay", "1h");
        run("", "put", "mail", "normal");
        run("", "put", "mail", "urgent", "--priority", "0");
        assertThat(run("", "take", "mail", "--all").out()).isEqualTo("urgent\nnormal\n");
        assertThat(run("", "list", "mail", "--state", "delayed").out()).contains("delayed", "later");
        assertThat(run("", "kick", "mail", "mail/1").out()).isEqualTo("1\n");
        assertThat(run("", "take", "mail").out()).isEqualTo("later\n");
    }

    @Test
    void take_timeout_waits() {
        run("", "put", "mail", "soon", "--delay", "100ms");
        assertThat(run("", "take", "mail", "--timeout", "30s").out()).isEqualTo("soon\n");
    }

    @Test
    void listAndStats_forPeopleAndPrograms_agree() {
        run("", "put", "mail", "a\tb", "c");
        assertThat(run("", "list", "mail").out()).contains("ID", "PAYLOAD", "a\\tb").hasLineCount(3);
        assertThat(run("", "list", "mail", "--json").out()).contains("\"payload\":\"a\\tb\"").hasLineCount(2);
        Outcome some = run("", "list", "mail", "--count", "1");
        assertThat(some.out()).hasLineCount(2);
        assertThat(some.err()).contains("more follow");
        assertThat(run("", "stats", "--json").out()).matches("\\{\"queue\":\"mail\",\"ready\":2,\"delayed\":0,\"taken\":0,\"buried\":0,"
                + "\"total\":2,\"ageMs\":\\d+,\"paused\":false\\}\n");
        assertThat(run("", "stats", "mail").out()).isEqualTo(
                "QUEUE  READY  DELAYED  TAKEN  BURIED  TOTAL\nmail       2        0      0       0      2\n");
        assertThat(run("", "peek", "mail", "2").out()).contains("state     ready", "payload   c");
        assertThat(run("", "peek", "mail", "9").exitCode()).isEqualTo(1);
    }

    @Test
    void configure_settingsAndPause_holdForLaterCommands() {
        assertThat(run("", "configure", "mail", "--max-attempts", "3", "--ttr", "30s", "--backoff", "1s-5m", "--pause").out())
                .isEqualTo("paused         yes\nmax attempts   3\ntime to run    30000 ms\n"
                        + "backoff        1000 ms, doubling to 300000 ms\n");
        run("", "put", "mail", "a");
        assertThat(run("", "take", "mail").exitCode()).as("paused").isEqualTo(1);
        assertThat(run("", "stats", "mail").out()).contains("paused");
        assertThat(run("", "configure", "mail", "--resume").out()).startsWith("paused         no\nmax attempts   3\n");
        assertThat(run("", "take", "mail").out()).isEqualTo("a\n");
        assertThat(run("", "configure", "mail", "--pause", "--resume").exitCode()).isEqualTo(2);
        assertThat(run("", "configure", "mail", "--backoff", "1s").err()).contains("FIRST-MAX");
        assertThat(run("", "configure", "mail", "--max-attempts", "-1").exitCode()).isEqualTo(2);
    }

    @Test
    void put_keyGroupAndTimes_areStored() {
        assertThat(run("", "put", "mail", "--key", "k", "a").out()).isEqualTo("1\n");
        assertThat(run("", "put", "mail", "--key", "k", "b").out()).as("kept").isEqualTo("1\n");
        Outcome replaced = run("", "put", "mail", "--key", "k", "--key-mode", "replace", "c");
        assertThat(replaced.out()).as(replaced.err()).isEqualTo("1\n");
        assertThat(run("", "put", "mail", "--group", "g", "--ttl", "1h", "--ttr", "1m", "d").out()).isEqualTo("2\n");
        assertThat(run("", "take", "mail", "--all").out()).isEqualTo("c\nd\n");
        assertThat(run("", "put", "mail", "--key-mode", "rerun", "e").err()).contains("--key-mode without --key");
    }

    @Test
    void delete_ids_removesThoseAndNamesTheUnknown() {
        run("", "put", "mail", "a", "b", "c");
        Outcome outcome = run("", "delete", "mail", "1", "9", "mail/3");
        assertThat(outcome.exitCode()).isEqualTo(1);
        assertThat(outcome.err()).contains("9").hasLineCount(1);
        assertThat(run("", "take", "mail", "--all").out()).isEqualTo("b\n");
    }

    @Test
    void purge_withoutYes_removesNothing() {
        run("", "put", "mail", "a", "b");
        Outcome asked = run("", "purge", "mail");
        assertThat(asked.exitCode()).isEqualTo(2);
        assertThat(asked.err()).contains("all 2 tasks", "--yes");
        assertThat(run("", "purge", "mail", "--yes").out()).isEqualTo("2\n");
        assertThat(run("", "take", "mail").exitCode()).isEqualTo(1);
    }

    @Test
    void mistakes_areOneSentenceAndChangeNothing() {
        for (String[] args : new String[][] {
            {"put", "", "x"},
            {"put", "q\n", "x"},
            {"put", "x".repeat(256), "x"},
            {"put", "q", "x", "--delay", "-1s"},
            {"put", "q", "x", "--delay", "4000d"},
            {"put", "q", "x", "--priority", "-1"},
            {"put", "q", "x", "--priority", "4294967296"},
            {"put", "q", "x", "--max-attempts", "65536"},
            {"put", "q", "x", "--whole"},
            {"put", "q", "x".repeat((1 << 20) + 1)},
            {"take", "q", "--count", "0"},
            {"take", "q", "--raw", "--json"},
            {"kick", "q"},
            {"kick", "q", "--all", "--count", "1"},
            {"kick", "q", "--count", "0"},
            {"kick", "q", "zero"},
            {"delete", "q"},
            {"delete", "q", "0"},
            {"delete", "q", "other/1"},
            {"list", "q", "--state", "lost"},
            {"list", "q", "--count", "-1"},
            {"nonsense"}
        }) {
            Outcome outcome = run("", args);
            assertThat(outcome.exitCode()).as(String.join(" ", args)).isEqualTo(2);
            assertThat(outcome.err()).startsWith("millrace: ").hasLineCount(1);
            assertThat(outcome.out()).isEmpty();
            assertThat(temporary.resolve("at")).as(String.join(" ", args)).doesNotExist();
        }
    }

    @Test
    void looking_atAFolderThatIsNotThere_createsNone() throws IOException {
        for (String command : List.of("take", "peek", "list", "stats", "purge")) {
            Outcome outcome = run("", command, "mail");
            assertThat(outcome.exitCode()).isEqualTo(2);
            assertThat(outcome.err()).contains("does not exist");
            assertThat(temporary.resolve("at")).doesNotExist();
        }
        Files.createDirectory(temporary.resolve("at"));
        assertThat(run("", "stats").err()).contains("holds no queues");
        assertThat(temporary.resolve("at")).isEmptyDirectory();
    }

    @Test
    void engine_noneOrNonsense_isSaid() {
        assertThat(Cli.run("", "stats").err()).contains("no engine is named", "MILLRACE_AT");
        assertThat(Cli.run("", "stats", "--at", "nonsense:x").err()).contains("names no engine");
        assertThat(Cli.run("", "stats", "--at", "nonsense").err()).contains("names no engine");
        assertThat(Cli.run("", "put", "q", "x", "--at", "embedded:").exitCode()).isEqualTo(2);
    }

    @Test
    void help_ofEverything_showsTheMainJobFirst() {
        assertThat(Cli.run("").out()).contains("ls *.log | millrace each -- gzip -k {}");
        assertThat(Cli.run("", "--help").exitCode()).isZero();
        for (String command : Main.COMMANDS) {
            assertThat(Cli.run("", "--help").out()).contains("  " + command + "  ");
            Outcome help = Cli.run("", command, "--help");
            assertThat(help.exitCode()).isZero();
            assertThat(help.out()).contains("millrace " + command);
            assertThat(Cli.run("", "help", command).out()).isEqualTo(help.out());
        }
        assertThat(Cli.run("", "each", "--help").out()).contains("Exit codes");
    }

    @Test
    void version_isThatOfTheProject() throws IOException {
        assertThat(Cli.run("", "version").out()).startsWith("millrace " + Millrace.VERSION + " (Java ");
        assertThat(Files.readString(Path.of("pom.xml"), UTF_8)).contains("<version>" + Millrace.VERSION + "<");
    }

    private Outcome run(String in, String... args) {
        return Cli.run(in, args(args));
    }

    private String[] args(String... args) {
        List<String> all = new ArrayList<>(Arrays.asList(args));
        all.addAll(List.of("--at", "embedded:" + temporary.resolve("at")));
        return all.toArray(String[]::new);
    }
}
