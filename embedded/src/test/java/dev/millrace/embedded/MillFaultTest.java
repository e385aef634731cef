package dev.millrace.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.millrace.api.Codec;
import dev.millrace.api.Consume;
import dev.millrace.api.Consumption;
import dev.millrace.api.ErrorCode;
import dev.millrace.api.Millrace;
import dev.millrace.api.MillraceException;
import dev.millrace.api.Put;
import dev.millrace.api.Session;
import dev.millrace.api.Stored;
import dev.millrace.api.Task;
import dev.millrace.api.TaskInfo;
import dev.millrace.api.TaskQueue;
import dev.millrace.api.TaskState;
import dev.millrace.api.engine.Command;
import dev.millrace.testkit.Fault;
import dev.millrace.testkit.MillControl;
import dev.millrace.testkit.MillraceTest;
import dev.millrace.testkit.QueueName;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a test can let go wrong, and what of it the tested code sees. */
@MillraceTest
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class MillFaultTest {
    @Test
    void failNextPut_overloaded_refusesOneAndStoresNothing(
            @QueueName("jobs") TaskQueue<String> jobs, @QueueName("other") TaskQueue<String> other, MillControl control) {
        control.failNextPut("jobs", Fault.OVERLOADED);

        other.put("not concerned");
        refused(ErrorCode.OVERLOADED, () -> jobs.put("first"));
        jobs.put("second");

        assertThat(jobs.stats().putCount()).isOne();
        assertThat(payload(jobs)).isEqualTo("second");
    }

    @Test
    void failNextPut_lostAnswer_isUnknownThoughStored(@QueueName("jobs") TaskQueue<String> jobs, MillControl control) {
        control.failNextPut("jobs", Fault.UNKNOWN_DONE);

        refused(ErrorCode.UNKNOWN, () -> jobs.put("job", Put.options().withProducer("me", 1)));
        Stored again = jobs.put("job", Put.options().withProducer("me", 1));

        assertThat(again.repeated()).isTrue();
        assertThat(jobs.stats().ready()).isOne();
    }

    @Test
    void failNextPut_lostCommand_isUnknownAndNotStored(@QueueName("jobs") TaskQueue<String> jobs, MillControl control) {
        control.failNextPut("jobs", Fault.UNKNOWN_NOT_DONE);

        refused(ErrorCode.UNKNOWN, () -> jobs.put("job"));

        assertThat(jobs.stats().total()).isZero();
    }

    @Test
    void failNextPut_planOfThree_isMetInItsOrder(@QueueName("jobs") TaskQueue<String> jobs, MillControl control) {
        control.failNextPut("jobs", Fault.OVERLOADED);
        control.failNextPut("jobs", Fault.UNKNOWN_DONE);
        control.failNextPut("jobs", Fault.OVERLOADED);

        refused(ErrorCode.OVERLOADED, () -> jobs.put("1"));
        refused(ErrorCode.UNKNOWN, () -> jobs.put("2"));
        assertThat(jobs.async().put("3").toCompletableFuture())
                .failsWithin(Duration.ofSeconds(30))
                .withThrowableThat()
                .withMessageContaining("OVERLOADED");

        assertThat(jobs.put("4").id().number()).isEqualTo(2);
    }

    @Test
    void failNext_ackThatIsRefusedAnyway_staysRefused(@QueueName("jobs") TaskQueue<String> jobs, MillControl control) {
        jobs.put("job");
        Task<String> task = Objects.requireNonNull(jobs.take());
        task.ack();
        control.failNext(Command.Ack.class, "jobs", Fault.UNKNOWN_DONE);

        refused(ErrorCode.NOT_FOUND, () -> jobs.ack(task.receipt()));
    }

    @Test
    void failNext_ackInAConsumer_leavesTheTaskWithItsSession(
            @QueueName("jobs") TaskQueue<String> jobs, MillControl control) {
        control.failNext(Command.Ack.class, "jobs", Fault.UNKNOWN_NOT_DONE);
        jobs.consume(task -> {});
        jobs.put("first");
        jobs.put("second");

        control.drain();

        assertThat(jobs.stats().taken()).isOne();
        assertThat(jobs.stats().ackedCount()).isOne();
    }

    @Test
    void delayNext_put_isDoneAtOnceAndAnsweredInTime(@QueueName("jobs") TaskQueue<String> jobs, MillControl control) {
        control.delayNext(Command.Put.class, "jobs", Duration.ofSeconds(5));
        CompletableFuture<Stored> put = jobs.async().put("job").toCompletableFuture();

        control.advance(Duration.ofSeconds(5).minusNanos(1));
        assertThat(put).isNotDone();
        assertThat(jobs.stats().ready()).isOne();
        control.advance(Duration.ofNanos(1));

        assertThat(put).isCompletedWithValueMatching(stored -> stored.id().number() == 1);
    }

    @Test
    void delayNext_putInAHandler_letsTheHandlerRestUntilThen(
            @QueueName("jobs") TaskQueue<String> jobs, @QueueName("next") TaskQueue<String> next, MillControl control) {
        control.delayNext(Command.Put.class, "next", Duration.ofSeconds(5));
        jobs.consume(task -> next.put("after " + task.payload()));
        jobs.put("job");

        control.drain();
        assertThat(jobs.stats().taken()).isOne();
        control.advance(Duration.ofSeconds(5));

        assertThat(jobs.stats().ackedCount()).isOne();
    }

    @Test
    void delayNext_take_bringsTheTaskWhole(@QueueName("jobs") TaskQueue<String> jobs, MillControl control) {
        control.delayNext(Command.Take.class, "jobs", Duration.ofSeconds(1));
        CompletableFuture<?> first = jobs.async().takeWhenReady().toCompletableFuture();
        jobs.put("job");
        jobs.put("x".repeat(100));
        control.drain();
        assertThat(payload(jobs)).isEqualTo("x".repeat(100));
        assertThat(first).isNotDone();

        control.advance(Duration.ofSeconds(1));

        assertThat(first).isCompletedWithValueMatching(task -> ((Task<?>) task).payload().equals("job"));
    }

    @Test
    void delayNext_takeThatIsWithdrawnMeanwhile_goesBackUnseen(
            @QueueName("jobs") TaskQueue<String> jobs, MillControl control) {
        control.delayNext(Command.Take.class, "jobs", Duration.ofSeconds(1));
        CompletableFuture<?> take = jobs.async().takeWhenReady().toCompletableFuture();
        jobs.put("job");
        control.drain();
        take.cancel(true);

        control.advance(Duration.ofSeconds(1));

        assertThat(jobs.stats().ready()).isOne();
        assertThat(jobs.stats().failedCount()).isZero();
    }

    @Test
    void delayNext_sessionThatEndsMeanwhile_isAnsweredBefore(Millrace mill, MillControl control) {
        Session session = mill.openSession();
        control.delayNext(Command.Put.class, "jobs", Duration.ofSeconds(1));
        CompletableFuture<Stored> put = session.queue("jobs").async().put(new byte[0]).toCompletableFuture();

        session.close();
        control.drain();

        assertThat(put).isCompleted();
    }

    @Test
    void delayNext_byNothing_isRefused(MillControl control) {
        assertThatThrownBy(() -> control.delayNext(Command.Put.class, "jobs", Duration.ZERO))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("late=PT0S");
    }

    @Test
    void loseSession_withTasksAndWaits_failsTheTasksAndClosesTheRest(Millrace mill, MillControl control) {
        TaskQueue<String> jobs = mill.queue("jobs", Codec.text());
        jobs.put("mended");
        jobs.put("given up", Put.options().withMaxAttempts(1));
        Session session = mill.openSession();
        TaskQueue<String> lost = session.queue("jobs", Codec.text());
        Task<String> first = Objects.requireNonNull(lost.take());
        Task<String> second = Objects.requireNonNull(lost.take());
        Consumption consumption = session.queue("other").consume(task -> {}, Consume.concurrency(2));
        control.drain();

        control.loseSession(session);
        control.drain();

        TaskInfo<String> ready = Objects.requireNonNull(jobs.peek(first.id()));
        assertThat(ready.state()).isEqualTo(TaskState.READY);
        assertThat(ready.failures()).isOne();
        assertThat(Objects.requireNonNull(jobs.peek(second.id())).state()).isEqualTo(TaskState.BURIED);
        refused(ErrorCode.CLOSED, first::ack);
        assertThat(consumption.ended().toCompletableFuture()).isCompletedExceptionally();
        assertThat(session.isOpen()).isFalse();
        assertThat(jobs.stats().failedCount()).isEqualTo(2);
        control.loseSession(session);
    }

    @Test
    void breakEngine_withWaitsAndTasks_answersReadOnlyFromThenOn(Millrace mill, MillControl control) {
        TaskQueue<String> jobs = mill.queue("jobs", Codec.text());
        jobs.put("job");
        Task<String> task = Objects.requireNonNull(jobs.take());
        CompletableFuture<?> wait = jobs.async().takeWhenReady().toCompletableFuture();
        Consumption consumption = jobs.consume(each -> {});

        control.breakEngine();
        control.drain();

        refused(ErrorCode.READ_ONLY, task::ack);
        refused(ErrorCode.READ_ONLY, () -> jobs.put("more"));
        refused(ErrorCode.READ_ONLY, jobs::stats);
        refused(ErrorCode.READ_ONLY, () -> mill.openSession().queue("jobs").put(new byte[0]));
        assertThat(wait)
                .failsWithin(Duration.ofSeconds(30))
                .withThrowableThat()
                .withMessageContaining("READ_ONLY");
        assertThat(consumption.ended().toCompletableFuture()).isCompletedExceptionally();
        mill.close();
        refused(ErrorCode.CLOSED, jobs::stats);
    }

    @Test
    void restart_ofAStoreInMemory_isRefusedWithTheRemedy(MillControl control) {
        assertThatThrownBy(control::restart)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("Store.FOLDER");
        assertThatThrownBy(control::crash).hasMessageContaining("crash()");
    }

    @Nested
    @MillraceTest(store = MillraceTest.Store.FOLDER)
    class InAFolder {
        @Test
        void restart_withTasks_keepsThemAndClosesTheOldEngine(Millrace mill, MillControl control) {
            TaskQueue<String> before = mill.queue("jobs", Codec.text());
            before.put("taken");
            before.put("later", Put.delay(Duration.ofMinutes(1)));
            Task<String> task = Objects.requireNonNull(before.take());
            before.consume(each -> {});

            TaskQueue<String> after = control.restart().queue("jobs", Codec.text());

            refused(ErrorCode.CLOSED, before::stats);
            assertThat(control.millrace()).isNotSameAs(mill);
            TaskInfo<String> ready = Objects.requireNonNull(after.peek(task.id()));
            assertThat(ready.state()).isEqualTo(TaskState.READY);
            assertThat(ready.failures()).isZero();
            List<String> handled = new CopyOnWriteArrayList<>();
            after.consume(each -> handled.add(each.payload()));
            control.advance(Duration.ofMinutes(1));
            assertThat(handled).containsExactly("taken", "later");
        }

        @Test
        void crash_withATaskTaken_givesItBackWithItsAttempts(Millrace mill, MillControl control) {
            TaskQueue<String> before = mill.queue("jobs", Codec.text());
            before.put("taken");
            Task<String> task = Objects.requireNonNull(before.take());

            TaskQueue<String> after = control.crash().queue("jobs", Codec.text());

            TaskInfo<String> ready = Objects.requireNonNull(after.peek(task.id()));
            assertThat(ready.state()).isEqualTo(TaskState.READY);
            assertThat(ready.attempts()).isOne();
            assertThat(control.crash().queue("jobs").stats().ready()).isOne();
        }

        @Test
        void restart_ofABrokenEngine_bringsBackWhatWasAcknowledged(Millrace mill, MillControl control) {
            TaskQueue<String> before = mill.queue("jobs", Codec.text());
            Stored stored = before.put("job");
            control.breakEngine();
            refused(ErrorCode.READ_ONLY, () -> before.put("not stored"));

            TaskQueue<String> after = control.restart().queue("jobs", Codec.text());

            assertThat(Objects.requireNonNull(after.take()).id()).isEqualTo(stored.id());
            assertThat(after.stats().total()).isOne();
        }

        @Test
        void failNextPut_plannedBeforeARestart_isMetAfterIt(MillControl control) {
            control.failNextPut("jobs", Fault.OVERLOADED);
            TaskQueue<String> after = control.restart().queue("jobs", Codec.text());
            refused(ErrorCode.OVERLOADED, () -> after.put("job"));
        }
    }

    private static String payload(TaskQueue<String> queue) {
        return Objects.requireNonNull(queue.take()).payload();
    }

    private static void refused(ErrorCode code, ThrowingCallable call) {
        assertThat(catchThrowableOfType(MillraceException.class, call).code()).isEqualTo(code);
    }
}
