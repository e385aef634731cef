package dev.millrace.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.api.ErrorCode;
import dev.millrace.api.MillraceException;
import dev.millrace.api.Session;
import dev.millrace.api.Stored;
import dev.millrace.api.Task;
import dev.millrace.api.TaskQueue;
import dev.millrace.testkit.Clause;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Limits: each has a name, and past it new work is refused while accepted work goes on. */
public abstract class LimitContract extends EngineContract {
    private static final int COMMAND_BYTES_MAX = 64 << 10;
    private static final int PAYLOAD_BYTES = 1_000;

    /** For subclasses. */
    protected LimitContract() {}

    @Test
    @Clause("G7")
    void take_beyondWaitersMax_isOverloadedUntilOneIsServed() {
        reopen(options -> options.withWaitersMax(2));
        CompletableFuture<@Nullable Task<String>> first = waiter(jobs());
        CompletableFuture<@Nullable Task<String>> second = waiter(jobs(mill.openSession()));

        refusedUnchanged(
                jobs(), ErrorCode.OVERLOADED, () -> await(jobs().async().takeWhenReady()), "waitersMax", 2);
        refusedUnchanged(
                jobs(), ErrorCode.OVERLOADED, () -> mill.queue("other").take(Duration.ofSeconds(1)));
        assertThat(jobs().take()).isNull();

        jobs().put("1");
        assertThat(got(first).payload()).isEqualTo("1");
        CompletableFuture<@Nullable Task<String>> third = waiter(jobs());
        assertThat(third).isNotDone();
        second.cancel(true);
        fixture.settle();
        assertThat(waiter(jobs())).isNotDone();
    }

    @Test
    @Clause("G7")
    void put_withTheCommandQueueFull_isOverloadedAndDropsNothingAccepted() {
        TaskQueue<byte[]> bytes = smallCommands();
        CountDownLatch release = holdEngine();
        List<CompletableFuture<Stored>> accepted = fill(bytes);
        refused(ErrorCode.OVERLOADED, () -> await(bytes.async().put(new byte[PAYLOAD_BYTES])), "commandBytesMax");

        release.countDown();
        accepted.forEach(EngineContract::await);

        assertThat(bytes.stats().ready()).isEqualTo(accepted.size());
        assertThat(accepted.size() * (PAYLOAD_BYTES + 256)).isLessThanOrEqualTo(COMMAND_BYTES_MAX + PAYLOAD_BYTES + 256);
        assertThat(await(bytes.async().put(new byte[PAYLOAD_BYTES])).repeated()).isFalse();
    }

    @Test
    @Clause("G7")
    void verdict_withTheCommandQueueFull_isAccepted() {
        TaskQueue<byte[]> bytes = smallCommands();
        bytes.put(new byte[1]);
        Task<byte[]> acked = there(bytes.take());
        bytes.put(new byte[2]);
        Task<byte[]> closed = there(bytes.take());
        CountDownLatch release = holdEngine();
        fill(bytes);

        CompletableFuture<@Nullable Void> ack = acked.ackAsync().toCompletableFuture();
        closed.close();
        assertThat(ack).isNotDone();

        release.countDown();
        await(ack);
        fixture.settle();
        assertThat(bytes.stats().ackedCount()).isOne();
        assertThat(bytes.stats().releasedCount()).isOne();
    }

    @Test
    @Clause({"G7", "T9"})
    void cancel_withTheCommandQueueFull_isAccepted() {
        TaskQueue<byte[]> bytes = smallCommands();
        CompletableFuture<@Nullable Task<byte[]>> waiter =
                mill.queue("other").async().takeWhenReady().toCompletableFuture();
        CountDownLatch release = holdEngine();
        fill(bytes);

        assertThat(waiter.cancel(true)).isTrue();

        release.countDown();
        fixture.settle();
        assertThat(mill.queue("other").stats().waiting()).isZero();
    }

    @Test
    @Clause({"G7", "G4 tasks"})
    void closeSession_withTheCommandQueueFull_isAccepted() {
        TaskQueue<byte[]> bytes = smallCommands();
        Session leaving = mill.openSession();
        bytes.put(new byte[1]);
        there(leaving.queue("bytes").take());
        CountDownLatch release = holdEngine();
        fill(bytes);

        leaving.close();

        release.countDown();
        fixture.settle();
        assertThat(bytes.stats().taken()).isZero();
    }

    @Test
    @Clause("G7")
    void blockingVerb_withTheCommandQueueFull_waitsAndSucceeds() throws Exception {
        TaskQueue<byte[]> bytes = smallCommands();
        CountDownLatch release = holdEngine();
        int accepted = fill(bytes).size();
        CompletableFuture<Stored> stored = new CompletableFuture<>();
        Thread putter = Thread.ofPlatform().start(() -> {
            try {
                stored.complete(bytes.put(new byte[PAYLOAD_BYTES]));
            } catch (Throwable e) {
                stored.completeExceptionally(e);
            }
        });
        untilBlocked(putter);
        assertThat(stored).isNotDone();

        release.countDown();

        assertThat(await(stored).repeated()).isFalse();
        assertThat(bytes.stats().ready()).isEqualTo(accepted + 1);
        putter.join();
    }

    @Test
    @Clause({"G7", "G6"})
    void blockingVerb_onTheEnginesThread_isRefused() {
        CompletableFuture<@Nullable MillraceException> refusal = new CompletableFuture<>();
        jobs().async().takeWhenReady().thenAccept(task -> {
            try {
                jobs().stats();
                refusal.complete(null);
            } catch (MillraceException e) {
                refusal.complete(e);
            }
        });

        jobs().put("job");

        MillraceException told = there(await(refusal));
        assertThat(told.code()).isEqualTo(ErrorCode.BAD_ARGUMENT);
        assertThat(told).hasMessageContaining("async");
    }

    private TaskQueue<byte[]> smallCommands() {
        reopen(options -> options.withPayloadBytesMax(4_096).withCommandBytesMax(COMMAND_BYTES_MAX));
        return mill.queue("bytes");
    }

    /** Puts until one is refused; those that were accepted. The engine must be held meanwhile. */
    private static List<CompletableFuture<Stored>> fill(TaskQueue<byte[]> bytes) {
        List<CompletableFuture<Stored>> accepted = new ArrayList<>();
        for (int index = 0; index < 10 * COMMAND_BYTES_MAX / PAYLOAD_BYTES; index++) {
            CompletableFuture<Stored> put =
                    bytes.async().put(new byte[PAYLOAD_BYTES]).toCompletableFuture();
            if (put.isDone()) {
                refused(ErrorCode.OVERLOADED, () -> await(put), "commandBytesMax");
                assertThat(accepted).isNotEmpty();
                return accepted;
            }
            accepted.add(put);
        }
        throw new AssertionError("the command queue takes more than ten times its limit");
    }

    private static void untilBlocked(Thread thread) {
        long end = System.nanoTime() + Duration.ofSeconds(PATIENCE_SECONDS).toNanos();
        while (thread.getState() == Thread.State.RUNNABLE || thread.getState() == Thread.State.NEW) {
            assertThat(System.nanoTime()).as("a thread that blocks").isLessThan(end);
            Thread.onSpinWait();
        }
    }
}
