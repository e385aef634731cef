package dev.millrace.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.millrace.api.Codec;
import dev.millrace.api.ErrorCode;
import dev.millrace.api.Millrace;
import dev.millrace.api.MillraceException;
import dev.millrace.api.OpenOptions;
import dev.millrace.api.QueueStats;
import dev.millrace.api.Session;
import dev.millrace.api.Task;
import dev.millrace.api.TaskId;
import dev.millrace.api.TaskInfo;
import dev.millrace.api.TaskPage;
import dev.millrace.api.TaskQueue;
import dev.millrace.api.TaskState;
import dev.millrace.testkit.EngineFixture;
import dev.millrace.testkit.FixtureSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.UnaryOperator;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;

/**
 * What the contract's classes share: an open engine on a fixture of their own, and the words to speak of it.
 *
 * <p>Blocking verbs keep an interrupt for later, so that a test which an engine leaves without an answer can be ended
 * only by leaving its thread behind.
 */
@Timeout(value = EngineContract.TEST_SECONDS_MAX, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
public abstract class EngineContract implements FixtureSource {
    /** How long a test waits, in real time, for what must come. */
    static final long PATIENCE_SECONDS = 30;

    /** How long a test may take, in real time; many times what the slowest needs. */
    static final long TEST_SECONDS_MAX = 120;

    EngineFixture fixture;
    Millrace mill;

    /** For subclasses. */
    protected EngineContract() {}

    @BeforeEach
    void openEngine() {
        fixture = newFixture();
        mill = fixture.open();
    }

    @AfterEach
    @Timeout(value = TEST_SECONDS_MAX, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void closeEngine() {
        fixture.close();
    }

    /** Opens the fixture's store anew with changed options, in place of the engine that is open. */
    final void reopen(UnaryOperator<OpenOptions> change) {
        mill = fixture.reopen(change);
    }

    /** The queue that most tests speak of, on the engine's own session. */
    final TaskQueue<String> jobs() {
        return jobs(mill.session());
    }

    static TaskQueue<String> jobs(Session session) {
        return session.queue("jobs", Codec.text());
    }

    final void advance(Duration time) {
        fixture.advance(time);
    }

    final void advanceMs(long ms) {
        fixture.advance(Duration.ofMillis(ms));
    }

    /** Begins to wait for a task, and returns when the engine knows. */
    final CompletableFuture<@Nullable Task<String>> waiter(TaskQueue<String> queue) {
        CompletableFuture<@Nullable Task<String>> waiter =
                queue.async().takeWhenReady().toCompletableFuture();
        fixture.settle();
        return waiter;
    }

    /** Begins to wait for a task with a timeout, and returns when the engine knows. */
    final CompletableFuture<@Nullable Task<String>> waiter(TaskQueue<String> queue, Duration timeout) {
        CompletableFuture<@Nullable Task<String>> waiter =
                queue.async().take(timeout).toCompletableFuture();
        fixture.settle();
        return waiter;
    }

    /** Takes a task that must be there. */
    static Task<String> taken(TaskQueue<String> queue) {
        return there(queue.take());
    }

    /** The task that a waiter must have got. */
    static Task<String> got(CompletableFuture<@Nullable Task<String>> waiter) {
        return there(await(waiter));
    }

    static <T> T there(@Nullable T value) {
        if (value == null) {
            throw new AssertionError("nothing came, though something must");
        }
        return value;
    }

    /** The task as a look shows it; it must be there. */
    static TaskInfo<String> seen(TaskQueue<String> queue, TaskId id) {
        return there(queue.peek(id));
    }

    /** Takes and acks all that is ready; the payloads in the order of the takes. */
    static List<String> drained(TaskQueue<String> queue) {
        List<String> payloads = new ArrayList<>();
        for (Task<String> task = queue.take(); task != null; task = queue.take()) {
            payloads.add(task.payload());
            task.ack();
        }
        return payloads;
    }

    /** All tasks in a state, by a listing in pages. */
    static List<TaskInfo<String>> listed(TaskQueue<String> queue, TaskState state, int pageSize) {
        List<TaskInfo<String>> all = new ArrayList<>();
        long cursor = 0;
        do {
            TaskPage<String> page = queue.list(state, cursor, pageSize);
            all.addAll(page.tasks());
            cursor = page.nextCursor();
        } while (cursor != 0);
        return all;
    }

    /** Waits with a test's patience. A failure of the API is thrown as it is. */
    static <T extends @Nullable Object> T await(CompletionStage<T> stage) {
        try {
            return stage.toCompletableFuture().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof MillraceException failure) {
                throw failure;
            }
            throw new AssertionError("a stage failed", e);
        } catch (InterruptedException | TimeoutException e) {
            throw new AssertionError("no answer", e);
        }
    }

    /** Holds the engine's thread within a callback until the latch is counted down. */
    final CountDownLatch holdEngine() {
        CountDownLatch held = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        TaskQueue<byte[]> hold = mill.queue("hold");
        hold.async().takeWhenReady().thenAccept(task -> {
            held.countDown();
            awaitLatch(release);
        });
        hold.async().put(new byte[0]);
        awaitLatch(held);
        return release;
    }

    static void awaitLatch(CountDownLatch latch) {
        try {
            if (!latch.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                throw new AssertionError("what a test waits for did not come");
            }
        } catch (InterruptedException e) {
            throw new AssertionError("interrupted", e);
        }
    }

    /** Requires that a call fails with this code, and says all of this. */
    static void refused(ErrorCode code, ThrowingCallable call, Object... said) {
        assertThat(catchThrowable(call))
                .isInstanceOfSatisfying(MillraceException.class, failure -> {
                    assertThat(failure.code()).as(failure.getMessage()).isEqualTo(code);
                    for (Object word : said) {
                        assertThat(failure).hasMessageContaining(word.toString());
                    }
                });
    }

    /** {@link #refused}, and nothing has changed in the queue (T14). */
    static void refusedUnchanged(TaskQueue<?> queue, ErrorCode code, ThrowingCallable call, Object... said) {
        QueueStats before = queue.stats();
        refused(code, call, said);
        assertThat(queue.stats()).isEqualTo(before);
    }
}
