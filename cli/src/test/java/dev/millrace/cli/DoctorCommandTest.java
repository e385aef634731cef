package dev.millrace.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.api.Millrace;
import dev.millrace.api.Put;
import dev.millrace.api.Task;
import dev.millrace.api.TaskQueue;
import dev.millrace.api.TaskState;
import dev.millrace.cli.Cli.Outcome;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DoctorCommandTest {
    @TempDir
    Path temporary;

    @Test
    void doctor_soundFolder_saysWhatIsWhereAndExits0() {
        Path folder = tasks();
        Outcome outcome = run("doctor", folder.toString());
        assertThat(outcome.exitCode()).as(outcome.err()).isZero();
        assertThat(outcome.out()).contains("shard-00/0001.seg", "log", "all is well");
        Outcome json = run("doctor", "--json", folder.toString());
        assertThat(json.out()).startsWith("{\"sound\":true,\"closedCleanly\":true,\"tornBytes\":0,\"problems\":[]");
    }

    @Test
    void export_soundFolder_printsEachTask() {
        Outcome outcome = run("doctor", "--export", tasks().toString());
        assertThat(outcome.exitCode()).as(outcome.err()).isZero();
        assertThat(outcome.out().lines())
                .containsExactlyInAnyOrder(
                        "{\"id\":\"1\",\"queue\":\"mail\",\"state\":\"ready\",\"priority\":7,\"attempts\":2,\"failures\":0,"
                                + "\"key\":\"k\",\"payload\":\"one\"}",
                        "{\"id\":\"3\",\"queue\":\"mail\",\"state\":\"buried\",\"priority\":1000,\"attempts\":1,\"failures\":0,"
                                + "\"group\":\"g\",\"reason\":\"broken\",\"payload\":\"three\"}");
    }

    @Test
    void doctor_flippedBit_saysWhereAndRepairsIntoAnotherFolder() throws IOException {
        Path folder = tasks();
        Path segment = folder.resolve("shard-00/0001.seg");
        byte[] bytes = Files.readAllBytes(segment);
        int at = indexOf(bytes, "three");
        bytes[at] ^= 1;
        Files.write(segment, bytes);

        Outcome outcome = run("doctor", folder.toString());
        assertThat(outcome.exitCode()).isEqualTo(1);
        assertThat(outcome.out()).contains("damaged: shard-00/0001.seg at offset", "--repair-into");
        assertThat(run("doctor", "--export", folder.toString()).out()).contains("\"payload\":\"one\"");

        Path repaired = temporary.resolve("repaired");
        Outcome repair = run("doctor", "--repair-into", repaired.toString(), folder.toString());
        assertThat(repair.exitCode()).as(repair.err()).isEqualTo(1);
        assertThat(Files.readAllBytes(segment)).as("the damaged folder").isEqualTo(bytes);
        assertThat(run("doctor", repaired.toString()).exitCode()).isZero();
        assertThat(run("peek", "mail", "--raw", "--at", "embedded:" + repaired).out()).isEqualTo("one");

        assertThat(run("doctor", "--repair-into", repaired.toString(), folder.toString()).err())
                .contains("is not an empty folder");
    }

    @Test
    void doctor_folderInUseOrMissing_isRefused() {
        Path folder = tasks();
        try (Millrace mill = Millrace.open("embedded:" + folder)) {
            assertThat(mill.queue("mail").stats().total()).isEqualTo(2);
            Outcome outcome = run("doctor", folder.toString());
            assertThat(outcome.exitCode()).isEqualTo(2);
            assertThat(outcome.err()).contains("in use");
            assertThat(run("doctor", "--even-if-in-use", folder.toString()).exitCode()).isZero();
        }
        Outcome missing = run("doctor", temporary.resolve("none").toString());
        assertThat(missing.exitCode()).isEqualTo(2);
        assertThat(missing.err()).contains("there is no folder");
        assertThat(run("doctor", "--export", "--json", folder.toString()).exitCode()).isEqualTo(2);
    }

    @Test
    void doctor_folderWithoutQueues_isRefusedAndRepairsNothing() throws IOException {
        Path other = Files.createDirectory(temporary.resolve("other"));
        Files.writeString(other.resolve("notes"), "mine");
        Path repaired = temporary.resolve("repaired");
        for (List<String> options : List.of(List.<String>of(), List.of("--export"), List.of("--repair-into", repaired.toString()))) {
            List<String> line = new ArrayList<>(List.of("doctor", other.toString()));
            line.addAll(options);
            Outcome outcome = run(line.toArray(String[]::new));
            assertThat(outcome.exitCode()).as("%s", options).isEqualTo(2);
            assertThat(outcome.err()).contains(other + " holds no queues", "meta");
            assertThat(outcome.out()).isEmpty();
        }
        assertThat(repaired).doesNotExist();
        assertThat(other.toFile().list()).containsExactly("notes");
    }

    /** It cannot know whether a crash did that, or somebody who copied half of the file. */
    @Test
    void doctor_endIsMissing_saysThatItMayBeDamage() throws IOException {
        Path folder = tasks();
        Path segment = folder.resolve("shard-00/0001.seg");
        try (FileChannel file = FileChannel.open(segment, StandardOpenOption.WRITE)) {
            file.truncate(file.size() - 100);
        }
        Outcome outcome = run("doctor", folder.toString());
        assertThat(outcome.exitCode()).as(outcome.err()).isZero();
        assertThat(outcome.out()).contains("torn: ", "or damaged", "all else is well; the last engine was killed");
    }

    @Test
    void doctor_folderNamedWithItsScheme_isThatFolder() {
        Outcome outcome = run("doctor", "embedded:" + tasks());
        assertThat(outcome.exitCode()).as(outcome.err()).isZero();
        assertThat(outcome.out()).contains("all is well");
    }

    private Path tasks() {
        Path folder = temporary.resolve("store");
        try (Millrace mill = Millrace.open("embedded:" + folder)) {
            TaskQueue<byte[]> mail = mill.queue("mail");
            mail.put("one".getBytes(UTF_8), Put.key("k").withPriority(7));
            mail.put("two".getBytes(UTF_8));
            mail.put("three".getBytes(UTF_8), Put.group("g", 1).withDelay(Duration.ofHours(1)));
            List<Task<byte[]>> firstAndSecond = mail.takeMany(2);
            firstAndSecond.get(0).release();
            firstAndSecond.get(1).ack();
            mail.kick(mail.list(TaskState.DELAYED, 0, 10).tasks().getFirst().id());
            List<Task<byte[]>> firstAndThird = mail.takeMany(2);
            firstAndThird.get(0).release();
            firstAndThird.get(1).bury("broken");
        }
        return folder;
    }

    private static int indexOf(byte[] bytes, String text) {
        byte[] wanted = text.getBytes(UTF_8);
        for (int at = 0; at + wanted.length <= bytes.length; at++) {
            if (Arrays.equals(bytes, at, at + wanted.length, wanted, 0, wanted.length)) {
                return at;
            }
        }
        throw new AssertionError("no " + text);
    }

    private static Outcome run(String... args) {
        return Cli.run(new byte[0], args);
    }
}
