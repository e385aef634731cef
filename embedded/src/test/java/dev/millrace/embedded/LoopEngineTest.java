package dev.millrace.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.millrace.api.ErrorCode;
import dev.millrace.api.MillraceException;
import dev.millrace.api.OpenOptions;
import dev.millrace.api.Put;
import dev.millrace.api.SessionOptions;
import dev.millrace.api.engine.Answer;
import dev.millrace.api.engine.Command;
import dev.millrace.api.engine.EndReason;
import dev.millrace.api.engine.EngineSession;
import dev.millrace.api.engine.Engines;
import dev.millrace.api.engine.HostedEngine;
import dev.millrace.api.engine.Outlet;
import dev.millrace.api.engine.Push;
import dev.millrace.testkit.ManualLoop;
import dev.millrace.testkit.VirtualClock;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** What an engine does in the turns of a loop, which a test makes by hand. */
class LoopEngineTest {
    private static final Command STATS = new Command.Stats("jobs");

    private final VirtualClock clock = new VirtualClock();
    private final ManualLoop loop = new ManualLoop();
    private final HostedEngine engine = open(OpenOptions.defaults());
    private final Told told = new Told();
    private final EngineSession<String> session = engine.open(SessionOptions.defaults(), told);

    @Test
    void trySubmit_inTheLoop_isAnsweredAtTheTurnsEnd() {
        session.trySubmit("put", put("one"));
        session.trySubmit("take", new Command.Take("jobs", 0));

        assertThat(told.answers).isEmpty();
        loop.turn();
        assertThat(told.answers).containsExactly("put stored 1", "take taken 1 one", "flush");
    }

    @Test
    void trySubmit_ofAPut_leavesTheBufferToItsOwner() {
        ByteBuffer buffer = ByteBuffer.wrap("one".getBytes());
        session.trySubmit("put", new Command.Put("jobs", buffer, Put.options()));
        buffer.put(0, "two".getBytes());
        session.trySubmit("take", new Command.Take("jobs", 0));

        loop.turn();

        assertThat(told.answers).contains("take taken 1 one");
    }

    @Test
    void trySubmit_inTheLoop_isNeverRefusedForRoom() {
        HostedEngine small = open(OpenOptions.defaults().withPayloadBytesMax(1_000).withCommandBytesMax(64 << 10));
        EngineSession<String> busy = small.open(SessionOptions.defaults(), told);

        for (int count = 0; count < 1_000; count++) {
            assertThat(busy.trySubmit("put", put("x".repeat(1_000)))).isTrue();
        }

        loop.turn();
        assertThat(told.answers).hasSize(1_001);
    }

    @Test
    void trySubmit_withinAnAnswer_waitsForTheNextTurn() {
        told.then = token -> {
            if (token.equals("first")) {
                session.trySubmit("second", STATS);
            }
        };
        session.trySubmit("first", STATS);

        loop.turn();
        assertThat(told.answers).containsExactly("first", "flush");
        loop.turn();
        assertThat(told.answers).containsExactly("first", "flush", "second", "flush");
    }

    @Test
    void trySubmit_afterOneWithinAnAnswer_isAppliedAfterIt() {
        told.then = token -> {
            if (token.equals("first")) {
                session.trySubmit("second", STATS);
            }
        };
        session.trySubmit("first", STATS);
        loop.endTurn();

        session.trySubmit("third", STATS);
        loop.turn();

        assertThat(told.answers).containsExactly("first", "flush", "second", "third", "flush");
    }

    @Test
    void delayedTask_wakesTheLoopWhenItIsDue() {
        session.trySubmit("put", new Command.Put(
                "jobs", ByteBuffer.wrap("late".getBytes()), Put.options().withDelay(Duration.ofSeconds(5))));
        session.trySubmit("take", new Command.Take("jobs", -1));
        loop.turn();

        assertThat(loop.nanosUntilWork()).isEqualTo(5_000_000_000L);
        clock.advance(Duration.ofSeconds(5));
        loop.wake();
        assertThat(told.answers).contains("take taken 1 late");
        assertThat(loop.nanosUntilWork()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void nearerEvent_callsTheFartherWakeUpOff() {
        session.trySubmit("far", new Command.Take("jobs", 60_000));
        loop.turn();
        session.trySubmit("near", new Command.Take("jobs", 1_000));
        loop.turn();

        assertThat(loop.plannedCount()).isEqualTo(1);
        assertThat(loop.nanosUntilWork()).isEqualTo(1_000_000_000L);
    }

    @Test
    void isTurnFull_whenAnswersHoldMuch_untilTheTurnEnds() {
        session.trySubmit("put", put("x".repeat(1 << 20)));
        loop.turn();
        int looks = 0;
        while (!engine.isTurnFull() && looks < 100) {
            session.trySubmit("peek", new Command.Peek("jobs", 1));
            looks++;
        }

        assertThat(looks).isEqualTo(16);
        loop.turn();
        assertThat(engine.isTurnFull()).isFalse();
    }

    @Test
    void close_inTheLoop_answersWhatIsUnderWay() {
        session.trySubmit("wait", new Command.Take("jobs", -1));
        engine.close();

        assertThat(told.answers).containsExactly("wait failed CLOSED", "ended ENGINE_CLOSED", "flush");
        session.trySubmit("late", STATS);
        assertThat(told.answers).contains("late failed CLOSED");
    }

    @Test
    void close_withinAnAnswer_isRefused() {
        List<Throwable> caught = new ArrayList<>();
        told.then = token -> caught.add(catchThrowable(engine::close));
        session.trySubmit("first", STATS);

        loop.turn();

        assertThat(caught).singleElement().isInstanceOfSatisfying(
                MillraceException.class, refused -> assertThat(refused.code()).isEqualTo(ErrorCode.BAD_ARGUMENT));
    }

    private HostedEngine open(OpenOptions options) {
        return Engines.openOn(loop, "memory:", options.withTimeSource(clock));
    }

    private static Command put(String payload) {
        return new Command.Put("jobs", ByteBuffer.wrap(payload.getBytes()));
    }

    /** Writes down what it is told. */
    private static final class Told implements Outlet<String> {
        private final List<String> answers = new ArrayList<>();
        private Consumer<String> then = token -> {};

        @Override
        public void answer(String token, Answer answer) {
            answers.add(token + switch (answer) {
                case Answer.Stored stored -> " stored " + stored.id();
                case Answer.Taken taken -> " taken " + taken.id() + " " + text(taken.payload());
                case Answer.Failed failed -> " failed " + failed.code();
                default -> "";
            });
            then.accept(token);
        }

        @Override
        public void push(Push push) {
            answers.add(push.toString());
        }

        @Override
        public void flush() {
            answers.add("flush");
        }

        @Override
        public void ended(EndReason reason) {
            answers.add("ended " + reason);
        }

        private static String text(ByteBuffer payload) {
            byte[] bytes = new byte[payload.remaining()];
            payload.duplicate().get(bytes);
            return new String(bytes);
        }
    }
}
