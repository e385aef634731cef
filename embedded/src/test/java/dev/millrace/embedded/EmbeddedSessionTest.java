package dev.millrace.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.api.ErrorCode;
import dev.millrace.api.MillraceException;
import dev.millrace.api.OpenOptions;
import dev.millrace.api.Put;
import dev.millrace.api.engine.Answer;
import dev.millrace.api.engine.Command;
import dev.millrace.testkit.Clause;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a session lets wait for an engine that does not come to it (G7). */
class EmbeddedSessionTest {
    private static final int CANCELLATIONS_MAX = 3;

    private final Waiting waiting = new Waiting();
    private final EmbeddedSession<String> session = new EmbeddedSession<>(waiting, 1, new Deaf());

    @Test
    @Clause("G7")
    void verdict_forEachTaskThatWasHandedOut_costsNothing() {
        handOut(1);
        session.answer("take", new Answer.TakenMany(List.of(taken(2), taken(3))));

        session.trySubmit("a", new Command.Ack("q", 1, 1));
        session.trySubmit("b", new Command.Fail("q", 2, 1, 0, null));
        session.trySubmit("c", new Command.Release("q", 3, 1, 0));
        assertThat(waiting.bytes).isZero();

        session.trySubmit("d", new Command.Bury("q", 3, 1, null));
        assertThat(waiting.bytes).as("a repeat, or a mistake").isEqualTo(EmbeddedSession.COMMAND_COST);
    }

    @Test
    @Clause("G7")
    void verdicts_repeatedForEver_findNoMoreRoomThanOtherCommands() {
        handOut(1);
        waiting.bytesMax = 10 * EmbeddedSession.COMMAND_COST;
        int accepted = 0;
        for (int count = 0; count < 1_000; count++) {
            accepted += session.trySubmit("a", new Command.Ack("q", 1, 1)) ? 1 : 0;
        }
        assertThat(accepted).isEqualTo(1 + 10);
        handOut(2);
        assertThat(session.trySubmit("b", new Command.Ack("q", 2, 1))).as("the next task's").isTrue();
    }

    @Test
    @Clause({"G7", "T25 ack many"})
    void ackMany_ofMoreThanWasHandedOut_paysForTheRest() {
        handOut(1);
        session.trySubmit("a", acks(5));
        assertThat(waiting.bytes).isEqualTo(EmbeddedSession.COMMAND_COST + 4 * 64);
    }

    @Test
    @Clause("G7")
    void ackMany_refused_leavesWhatWasHandedOutToBeAcked() {
        handOut(1);
        handOut(2);
        waiting.bytesMax = 0;
        assertThat(session.trySubmit("a", acks(3))).isFalse();
        assertThat(session.trySubmit("b", acks(2))).isTrue();
        assertThat(waiting.bytes).isZero();
    }

    @Test
    @Clause("G7")
    void submit_refusedOrInterrupted_leavesWhatWasHandedOutToBeAcked() {
        handOut(1);
        waiting.isInterrupting = true;
        assertThatThrownBy(() -> session.submit("a", acks(2))).isInstanceOf(InterruptedException.class);
        waiting.isInterrupting = false;
        assertThat(session.trySubmit("b", new Command.Ack("q", 1, 1))).isTrue();
        assertThat(waiting.bytes).isZero();
    }

    @Test
    @Clause({"G7", "T9"})
    void cancel_ofTheSameTakeForEver_waitsOnce() {
        for (int count = 0; count < 1_000; count++) {
            session.cancel("take");
        }
        assertThat(waiting.requests).hasSize(1);
    }

    @Test
    @Clause({"G7", "T9"})
    void cancel_ofMoreTakesThanCanBeThere_waitsForSoMany() {
        for (int count = 0; count < 1_000; count++) {
            session.cancel("take " + count);
        }
        assertThat(waiting.requests).hasSize(CANCELLATIONS_MAX);
    }

    @Test
    @Clause({"G7", "G3"})
    void close_forEver_waitsOnce() {
        for (int count = 0; count < 1_000; count++) {
            session.close();
            session.abandon();
        }
        assertThat(waiting.requests).hasSize(1);
    }

    @Test
    @Clause("G7")
    void open_moreThanMayWait_findNoRoomUntilOneIsOpened() {
        CommandRoom room = new CommandRoom(OpenOptions.defaults());
        for (int count = 0; count < CommandRoom.OPENINGS_MAX; count++) {
            assertThat(room.tryOpen()).isTrue();
        }
        assertThat(room.tryOpen()).isFalse();
        room.opened();
        assertThat(room.tryOpen()).isTrue();
        assertThat(room.tryOpen()).isFalse();
    }

    @Test
    @Clause("G7")
    void room_isAsLargeAsConfigured() {
        OpenOptions options =
                OpenOptions.defaults().withPayloadBytesMax(1_024).withCommandBytesMax(64 << 10).withWaitersMax(5);
        CommandRoom room = new CommandRoom(options);
        assertThat(room.costMax()).isEqualTo(64 << 10);
        assertThat(room.cancellationsMax()).isEqualTo(5 + 256);
        assertThat(room.tryEnter(new RequestOfCost(64 << 10))).isTrue();
        assertThat(room.tryEnter(new RequestOfCost(1))).isFalse();
        room.leave(1);
        assertThat(room.tryEnter(new RequestOfCost(1))).isTrue();
        room.end();
        assertThat(room.tryEnter(new RequestOfCost(64 << 10))).as("to be told that the engine has ended").isTrue();
        assertThatThrownBy(() -> room.tryEnter(new RequestOfCost((64 << 10) + 1)))
                .isInstanceOfSatisfying(
                        MillraceException.class, refused -> assertThat(refused.code()).isEqualTo(ErrorCode.TOO_LARGE))
                .hasMessageContaining("commandBytes=65537 > commandBytesMax=65536");
    }

    @Test
    @Clause("G7")
    void put_costsItsPayloadAndMore() {
        session.trySubmit("a", new Command.Put("q", ByteBuffer.allocate(1_000), Put.options()));
        assertThat(waiting.bytes).isEqualTo(1_256);
    }

    private void handOut(long id) {
        session.answer("take", taken(id));
    }

    private static Answer.Taken taken(long id) {
        return new Answer.Taken("q", id, 1, 0, 0, 0, ByteBuffer.allocate(0));
    }

    private static Command.AckMany acks(int count) {
        return new Command.AckMany("q", Collections.nCopies(count, new Command.AckMany.Held(1, 1)));
    }

    /** Where requests only wait. */
    private static final class Waiting implements RequestSink {
        private final List<Request> requests = new ArrayList<>();
        private int bytes;
        private int bytesMax = Integer.MAX_VALUE;
        private boolean isInterrupting;

        @Override
        public int costMax() {
            return Integer.MAX_VALUE;
        }

        @Override
        public int cancellationsMax() {
            return CANCELLATIONS_MAX;
        }

        @Override
        public boolean tryAdd(Request request) {
            if (request.cost() > bytesMax - bytes) {
                return false;
            }
            bytes += request.cost();
            requests.add(request);
            return true;
        }

        @Override
        public void add(Request request) throws InterruptedException {
            if (isInterrupting) {
                throw new InterruptedException();
            }
            tryAdd(request);
        }

        @Override
        public void addAlways(Request request) {
            requests.add(request);
        }
    }
}
