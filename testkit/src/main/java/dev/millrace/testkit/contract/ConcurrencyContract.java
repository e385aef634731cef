package dev.millrace.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.api.Put;
import dev.millrace.api.Session;
import dev.millrace.api.Task;
import dev.millrace.api.TaskId;
import dev.millrace.api.TaskQueue;
import dev.millrace.testkit.Clause;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Real threads at once: at most one owner at any moment, and every task done exactly once. */
public abstract class ConcurrencyContract extends EngineContract {
    private static final int THREADS = 8;
    private static final int TASKS_PER_THREAD = 250;

    /** For subclasses. */
    protected ConcurrencyContract() {}

    @Test
    @Clause({"T8", "G9 tasks", "T2"})
    void threads_puttingTakingAndDeciding_neverShareATaskAndLoseNone() {
        Ledger ledger = new Ledger(THREADS * TASKS_PER_THREAD);
        List<CompletableFuture<Void>> workers = new ArrayList<>();
        for (int thread = 0; thread < THREADS; thread++) {
            workers.add(putting(thread, ledger));
            workers.add(working(thread, ledger));
        }
        workers.forEach(EngineContract::await);

        assertThat(ledger.violations).as("tasks with two owners or two acks").isEmpty();
        assertThat(ledger.acked).isEqualTo(ledger.put).hasSize(THREADS * TASKS_PER_THREAD);
        assertThat(jobs().stats()).satisfies(stats -> {
            assertThat(stats.total()).isZero();
            assertThat(stats.putCount()).isEqualTo(THREADS * TASKS_PER_THREAD);
            assertThat(stats.ackedCount()).isEqualTo(THREADS * TASKS_PER_THREAD);
        });
    }

    @Test
    @Clause({"T8", "T9", "G4 tasks"})
    void sessions_openedAndClosedAmongWaiters_loseNoTask() {
        int count = 400;
        AtomicInteger received = new AtomicInteger();
        CompletableFuture<Void> comingAndGoing = started(() -> {
            for (int round = 0; round < count; round++) {
                try (Session session = mill.openSession()) {
                    jobs(session).async().takeWhenReady();
                }
            }
        });
        CompletableFuture<Void> staying = started(() -> {
            while (received.get() < count) {
                try (Task<String> task = jobs().take(Duration.ofDays(1))) {
                    there(task).ack();
                    received.incrementAndGet();
                }
            }
        });
        for (int index = 0; index < count; index++) {
            jobs().put("job");
        }

        await(comingAndGoing);
        await(staying);
        fixture.settle();
        assertThat(jobs().stats().total()).isZero();
        assertThat(jobs().stats().waiting()).isZero();
    }

    private CompletableFuture<Void> putting(int thread, Ledger ledger) {
        return started(() -> {
            TaskQueue<String> jobs = jobs(mill.openSession());
            for (int index = 0; index < TASKS_PER_THREAD; index++) {
                ledger.put.add(jobs.put(thread + "/" + index, Put.priority(index % 3)).id());
            }
        });
    }

    private CompletableFuture<Void> working(int seed, Ledger ledger) {
        return started(() -> {
            Random random = new Random(seed);
            TaskQueue<String> jobs = jobs(mill.openSession());
            while (!ledger.isComplete()) {
                Task<String> task = jobs.take();
                if (task == null) {
                    Thread.yield();
                    continue;
                }
                ledger.begin(task.id());
                boolean done = random.nextInt(4) != 0;
                ledger.end(task.id(), done);
                switch (done ? 0 : 1 + random.nextInt(3)) {
                    case 0 -> task.ack();
                    case 1 -> task.release();
                    case 2 -> task.fail("again", Duration.ZERO);
                    default -> task.close();
                }
            }
        });
    }

    private static CompletableFuture<Void> started(Work work) {
        CompletableFuture<Void> ended = new CompletableFuture<>();
        Thread.ofPlatform().start(() -> {
            try {
                work.run();
                ended.complete(null);
            } catch (Throwable e) {
                ended.completeExceptionally(e);
            }
        });
        return ended;
    }

    @FunctionalInterface
    private interface Work {
        void run() throws Exception;
    }

    /** Who owns what, as the workers themselves saw it. */
    private static final class Ledger {
        private final int expected;
        final Set<TaskId> put = ConcurrentHashMap.newKeySet();
        final Set<TaskId> acked = ConcurrentHashMap.newKeySet();
        final Set<TaskId> violations = ConcurrentHashMap.newKeySet();
        private final Map<TaskId, Thread> owners = new ConcurrentHashMap<>();

        Ledger(int expected) {
            this.expected = expected;
        }

        boolean isComplete() {
            return acked.size() == expected;
        }

        void begin(TaskId id) {
            if (owners.putIfAbsent(id, Thread.currentThread()) != null || acked.contains(id)) {
                violations.add(id);
            }
        }

        /** Called before the verdict is given, since afterwards another may own the task. */
        void end(TaskId id, boolean done) {
            owners.remove(id);
            if (done && !acked.add(id)) {
                violations.add(id);
            }
        }
    }
}
