package dev.millrace.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.millrace.embedded.RequestStack.Added;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * The turn and the owner's sleep, one interleaving a test: whatever other threads do while the owner sleeps is written
 * as what its sleep does. An owner that sleeps for ever, and is not woken by anything that the test lets happen, has
 * missed a wake-up; the test then fails at once rather than hangs.
 */
class RequestStackTest {
    private static final long EVER = Long.MAX_VALUE;
    private static final long LATER_MS = 2_000;
    private static final long SOONER_MS = 1_000;
    private static final long LATER_NS = LATER_MS * 1_000_000;

    private final ScriptedSleep sleep = new ScriptedSleep();
    private final RequestStack stack = new RequestStack(sleep);

    @Test
    void add_whileSomebodyHasTheTurn_waitsAndWakesNobody() {
        assertThat(stack.add(request("a"))).isEqualTo(Added.WAITING);
        assertThat(stack.add(request("b"))).isEqualTo(Added.WAITING);
        assertThat(names(stack.takeAll())).containsExactly("a", "b");
        assertThat(stack.takeAll()).isNull();
        assertThat(sleep.wakes).isZero();
    }

    @Test
    void sleep_withARequestThere_keepsTheTurn() {
        stack.add(request("a"));
        stack.sleep(RequestStack.NEVER, EVER);
        assertThat(sleep.slept).isEmpty();
        assertThat(names(stack.takeAll())).containsExactly("a");
    }

    @Test
    void add_whileNobodyHasTheTurn_givesItToTheFirstAlone() {
        sleep.then(() -> {
            assertThat(stack.add(request("a"))).isEqualTo(Added.WITH_TURN);
            assertThat(stack.add(request("b"))).isEqualTo(Added.WAITING);
            stack.pass();
        });
        stack.sleep(RequestStack.NEVER, EVER);
        assertThat(names(stack.takeAll())).containsExactly("a", "b");
        assertThat(sleep.wakes).isOne();
    }

    @Test
    void giveBack_withNothingLeft_leavesTheOwnerAsleepAndTheTurnToTheNext() {
        sleep.then(() -> {
            stack.add(request("a"));
            stack.takeAll();
            stack.giveBack(RequestStack.NEVER);
            assertThat(sleep.wakes).isZero();
            assertThat(stack.add(request("b"))).isEqualTo(Added.WITH_TURN);
            stack.pass();
        });
        stack.sleep(RequestStack.NEVER, EVER);
        assertThat(names(stack.takeAll())).containsExactly("b");
    }

    @Test
    void giveBack_withARequestAddedMeanwhile_passesTheTurnToTheOwner() {
        sleep.then(() -> {
            stack.add(request("a"));
            stack.takeAll();
            assertThat(stack.add(request("b"))).isEqualTo(Added.WAITING);
            stack.giveBack(RequestStack.NEVER);
            assertThat(sleep.wakes).isOne();
        });
        stack.sleep(RequestStack.NEVER, EVER);
        assertThat(names(stack.takeAll())).containsExactly("b");
    }

    @Test
    void giveBack_withAnEarlierEvent_wakesTheOwnerToPlanAnew() {
        for (long plannedMs : new long[] {LATER_MS, RequestStack.NEVER}) {
            sleep.then(() -> serveAndGiveBack(SOONER_MS));
            stack.sleep(plannedMs, EVER);
            assertThat(stack.add(request("in the owner's turn"))).isEqualTo(Added.WAITING);
            stack.takeAll();
        }
        assertThat(sleep.wakes).isEqualTo(2);
    }

    @Test
    void giveBack_withNoEarlierEvent_leavesTheOwnerAsleep() {
        sleep.then(() -> {
            serveAndGiveBack(SOONER_MS);
            serveAndGiveBack(LATER_MS);
            serveAndGiveBack(RequestStack.NEVER);
            assertThat(sleep.wakes).isZero();
            sleep.timeIsOver();
        });
        stack.sleep(SOONER_MS, SOONER_MS * 1_000_000);
        assertThat(sleep.slept).containsExactly(SOONER_MS * 1_000_000);
    }

    @Test
    void sleep_timeOverInAnothersTurn_isEndedByThatOnesEvent() {
        sleep.then(() -> {
            stack.add(request("a"));
            stack.takeAll();
            sleep.timeIsOver();
        });
        // The owner could not get the turn; from here on only the other thread can wake it, also for an event that is
        // later than what the owner had planned.
        sleep.then(() -> stack.giveBack(2 * LATER_MS));
        stack.sleep(LATER_MS, LATER_NS);
        assertThat(sleep.slept).containsExactly(LATER_NS, EVER);
        assertThat(sleep.wakes).isOne();
    }

    @Test
    void sleep_timeOverInAnothersTurnThatLeavesNoEvent_goesOnUntilPassed() {
        sleep.then(() -> {
            stack.add(request("a"));
            stack.takeAll();
            sleep.timeIsOver();
        });
        sleep.then(() -> {
            stack.giveBack(RequestStack.NEVER);
            assertThat(sleep.wakes).isZero();
            stack.add(request("b"));
            stack.pass();
        });
        stack.sleep(LATER_MS, LATER_NS);
        assertThat(names(stack.takeAll())).containsExactly("b");
    }

    @Test
    void sleep_endingBetweenTheAddAndThePass_waitsForThePass() {
        sleep.then(() -> {
            assertThat(stack.add(request("a"))).isEqualTo(Added.WITH_TURN);
            sleep.timeIsOver();
        });
        sleep.then(stack::pass);
        stack.sleep(LATER_MS, LATER_NS);
        assertThat(names(stack.takeAll())).containsExactly("a");
        assertThat(sleep.slept).hasSize(2);
    }

    @Test
    void sleep_endingByItselfJustAsItIsWoken_leavesAWakeThatHarmsNobody() {
        sleep.then(() -> {
            serveAndGiveBack(SOONER_MS);
            sleep.timeIsOver();
        });
        stack.sleep(LATER_MS, LATER_NS);
        stack.takeAll();
        // The wake that was left over ends the next sleep at once, with the turn: a round too many, but none too few.
        stack.sleep(RequestStack.NEVER, EVER);
        assertThat(stack.add(request("a"))).isEqualTo(Added.WAITING);
    }

    @Test
    void sleep_endingForNoReason_getsTheTurnAlone() {
        sleep.then(sleep::timeIsOver);
        stack.sleep(RequestStack.NEVER, EVER);
        assertThat(stack.add(request("a"))).isEqualTo(Added.WAITING);
        assertThat(names(stack.takeAll())).containsExactly("a");
    }

    @Test
    void end_withRequests_handsThemOutAndTakesNoMore() {
        stack.add(request("a"));
        stack.add(request("b"));
        assertThat(names(stack.end())).containsExactly("a", "b");
        assertThat(stack.add(request("c"))).isEqualTo(Added.TOO_LATE);
        assertThat(names(stack.end())).isEmpty();
    }

    @Test
    void scriptedSleep_forEverAndNotWoken_isNoticed() {
        assertThatIllegalStateException()
                .isThrownBy(() -> stack.sleep(RequestStack.NEVER, EVER))
                .withMessageContaining("missed");
    }

    private void serveAndGiveBack(long eventMs) {
        assertThat(stack.add(request("served"))).isEqualTo(Added.WITH_TURN);
        stack.takeAll();
        stack.giveBack(eventMs);
    }

    private static List<String> names(@Nullable Request first) {
        List<String> names = new ArrayList<>();
        for (Request request = first; request != null; request = request.next) {
            names.add(request.toString());
        }
        return names;
    }

    private static Request request(String name) {
        return new Request() {
            @Override
            void apply(Shard shard) {
                throw new IllegalStateException("nobody applies here");
            }

            @Override
            void tooLate() {
                throw new IllegalStateException("nobody ends here");
            }

            @Override
            public String toString() {
                return name;
            }
        };
    }

    /** A sleep in which the next thing of a script happens; like a real one it remembers one wake. */
    private static final class ScriptedSleep implements RequestStack.OwnerSleep {
        final List<Long> slept = new ArrayList<>();
        private final Deque<Runnable> script = new ArrayDeque<>();
        int wakes;
        private boolean permit;
        private boolean isTimeOver;

        void then(Runnable meanwhile) {
            script.add(meanwhile);
        }

        /** The sleep that the script describes ends, woken or not. */
        void timeIsOver() {
            isTimeOver = true;
        }

        @Override
        public void sleep(long nanos) {
            slept.add(nanos);
            if (permit) {
                permit = false;
                return;
            }
            isTimeOver = false;
            Runnable meanwhile = script.poll();
            if (meanwhile != null) {
                meanwhile.run();
            }
            if (isTimeOver) {
                return;
            }
            if (!permit) {
                throw new IllegalStateException("a wake-up was missed: the owner sleeps, and nothing more happens");
            }
            permit = false;
        }

        @Override
        public void wake() {
            wakes++;
            permit = true;
        }
    }
}
