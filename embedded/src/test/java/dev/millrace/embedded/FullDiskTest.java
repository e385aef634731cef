package dev.millrace.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.api.ErrorCode;
import dev.millrace.api.OpenOptions;
import dev.millrace.api.Put;
import dev.millrace.api.engine.Answer;
import dev.millrace.api.engine.Command;
import dev.millrace.journal.Durability;
import dev.millrace.journal.JournalOptions;
import dev.millrace.testkit.Clause;
import dev.millrace.testkit.ForEngine;
import dev.millrace.testkit.model.Event;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * What a full disk leaves to ends of work and to the cleaner, round by round, without threads and by a clock that is
 * moved by hand. A command has a round of its own. The cleaner has either just that one, as on a machine that is too
 * busy for more, or as many as it likes.
 */
@ForEngine("embedded:")
class FullDiskTest {
    private static final int SEGMENT_BYTES = 64 << 10;

    /** How a play's rounds go. */
    private record Rounds(boolean isCleanerAlone, long stepMs) {
        static List<Rounds> all() {
            return List.of(new Rounds(true, 0), new Rounds(false, 0), new Rounds(true, 7), new Rounds(false, 60));
        }
    }

    /** What is known of producers is written again before a segment goes: no room may be used for half of that. */
    @Test
    @Clause({"G8 full disk", "G10 restart"})
    void ack_diskIsFullAndProducersAreMany_isNeverRefused() {
        for (Rounds rounds : Rounds.all()) {
            for (int producers : new int[] {0, 1, 7, 16, 40, 120}) {
                for (int bytes : new int[] {8, 600}) {
                    fillAndEmpty(new Driven(new SimulatedDisk(new Random(producers)), rounds), producers, bytes);
                }
            }
        }
    }

    private static void fillAndEmpty(Driven engine, int producers, int bytes) {
        String play = engine.rounds + ", producers=" + producers + ", payloads of bytes=" + bytes;
        for (int index = 0; index < 10; index++) {
            assertThat(engine.call(new Command.Put("kept", ByteBuffer.allocate(1_000)))).isInstanceOf(Answer.Stored.class);
        }
        engine.disk().capacity(2 << 20);
        long sequence = 0;
        for (int fill = 0; fill < 2; fill++) {
            while (engine.call(numbered(producers, sequence + 1, bytes)) instanceof Answer.Stored) {
                sequence++;
                assertThat(sequence).as(play).isLessThan(200_000);
            }
            emptyUntilAdmitted(engine, producers, ++sequence, bytes, play);
        }
        long last = sequence;
        Driven reopened = engine.killed();
        reopened.disk().capacity(2 << 20);
        emptyUntilAdmitted(reopened, producers, ++sequence, bytes, play + ", reopened");
        for (int producer = 0; producer < producers; producer++) {
            long expected = sequence - Math.floorMod(sequence - producer, producers);
            assertThat(reopened.call(new Command.LastSequence("jobs", "p" + producer))).as(play).isEqualTo(new Answer.Count(expected));
        }
        assertThat(last).isPositive();
    }

    private static void emptyUntilAdmitted(Driven engine, int producers, long sequence, int bytes, String play) {
        int acked = 0;
        while (engine.call(numbered(producers, sequence, bytes)) instanceof Answer.Failed failed) {
            assertThat(failed.code()).as(failed.message()).isEqualTo(ErrorCode.OVERLOADED);
            Answer answer = engine.call(new Command.Take("jobs", 0));
            assertThat(answer).as("take after %d acks and %d puts: %s", acked, sequence, play).isInstanceOf(Answer.Taken.class);
            assertThat(engine.call(ack((Answer.Taken) answer))).as("ack %d: %s", acked, play).isInstanceOf(Answer.Done.class);
            acked++;
        }
    }

    private static Command.Put numbered(int producers, long sequence, int bytes) {
        Put options = producers == 0 ? Put.options() : Put.options().withProducer("p" + sequence % producers, sequence);
        return new Command.Put("jobs", ByteBuffer.allocate(bytes), options);
    }

    /**
     * The zeros ahead of the log's tail must not take what ends of tasks need, when takes come before the first put.
     */
    @Test
    @Clause("G8 full disk")
    void take_diskFillsRightAfterAnOpening_leavesRoomForAcks() {
        for (Rounds rounds : Rounds.all()) {
            for (int left = 140_000; left < 300_000; left += 37_777) {
                takeAndAck(rounds, left);
            }
        }
    }

    private static void takeAndAck(Rounds rounds, int left) {
        Driven engine = new Driven(new SimulatedDisk(new Random(4)), rounds);
        for (int index = 0; index < 4_000; index++) {
            engine.call(new Command.Put("jobs", ByteBuffer.allocate(8)));
        }
        Driven reopened = engine.closed();
        reopened.disk().capacity(reopened.disk().bytes() + left);
        List<Answer.Taken> taken = new ArrayList<>();
        while (reopened.call(new Command.Take("jobs", 0)) instanceof Answer.Taken task) {
            taken.add(task);
        }
        int acked = 0;
        while (acked < taken.size() && reopened.call(ack(taken.get(acked))) instanceof Answer.Done) {
            acked++;
        }
        assertThat(taken).as("taken, with room for bytes=%d", left).isNotEmpty();
        assertThat(acked).as("acked of %d taken, with room for bytes=%d", taken.size(), left).isGreaterThan(taken.size() / 4);
    }

    /**
     * Failures leave nothing that lives, and nobody acks: what they use of the reserve must be given back all the same.
     */
    @Test
    @Clause("G8 full disk")
    void fail_diskIsFullAndNobodyAcks_goesOn() {
        for (Rounds rounds : Rounds.all()) {
            for (int bytes : new int[] {600, 16_000}) {
                failForLong(new Driven(new SimulatedDisk(new Random(5)), rounds), bytes);
            }
        }
    }

    private static void failForLong(Driven engine, int bytes) {
        engine.disk().capacity(1 << 20);
        Command put = new Command.Put("jobs", ByteBuffer.allocate(bytes));
        while (!(engine.call(put) instanceof Answer.Failed)) {
            assertThat(engine.disk().bytes()).isLessThanOrEqualTo(1 << 20);
        }
        for (int count = 0; count < 2_000; count++) {
            String play = engine.rounds + ", payloads of bytes=" + bytes + ", failure " + count;
            Answer answer = engine.call(new Command.Take("jobs", 0));
            assertThat(answer).as(play).isInstanceOf(Answer.Taken.class);
            Answer.Taken task = (Answer.Taken) answer;
            Command fail = new Command.Fail(task.queue(), task.id(), task.attempt(), 0, "no luck".repeat(40));
            assertThat(engine.call(fail)).as(play).isInstanceOf(Answer.Done.class);
        }
    }

    /**
     * Segments grow with the load, so that a small disk is full with few of them: those must not be the reserve for
     * ever.
     */
    @Test
    @Clause("G8 full disk")
    void put_diskIsSmallForTheLog_goesOnOnceTasksAreDone() {
        for (int capacity = 6 * SEGMENT_BYTES; capacity < 40 * SEGMENT_BYTES; capacity += 131_313) {
            for (int producers : new int[] {0, 5}) {
                for (Rounds rounds : Rounds.all()) {
                    fillAndEmptySmall(rounds, capacity, producers);
                }
            }
        }
    }

    private static void fillAndEmptySmall(Rounds rounds, int capacity, int producers) {
        JournalOptions growing = new JournalOptions(Durability.SYNC, SEGMENT_BYTES, 512 << 10, 8 << 10);
        Driven engine = new Driven(new SimulatedDisk(new Random(6)), rounds, growing);
        engine.disk().capacity(capacity);
        String play = rounds + ", producers=" + producers + ", capacity=" + capacity;
        long sequence = 1;
        for (int fill = 0; fill < 3; fill++) {
            while (engine.call(numbered(producers, sequence, 300)) instanceof Answer.Stored) {
                sequence++;
            }
            drain(engine, play);
            for (int count = 0; count < 300; count++) {
                assertThat(admitted(engine, numbered(producers, sequence++, 300), play)).as(play).isInstanceOf(Answer.Stored.class);
                drain(engine, play);
            }
        }
        assertThat(engine.disk().bytes()).isLessThanOrEqualTo(capacity);
    }

    /** How tasks that a session holds go back without being asked for. */
    private enum Return { CLOSED, SILENT, KILLED, OUT_OF_TIME }

    /** For each of many held tasks a record is written then, whatever the disk has. */
    @Test
    @Clause({"G8 full disk", "T16"})
    void heldTasks_goBackOnAFullDisk_findRoom() {
        for (Return way : Return.values()) {
            for (int capacity = 500_000; capacity < 6_000_000; capacity = capacity * 3 / 2) {
                for (Rounds rounds : List.of(new Rounds(true, 0), new Rounds(false, 7))) {
                    giveBackTwice(new Driven(new SimulatedDisk(new Random(7)), rounds), capacity, way);
                }
            }
        }
    }

    private static void giveBackTwice(Driven engine, int capacity, Return way) {
        String play = way + ", " + engine.rounds + ", capacity=" + capacity;
        engine.disk().capacity(capacity);
        Put options = way == Return.OUT_OF_TIME ? Put.options().withTtr(Duration.ofDays(1)) : Put.options();
        int stored = 0;
        while (engine.call(new Command.Put("jobs", ByteBuffer.allocate(8), options)) instanceof Answer.Stored) {
            stored++;
            if (stored % 3 > 0) {
                // Most are held already when the disk fills up.
                assertThat(engine.call(new Command.Take("jobs", 0))).as(play).isInstanceOf(Answer.Taken.class);
            }
        }
        assertThat(stored).as(play).isGreaterThan(500);
        Driven now = engine;
        for (int time = 0; time < 3; time++) {
            int taken = 0;
            while (now.call(new Command.Take("jobs", 0)) instanceof Answer.Taken) {
                taken++;
            }
            assertThat(taken).as(play).isGreaterThan(time == 0 ? 0 : 100);
            now = now.returned(way);
        }
        drain(now, play);
        assertThat(now.acked).as(play).isEqualTo(stored);
    }

    /** Nor may takes use what is left of a segment, however large, where the reserve has not grown by what they may need. */
    @Test
    @Clause({"G8 full disk", "T16"})
    void heldTasks_takenInTheRestOfALargeSegment_findRoomToGoBack() {
        for (int seed = 0; seed < 30; seed++) {
            takeInLargeSegments(new Random(seed), "seed " + seed);
        }
    }

    private static void takeInLargeSegments(Random random, String play) {
        JournalOptions large = new JournalOptions(Durability.SYNC, 256 << 10, 256 << 10, 64 << 10);
        Rounds rounds = new Rounds(random.nextBoolean(), random.nextInt(20));
        Driven engine = new Driven(new SimulatedDisk(random), rounds, large);
        engine.disk().capacity((6 + random.nextInt(10)) * (256 << 10));
        boolean hasTtr = random.nextInt(4) == 0;
        Put options = hasTtr ? Put.options().withTtr(Duration.ofDays(1)) : Put.options();
        Command put = new Command.PutMany(
                "jobs", Collections.nCopies(100, new Command.PutMany.Item(ByteBuffer.allocate(8), options)));
        while (engine.call(put) instanceof Answer.StoredMany) {}
        for (int time = 0; time < 6; time++) {
            for (int ends = random.nextInt(60); ends > 0; ends--) {
                if (engine.call(new Command.TakeMany(List.of("jobs"), 100, 0)) instanceof Answer.TakenMany taken) {
                    for (Answer.Taken task : taken.tasks()) {
                        engine.call(ack(task));
                    }
                }
            }
            while (engine.call(new Command.TakeMany(List.of("jobs"), 100, 0)) instanceof Answer.TakenMany taken) {
                assertThat(taken.tasks()).as(play).isNotEmpty();
            }
            engine = engine.returned(hasTtr ? Return.OUT_OF_TIME : Return.values()[random.nextInt(3)]);
        }
        drain(engine, play);
    }

    /** An end by the clock is recorded, too, and nobody asked for it either. */
    @Test
    @Clause({"G8 full disk", "T24"})
    void tasks_allExpireAtOnceOnAFullDisk_leaveItEmpty() {
        for (int capacity = 500_000; capacity < 16_000_000; capacity *= 2) {
            for (Rounds rounds : Rounds.all()) {
                String play = rounds + ", capacity=" + capacity;
                Driven engine = new Driven(new SimulatedDisk(new Random(8)), rounds);
                engine.disk().capacity(capacity);
                Put options = Put.options().withTtl(Duration.ofDays(1));
                while (engine.call(new Command.Put("jobs", ByteBuffer.allocate(8), options)) instanceof Answer.Stored) {
                    assertThat(engine.disk().bytes()).isLessThanOrEqualTo(capacity);
                }
                engine.pass(86_400_000);
                assertThat(admitted(engine, new Command.Take("jobs", 0), play)).as(play).isInstanceOf(Answer.Nothing.class);
                admitted(engine, new Command.Put("jobs", ByteBuffer.allocate(8)), play);
            }
        }
    }

    /** A reserve that was not whole when the disk filled up may let takes and acks wait for the cleaner. */
    private static void drain(Driven engine, String play) {
        Answer taken = admitted(engine, new Command.Take("jobs", 0), play);
        while (taken instanceof Answer.Taken task) {
            assertThat(admitted(engine, ack(task), play)).as(play).isInstanceOf(Answer.Done.class);
            taken = admitted(engine, new Command.Take("jobs", 0), play);
        }
    }

    private static Answer admitted(Driven engine, Command command, String play) {
        for (int refused = 0; refused < 100; refused++) {
            Answer answer = engine.call(command);
            if (!(answer instanceof Answer.Failed)) {
                return answer;
            }
            engine.pass(10);
        }
        throw new AssertionError("refused for good: " + command + ", " + play);
    }

    private static Command.Ack ack(Answer.Taken task) {
        return new Command.Ack(task.queue(), task.id(), task.attempt());
    }

    /** An engine in the hands of one client. */
    private static final class Driven extends DiskSubject {
        private static final long SILENCE_MAX_MS = 3 * 86_400_000L;

        private long session;
        private int acked;

        private final Rounds rounds;
        private long nowMs;
        private long token;

        private final JournalOptions journal;

        Driven(SimulatedDisk disk, Rounds rounds) {
            this(disk, rounds, new JournalOptions(Durability.SYNC, SEGMENT_BYTES, SEGMENT_BYTES, SEGMENT_BYTES));
        }

        Driven(SimulatedDisk disk, Rounds rounds, JournalOptions journal) {
            super(options(), disk, (on, options) -> Opening.of(on, options, journal, FOLDER_ID, () -> SECRET).shard());
            this.rounds = rounds;
            this.journal = journal;
            nowMs = shard().nowMs();
            open();
        }

        private void open() {
            begin(nowMs);
            open(++session, SILENCE_MAX_MS);
            end();
        }

        /** What comes after all that is held went back. */
        Driven returned(Return way) {
            if (way == Return.KILLED) {
                return killed();
            }
            long ended = session;
            if (way == Return.SILENT) {
                nowMs += SILENCE_MAX_MS + 1;
            } else if (way == Return.OUT_OF_TIME) {
                nowMs += 86_400_001;
            }
            begin(nowMs);
            if (way == Return.CLOSED) {
                close(ended);
            }
            end();
            open();
            return this;
        }

        private static OpenOptions options() {
            return OpenOptions.defaults().withTimeSource(new FrozenTime(Simulation.START_MS));
        }

        @Override
        boolean isIdle() {
            return rounds.isCleanerAlone;
        }

        void pass(long ms) {
            nowMs += ms;
        }

        Answer call(Command command) {
            begin(nowMs += rounds.stepMs);
            submit(session, ++token, command);
            for (Event event : end()) {
                if (event instanceof Event.Answered answered && answered.token() == token) {
                    acked += command instanceof Command.Ack && answered.answer() instanceof Answer.Done ? 1 : 0;
                    return answered.answer();
                }
            }
            throw new AssertionError("no answer to " + command);
        }

        /** What comes after the process was killed. */
        Driven killed() {
            shard().abandon();
            return new Driven(disk().killed(), rounds, journal);
        }

        /** What comes after a clean end. */
        Driven closed() {
            shard().close();
            return new Driven(disk().killed(), rounds, journal);
        }
    }
}
