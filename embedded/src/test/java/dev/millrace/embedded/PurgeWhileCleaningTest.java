package dev.millrace.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.api.Durability;
import dev.millrace.api.OpenOptions;
import dev.millrace.api.engine.Answer;
import dev.millrace.api.engine.Command;
import dev.millrace.journal.JournalOptions;
import dev.millrace.testkit.Clause;
import dev.millrace.testkit.ForEngine;
import dev.millrace.testkit.model.Event;
import java.nio.ByteBuffer;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * A purge forgets its tasks at once, but they are swept from memory by and by, while the cleaner goes through the log's
 * segments in an order of its own: it meets tasks that are purged and not yet swept.
 */
@ForEngine("embedded:")
class PurgeWhileCleaningTest {
    /** So many that a sweep takes several rounds, and begins with those that stay. */
    private static final int TASKS = 9_000;

    private static final int SEGMENT_BYTES = 256 << 10;
    private static final long START_MS = 1_000_000_000_000L;
    private static final long ROUND_MS = 20;
    private static final long SESSION = 1;

    private final OpenOptions options =
            OpenOptions.defaults().withDurability(Durability.WRITTEN).withTimeSource(new FrozenTime(START_MS));

    private long nowMs = START_MS;

    @Test
    @Clause({"T18", "T20", "G8 acknowledged"})
    void purge_atEachRoundOfTheCleaning_leavesNothingOfTheQueueAndAllOfTheOther() {
        SimulatedDisk mostlyDead = mostlyDead();
        int rounds = 0;
        for (boolean wasCleaning = true; wasCleaning; rounds++) {
            wasCleaning = purgeAfter(rounds, mostlyDead.copy());
        }
        assertThat(rounds).as("rounds of the cleaning").isGreaterThan(5);
    }

    /** A log of which a third stays, a third is to be purged, and a third is dead already, so that cleaning it pays. */
    private SimulatedDisk mostlyDead() {
        SimulatedDisk disk = new SimulatedDisk(new Random(1));
        DiskSubject subject = open(disk);
        for (String queue : new String[] {"kept", "jobs", "gone"}) {
            for (int index = 0; index < TASKS; index++) {
                submit(subject, new Command.Put(queue, ByteBuffer.allocate("gone".equals(queue) ? 300 : 8)));
            }
            round(subject);
        }
        submit(subject, new Command.Purge("gone"));
        round(subject);
        subject.shard().abandon();
        return disk.killed();
    }

    /** Whether the cleaning was still going on when the queue was purged. */
    private boolean purgeAfter(int rounds, SimulatedDisk disk) {
        DiskSubject subject = open(disk);
        for (int round = 0; round < rounds; round++) {
            round(subject);
        }
        boolean wasCleaning = subject.nextEventMs() != Long.MAX_VALUE;
        submit(subject, new Command.Purge("jobs"));
        while (round(subject) || subject.nextEventMs() != Long.MAX_VALUE) {
            assertThat(subject.broken()).as("purged after rounds=" + rounds).isNull();
        }
        requireOnlyKept(subject);
        subject.shard().abandon();
        requireOnlyKept(open(disk.killed()));
        return wasCleaning;
    }

    private void requireOnlyKept(DiskSubject subject) {
        submit(subject, new Command.Stats("kept"));
        submit(subject, new Command.Stats("jobs"));
        assertThat(subject.end().stream().filter(Event.Answered.class::isInstance).map(Event.Answered.class::cast))
                .map(Event.Answered::answer)
                .filteredOn(Answer.Stats.class::isInstance)
                .extracting(answer -> ((Answer.Stats) answer).stats().total())
                .containsExactly((long) TASKS, 0L);
    }

    private DiskSubject open(SimulatedDisk disk) {
        DiskSubject subject = new DiskSubject(options, disk, PurgeWhileCleaningTest::shard);
        subject.begin(nowMs);
        subject.open(SESSION, 0);
        return subject;
    }

    private static Shard shard(SimulatedDisk disk, OpenOptions options) {
        JournalOptions journal = new JournalOptions(
                dev.millrace.journal.Durability.WRITTEN, SEGMENT_BYTES, SEGMENT_BYTES, 64 << 10);
        return Opening.of(disk, options, journal, DiskSubject.FOLDER_ID, () -> DiskSubject.SECRET).shard();
    }

    private static void submit(DiskSubject subject, Command command) {
        subject.submit(SESSION, 0, command);
    }

    /** One round, with a sweep and a slice of cleaning at most; whether there is more to do. */
    private boolean round(DiskSubject subject) {
        boolean more = subject.shard().end(true);
        nowMs += ROUND_MS;
        subject.begin(nowMs);
        return more;
    }
}
