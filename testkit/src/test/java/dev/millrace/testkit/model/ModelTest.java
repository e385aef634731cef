package dev.millrace.testkit.model;

import static dev.millrace.testkit.model.Scene.A;
import static dev.millrace.testkit.model.Scene.B;
import static dev.millrace.testkit.model.Scene.Q;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.api.ErrorCode;
import dev.millrace.api.KeyMode;
import dev.millrace.api.OpenOptions;
import dev.millrace.api.Put;
import dev.millrace.api.QueueSettings;
import dev.millrace.api.TaskState;
import dev.millrace.api.engine.Answer;
import dev.millrace.api.engine.Command;
import dev.millrace.api.engine.Push;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The model, scene by scene: what the contract's clauses say, in small numbers. Each test begins with its clause. */
class ModelTest {
    private final Scene scene = new Scene();

    @Test
    void t7_take_severalPriorities_mostUrgentThenLowestId() {
        long later = scene.put();
        long first = scene.put(Put.priority(0)).id();
        long second = scene.put(Put.priority(0)).id();
        assertThat(List.of(scene.take(A), scene.take(A), scene.take(A), scene.take(A)))
                .containsExactly(first, second, later, 0L);
    }

    @Test
    void t9_put_severalWait_firstInLineGetsIt() {
        long first = scene.waitFor(A);
        long second = scene.waitFor(B);
        long id = scene.put();
        assertThat(((Answer.Taken) scene.answer(first)).id()).isEqualTo(id);
        assertThat(scene.isAnswered(second)).isFalse();
        scene.cancel(B, second);
        assertThat(((Answer.Failed) scene.answer(second)).code()).isEqualTo(ErrorCode.CANCELLED);
        assertThat(scene.stats().waiting()).isZero();
    }

    @Test
    void t13_ack_eachMistake_hasItsOwnCode() {
        long id = scene.put();
        assertThat(scene.refused(A, new Command.Ack(Q, 0, 0)).code()).isEqualTo(ErrorCode.BAD_ARGUMENT);
        assertThat(scene.refused(A, new Command.Ack(Q, 99, 0)).code()).isEqualTo(ErrorCode.NOT_FOUND);
        assertThat(scene.refused(A, new Command.Ack(Q, id, 0)).code()).isEqualTo(ErrorCode.NOT_TAKEN);
        scene.take(A);
        assertThat(scene.refused(B, new Command.Ack(Q, id, 1)).code()).isEqualTo(ErrorCode.NOT_OWNER);
        assertThat(scene.refused(A, new Command.Ack(Q, id, 2)).code()).isEqualTo(ErrorCode.NOT_OWNER);
        assertThat(scene.done(A, new Command.Ack(Q, id, 1)).state()).isNull();
        assertThat(scene.refused(A, new Command.Ack(Q, id, 1)).code()).isEqualTo(ErrorCode.NOT_FOUND);
    }

    @Test
    void t17_pass_severalAreDue_inTheOrderOfTheirTimes() {
        long late = scene.put(Put.delay(Duration.ofMillis(20))).id();
        long early = scene.put(Put.delay(Duration.ofMillis(10))).id();
        long first = scene.waitFor(A);
        long second = scene.waitFor(B);
        scene.pass(20);
        assertThat(((Answer.Taken) scene.answer(first)).id()).isEqualTo(early);
        assertThat(((Answer.Taken) scene.answer(second)).id()).isEqualTo(late);
    }

    @Test
    void t20_pause_takesWait_untilResumed() {
        scene.call(A, new Command.Pause(Q));
        long id = scene.put();
        assertThat(scene.take(A)).isZero();
        assertThat(scene.call(A, new Command.Peek(Q, 0))).isInstanceOf(Answer.Nothing.class);
        long waiting = scene.waitFor(B);
        assertThat(scene.isAnswered(waiting)).isFalse();
        scene.restart(true, 1);
        assertThat(scene.take(A)).isZero();
        long again = scene.waitFor(B);
        scene.call(A, new Command.Resume(Q));
        assertThat(((Answer.Taken) scene.answer(again)).id()).isEqualTo(id);
    }

    @Test
    void t20_configure_backoffAndMaxAttempts_countWhereThePutSaysNothing() {
        QueueSettings settings = QueueSettings.defaults()
                .withMaxAttempts(4)
                .withBackoff(Duration.ofMillis(10), Duration.ofMillis(25));
        scene.call(A, new Command.Configure(Q, settings));
        long id = scene.put();
        List<Long> delays = new ArrayList<>();
        for (int failure = 1; failure <= 3; failure++) {
            scene.take(A);
            scene.call(A, new Command.Fail(Q, id, 0, -1, null));
            delays.add(scene.seen(id).dueMs() - scene.nowMs());
            scene.pass(25);
        }
        assertThat(delays).containsExactly(10L, 20L, 25L);
        scene.take(A);
        assertThat(scene.done(A, new Command.Fail(Q, id, 0, -1, null)).state()).isEqualTo(TaskState.BURIED);
    }

    @Test
    void t21_take_lastsTooLong_failsAndTellsItsOwner() {
        long id = scene.put(Put.options().withTtr(Duration.ofMillis(10)).withMaxAttempts(2)).id();
        scene.take(A);
        scene.pass(9);
        scene.call(A, new Command.Touch(Q, id, 1));
        scene.pass(9);
        assertThat(scene.seen(id).state()).isEqualTo(TaskState.TAKEN);
        scene.pass(1);
        assertThat(scene.pushes(A)).containsExactly(new Push.Lost(Q, id, 1));
        assertThat(scene.seen(id)).satisfies(seen -> {
            assertThat(seen.state()).isEqualTo(TaskState.READY);
            assertThat(seen.failures()).isOne();
        });
        scene.take(B);
        scene.pass(10);
        assertThat(scene.seen(id).reason()).isEqualTo("its time to run, 10 ms, is over");
        assertThat(scene.stats().timedOutCount()).isEqualTo(2);
        assertThat(scene.stats().failedCount()).isEqualTo(2);
    }

    @Test
    void t21_touch_inTheRoundInWhichTheTimeIsOver_wins() {
        long id = scene.put(Put.options().withTtr(Duration.ofMillis(10))).id();
        scene.take(A);
        Model model = scene.model();
        model.begin(scene.nowMs() + 10, null);
        model.submit(A, 1_000, new Command.Touch(Q, id, 0));
        assertThat(model.end(false)).isNull();
        assertThat(model.tasks().getFirst().state()).isEqualTo(TaskState.TAKEN);
    }

    @Test
    void t22_restart_asOftenAsEngineDeathsMax_buries() {
        Scene dying = new Scene(OpenOptions.defaults().withEngineDeathsMax(2));
        long id = dying.put();
        dying.take(A);
        dying.restart(false, 5);
        assertThat(dying.seen(id).state()).isEqualTo(TaskState.READY);
        dying.take(A);
        dying.restart(true, 5);
        assertThat(dying.seen(id).state()).isEqualTo(TaskState.READY);
        dying.take(A);
        dying.restart(false, 5);
        assertThat(dying.seen(id)).satisfies(seen -> {
            assertThat(seen.state()).isEqualTo(TaskState.BURIED);
            assertThat(seen.attempts()).isEqualTo(3);
            assertThat(seen.failures()).isZero();
        });
    }

    @Test
    void t22_session_silent_failsItsTasks() {
        scene.open(3, 100);
        long id = scene.put();
        scene.take(3);
        scene.pass(99);
        assertThat(scene.seen(id).state()).isEqualTo(TaskState.TAKEN);
        scene.pass(1);
        assertThat(scene.seen(id).failures()).isOne();
        assertThat(scene.refused(3, new Command.Beat()).code()).isEqualTo(ErrorCode.CLOSED);
    }

    @Test
    void t23_keep_firstLives_changesNothing() {
        Answer.Stored first = scene.put(Put.key("k"));
        Answer.Stored again = scene.put(Put.key("k").withPriority(0));
        assertThat(again).isEqualTo(new Answer.Stored(first.id(), TaskState.READY, 0, false, true));
        assertThat(scene.seen(first.id()).priority()).isEqualTo(1_000);
        assertThat(scene.stats().putCount()).isOne();
    }

    @Test
    void t23_replace_ofABuriedTask_revivesItUnderItsId() {
        long id = scene.put(Put.key("k")).id();
        scene.take(A);
        scene.call(A, new Command.Bury(Q, id, 0, "no"));
        Answer.Stored again = scene.put(
                Put.options().withKey("k", KeyMode.REPLACE).withDelay(Duration.ofMillis(5)));
        assertThat(again).isEqualTo(new Answer.Stored(id, TaskState.DELAYED, scene.nowMs() + 5, false, true));
        assertThat(scene.seen(id)).satisfies(seen -> {
            assertThat(seen.attempts()).isOne();
            assertThat(seen.reason()).isNull();
        });
    }

    @Test
    void t23_rerun_firstIsTaken_waitsForItsEnd() {
        Put rerun = Put.options().withKey("k", KeyMode.RERUN);
        long first = scene.put(rerun).id();
        scene.take(A);
        Answer.Stored successor = scene.put(rerun);
        assertThat(successor.id()).isGreaterThan(first);
        assertThat(successor.state()).isEqualTo(TaskState.DELAYED);
        assertThat(successor.existing()).isFalse();
        assertThat(scene.put(rerun.withPriority(7)).id()).isEqualTo(successor.id());
        assertThat(scene.refused(A, new Command.KickOne(Q, successor.id())).code()).isEqualTo(ErrorCode.NOT_FOUND);
        scene.call(A, new Command.Release(Q, first, 0, 0));
        assertThat(scene.seen(successor.id()).state()).isEqualTo(TaskState.DELAYED);
        assertThat(scene.take(A)).isEqualTo(first);
        long waiting = scene.waitFor(B);
        scene.call(A, new Command.Ack(Q, first, 0));
        assertThat(((Answer.Taken) scene.answer(waiting)).id()).isEqualTo(successor.id());
        assertThat(((Answer.Taken) scene.answer(waiting)).priority()).isEqualTo(7);
    }

    @Test
    void t23_bury_withASuccessor_takesTheKeyAway() {
        Put rerun = Put.options().withKey("k", KeyMode.RERUN);
        long first = scene.put(rerun).id();
        scene.take(A);
        long successor = scene.put(rerun).id();
        scene.call(A, new Command.Bury(Q, first, 0, null));
        assertThat(scene.seen(successor).state()).isEqualTo(TaskState.READY);
        assertThat(scene.put(Put.key("k")).id()).isEqualTo(successor);
        scene.call(A, new Command.Delete(Q, successor, false));
        assertThat(scene.put(Put.key("k")).existing()).isFalse();
    }

    @Test
    void t24_ttl_takenIsSpared_goesWhenItComesBack() {
        Put mortal = Put.options().withTtl(Duration.ofMillis(10));
        long ready = scene.put(mortal.withDelay(Duration.ofMillis(10)).withPriority(5)).id();
        long taken = scene.put(mortal).id();
        scene.take(A);
        long waiting = scene.waitFor(B);
        scene.pass(10);
        assertThat(scene.isGone(ready)).isTrue();
        assertThat(scene.isAnswered(waiting)).isFalse();
        assertThat(scene.seen(taken).state()).isEqualTo(TaskState.TAKEN);
        assertThat(scene.done(A, new Command.Release(Q, taken, 0, 5)).state()).isNull();
        assertThat(scene.stats()).satisfies(stats -> {
            assertThat(stats.total()).isZero();
            assertThat(stats.expiredCount()).isEqualTo(2);
            assertThat(stats.releasedCount()).isOne();
        });
    }

    @Test
    void t25_putMany_oneIsRefused_storesNone() {
        scene.put(Put.options().withProducer("p", 5));
        List<Command.PutMany.Item> items = List.of(
                new Command.PutMany.Item(Numbers.payload(1, 4), Put.options().withProducer("p", 4)),
                new Command.PutMany.Item(Numbers.payload(2, 4), Put.options().withProducer("p", 5)));
        assertThat(scene.refused(A, new Command.PutMany(Q, items)).code()).isEqualTo(ErrorCode.BAD_ARGUMENT);
        assertThat(scene.stats().total()).isOne();
        assertThat(scene.stats().putCount()).isOne();
    }

    @Test
    void t25_takeMany_whatIsThere_ofTheFirstQueueThatHasOne() {
        long one = scene.put();
        long two = scene.put();
        Answer.TakenMany taken = (Answer.TakenMany)
                scene.call(A, new Command.TakeMany(List.of("empty", Q), 5, -1));
        assertThat(taken.tasks()).extracting(Answer.Taken::id).containsExactly(one, two);
        long waiting = scene.submit(B, new Command.TakeMany(List.of("empty", Q), 5, 10));
        assertThat(scene.stats().waiting()).isOne();
        scene.pass(10);
        assertThat(scene.answer(waiting)).isInstanceOf(Answer.Nothing.class);
    }

    @Test
    void t25_ackMany_aReceiptTwice_isNotFoundTheSecondTime() {
        long id = scene.put();
        scene.take(A);
        Command.AckMany.Held held = new Command.AckMany.Held(id, 1);
        Answer.Each each = (Answer.Each) scene.call(A, new Command.AckMany(Q, List.of(held, held)));
        assertThat(each.answers().getFirst()).isEqualTo(new Answer.Done(id, null));
        assertThat(((Answer.Failed) each.answers().getLast()).code()).isEqualTo(ErrorCode.NOT_FOUND);
    }

    @Test
    void t26_take_severalGroups_goRoundWithinTheirLimits() {
        long g1 = scene.put(Put.group("g", 1)).id();
        long g2 = scene.put(Put.group("g", 1).withPriority(0)).id();
        long h1 = scene.put(Put.group("h", 2)).id();
        long none = scene.put();
        long h2 = scene.put(Put.group("h", 2)).id();
        assertThat(List.of(scene.take(A), scene.take(A), scene.take(A), scene.take(A), scene.take(A)))
                .containsExactly(g2, h1, none, h2, 0L);
        long waiting = scene.waitFor(B);
        scene.call(A, new Command.Ack(Q, g2, 0));
        assertThat(((Answer.Taken) scene.answer(waiting)).id()).isEqualTo(g1);
    }

    @Test
    void t26_put_raisesTheLimit_servesThoseWhoWait() {
        scene.put(Put.group("g", 1));
        long second = scene.put(Put.group("g", 1)).id();
        scene.take(A);
        long waiting = scene.waitFor(B);
        scene.put(Put.group("g", 2).withDelay(Duration.ofMillis(5)));
        assertThat(((Answer.Taken) scene.answer(waiting)).id()).isEqualTo(second);
    }

    @Test
    void g10_put_repeated_answersWithTheFirstId() {
        Answer.Stored first = scene.put(Put.options().withProducer("p", 3));
        Answer.Stored again = scene.put(Put.options().withProducer("p", 3));
        assertThat(again).isEqualTo(new Answer.Stored(first.id(), TaskState.READY, 0, true, false));
        Command low = new Command.Put(Q, Numbers.payload(9, 4), Put.options().withProducer("p", 2));
        assertThat(scene.refused(A, low).code()).isEqualTo(ErrorCode.BAD_ARGUMENT);
        assertThat(((Answer.Count) scene.call(A, new Command.LastSequence(Q, "p"))).count()).isEqualTo(3);
    }

    @Test
    void t20_purge_tasksInEveryState_takesAllWithIt() {
        long first = scene.put(Put.options().withKey("k", KeyMode.RERUN)).id();
        scene.take(A);
        scene.put(Put.options().withKey("k", KeyMode.RERUN));
        scene.put(Put.delay(Duration.ofMillis(5)));
        assertThat(((Answer.Count) scene.call(B, new Command.Purge(Q))).count()).isEqualTo(3);
        assertThat(scene.stats().total()).isZero();
        assertThat(scene.refused(A, new Command.Ack(Q, first, 0)).code()).isEqualTo(ErrorCode.NOT_FOUND);
        assertThat(scene.put(Put.key("k")).existing()).isFalse();
    }

    @Test
    void g4_close_givesBackTasksAndWithdrawsWaits() {
        long id = scene.put();
        scene.take(A);
        long own = scene.submit(A, new Command.Take("other", -1));
        long others = scene.waitFor(B);
        scene.close(A);
        assertThat(((Answer.Failed) scene.answer(own)).code()).isEqualTo(ErrorCode.CLOSED);
        assertThat(((Answer.Taken) scene.answer(others)).id()).isEqualTo(id);
    }
}
