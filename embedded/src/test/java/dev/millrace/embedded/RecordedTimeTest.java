package dev.millrace.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.api.Durability;
import dev.millrace.api.OpenOptions;
import dev.millrace.api.Put;
import dev.millrace.api.engine.Command;
import dev.millrace.journal.Journal;
import dev.millrace.testkit.Clause;
import dev.millrace.testkit.ForEngine;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * No record is stored with a time before that of what it tells, though its batch may be full, and written, long before
 * the round ends: an engine that opens again goes on from the last time that it finds, if the wall clock has stepped
 * back meanwhile.
 */
@ForEngine("embedded:")
class RecordedTimeTest {
    private static final long SESSION = 1;
    /** Their ends fill some batches, and segments. */
    private static final int TASKS = 3_000;

    private static final long TTL_MS = 50;
    private static final long LATER_MS = Simulation.START_MS + 3_600_000;

    private final OpenOptions options = OpenOptions.defaults()
            .withDurability(Durability.WRITTEN)
            .withTimeSource(new FrozenTime(Simulation.START_MS));
    private final DiskSubject engine = new DiskSubject(
            options, new SimulatedDisk(new Random(1), new Coverage()), DiskSubject.opener(Workload.CLEANING));

    @Test
    @Clause({"T17", "T24"})
    void advance_veryManyTasksExpire_theirEndsAreOfThatTime() {
        put();

        engine.begin(LATER_MS);
        engine.end();

        assertThat(timesOfEnds()).isNotEmpty().allMatch(timeMs -> timeMs == LATER_MS);
    }

    @Test
    @Clause({"T16", "T17", "T24"})
    void open_veryManyHeldTasksHaveExpired_theirEndsAreOfThatTime() {
        put();
        engine.submit(SESSION, 2, new Command.TakeMany(List.of("q"), TASKS, 0));
        engine.end();

        engine.kill(false, 1);
        engine.openAgain(LATER_MS);

        assertThat(timesOfEnds()).isNotEmpty().allMatch(timeMs -> timeMs == LATER_MS);
    }

    private void put() {
        engine.begin(Simulation.START_MS);
        engine.open(SESSION, 0);
        Put dying = Put.options().withTtl(Duration.ofMillis(TTL_MS));
        engine.submit(
                SESSION,
                1,
                new Command.PutMany(
                        "q", Collections.nCopies(TASKS, new Command.PutMany.Item(ByteBuffer.allocate(1), dying))));
        engine.end();
        engine.begin(Simulation.START_MS);
    }

    private List<Long> timesOfEnds() {
        List<Long> times = new ArrayList<>();
        Journal.open(
                        engine.disk().killed(),
                        DiskSubject.journalOptions(options, Workload.CLEANING),
                        LATER_MS,
                        DiskSubject.FOLDER_ID,
                        (position, type, schema, queue, timeMs, head, body) -> {
                            if (type == TaskRecords.GONE) {
                                times.add(timeMs);
                            }
                        })
                .close();
        return times;
    }
}
