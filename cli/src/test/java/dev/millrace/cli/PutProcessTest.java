package dev.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.api.Millrace;
import dev.millrace.api.TaskInfo;
import dev.millrace.api.TaskPage;
import dev.millrace.api.TaskQueue;
import dev.millrace.api.TaskState;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What was acknowledged is there after kill -9. {@code -Dmillrace.puts=100000 -Dmillrace.kills=10} for the full size.
 */
class PutProcessTest {
    private static final int PUTS = Integer.getInteger("millrace.puts", 4_000);
    private static final int KILLS = Integer.getInteger("millrace.kills", 3);

    @TempDir
    Path temporary;

    @Test
    void put_killedAtAnyMoment_keepsEveryTaskWhoseIdWasPrinted() throws Exception {
        long seed = Long.getLong("millrace.seed", new Random().nextLong());
        Random random = new Random(seed);
        Path lines = Files.writeString(temporary.resolve("lines"), EachCommandTest.numbers(PUTS));
        for (int round = 0; round < KILLS; round++) {
            Path folder = temporary.resolve("folder" + round);
            int killAt = 1 + random.nextInt(PUTS);
            BitSet printed = putAndKill(folder, lines, killAt);
            assertThat(printed.cardinality()).as("seed %d", seed).isGreaterThanOrEqualTo(killAt);
            BitSet stored = stored(folder);
            printed.andNot(stored);
            assertThat(printed.isEmpty()).as("seed %d: acknowledged and lost: %s", seed, printed).isTrue();
        }
    }

    /** The ids that were printed, those included that were still in the pipe. */
    private static BitSet putAndKill(Path folder, Path lines, int killAt) throws IOException, InterruptedException {
        Process put = Cli.process(Main.class, List.of(), "put", "mail", "--at", "embedded:" + folder)
                .redirectInput(lines.toFile())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        BitSet printed = new BitSet();
        try (BufferedReader ids = new BufferedReader(new InputStreamReader(put.getInputStream(), StandardCharsets.US_ASCII))) {
            int count = 0;
            StringBuilder id = new StringBuilder();
            for (int unit = ids.read(); unit >= 0; unit = ids.read()) {
                if (unit != '\n') {
                    id.append((char) unit);
                    continue;
                }
                printed.set(Integer.parseInt(id.toString()));
                id.setLength(0);
                if (++count == killAt) {
                    // Through the handle: the process would close its stream, with ids in it.
                    put.toHandle().destroyForcibly();
                }
            }
        }
        put.waitFor();
        return printed;
    }

    private static BitSet stored(Path folder) {
        BitSet stored = new BitSet();
        try (Millrace mill = Millrace.open("embedded:" + folder)) {
            TaskQueue<byte[]> queue = mill.queue("mail");
            long cursor = 0;
            do {
                TaskPage<byte[]> page = queue.list(TaskState.READY, cursor, 10_000);
                for (TaskInfo<byte[]> task : page.tasks()) {
                    assertThat(new String(task.payload(), StandardCharsets.US_ASCII))
                            .isEqualTo(Long.toString(task.id().number()));
                    stored.set((int) task.id().number());
                }
                cursor = page.nextCursor();
            } while (cursor != 0);
            assertThat(queue.stats().ready()).isEqualTo(stored.cardinality());
        }
        return stored;
    }
}
