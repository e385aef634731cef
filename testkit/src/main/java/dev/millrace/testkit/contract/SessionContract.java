package dev.millrace.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.api.ErrorCode;
import dev.millrace.api.Session;
import dev.millrace.api.SessionOptions;
import dev.millrace.api.Stored;
import dev.millrace.api.Task;
import dev.millrace.api.TaskQueue;
import dev.millrace.api.TaskState;
import dev.millrace.testkit.Clause;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Sessions: how they begin, live and end, and what becomes of their work. */
public abstract class SessionContract extends EngineContract {
    private static final Duration SILENCE = Duration.ofSeconds(15);

    /** For subclasses. */
    protected SessionContract() {}

    @Test
    @Clause("G3")
    void openSession_several_areNumberedApart() {
        try (Session one = mill.openSession();
                Session other = mill.openSession()) {
            assertThat(one.id()).isPositive().isNotEqualTo(other.id());
            assertThat(mill.session().id()).isNotIn(one.id(), other.id());
            assertThat(one.isOpen()).isTrue();
        }
    }

    @Test
    @Clause({"G3", "G5"})
    void verbs_afterClose_answerClosed() {
        Session session = mill.openSession();
        TaskQueue<String> jobs = jobs(session);
        session.close();
        session.close();

        assertThat(session.isOpen()).isFalse();
        refused(ErrorCode.CLOSED, () -> jobs.put("late"));
        refused(ErrorCode.CLOSED, jobs::take);
        refused(ErrorCode.CLOSED, () -> jobs.take(Duration.ofSeconds(1)));
        refused(ErrorCode.CLOSED, jobs::stats);
        refused(ErrorCode.CLOSED, () -> await(jobs.async().put("late")));
        refused(ErrorCode.CLOSED, () -> await(jobs.async().takeWhenReady()));
        assertThat(jobs().stats().total()).isZero();
    }

    @Test
    @Clause({"G3", "G4 tasks"})
    void close_oneSession_leavesTheOthersAlone() {
        Session leaving = mill.openSession();
        Session staying = mill.openSession();
        jobs().put("kept");
        Task<String> kept = taken(jobs(staying));
        CompletableFuture<@Nullable Task<String>> waiting = waiter(jobs(staying));

        leaving.close();
        fixture.settle();

        assertThat(waiting).isNotDone();
        assertThat(staying.isOpen()).isTrue();
        kept.ack();
        jobs().put("next");
        assertThat(got(waiting).payload()).isEqualTo("next");
    }

    @Test
    @Clause({"G4 tasks", "T15", "T22"})
    void close_withTakenTasks_makesThemReadyInOrderWithoutFailure() {
        Session leaving = mill.openSession();
        for (String payload : new String[] {"1", "2", "3"}) {
            jobs().put(payload);
        }
        Task<String> first = taken(jobs(leaving));
        taken(jobs(leaving));
        assertThat(jobs().stats().taken()).isEqualTo(2);

        leaving.close();
        fixture.settle();

        assertThat(jobs().stats()).satisfies(stats -> {
            assertThat(stats.ready()).isEqualTo(3);
            assertThat(stats.taken()).isZero();
            assertThat(stats.failedCount()).isZero();
        });
        Task<String> again = taken(jobs());
        assertThat(again.id()).isEqualTo(first.id());
        assertThat(again.attempts()).isEqualTo(2);
        assertThat(again.failures()).isZero();
        again.ack();
        assertThat(drained(jobs())).containsExactly("2", "3");
    }

    @Test
    @Clause("G4 tasks")
    void close_withTasksInSeveralQueues_releasesAll() {
        Session leaving = mill.openSession();
        for (String queue : new String[] {"a", "b", "c"}) {
            mill.queue(queue).put(new byte[0]);
            there(leaving.queue(queue).take());
        }

        leaving.close();
        fixture.settle();

        for (String queue : new String[] {"a", "b", "c"}) {
            assertThat(mill.queue(queue).stats().ready()).as(queue).isOne();
        }
    }

    @Test
    @Clause({"G3", "G4 tasks"})
    void close_withWaitingTakes_endsThemWithClosed() {
        Session leaving = mill.openSession();
        CompletableFuture<@Nullable Task<String>> endless = waiter(jobs(leaving));
        CompletableFuture<@Nullable Task<String>> bounded = waiter(jobs(leaving), Duration.ofHours(1));

        leaving.close();

        refused(ErrorCode.CLOSED, () -> await(endless));
        refused(ErrorCode.CLOSED, () -> await(bounded));
        fixture.settle();
        assertThat(jobs().stats().waiting()).isZero();
    }

    @Test
    @Clause({"T8", "G3"})
    void verdict_afterItsSessionEnded_changesNothing() {
        Session leaving = mill.openSession();
        jobs().put("job");
        Task<String> task = taken(jobs(leaving));
        leaving.close();
        fixture.settle();
        Task<String> theirs = taken(jobs());

        refusedUnchanged(jobs(), ErrorCode.CLOSED, task::ack);
        refusedUnchanged(jobs(), ErrorCode.CLOSED, task::release);
        refusedUnchanged(jobs(), ErrorCode.CLOSED, () -> task.fail("late"));
        refusedUnchanged(jobs(), ErrorCode.CLOSED, () -> task.bury("late"));
        refusedUnchanged(jobs(), ErrorCode.CLOSED, task::touch);
        theirs.ack();
    }

    @Test
    @Clause("G3")
    void close_theEnginesOwnSession_leavesTheEngineOpen() {
        mill.session().close();

        try (Session other = mill.openSession()) {
            jobs(other).put("still");
            assertThat(drained(jobs(other))).containsExactly("still");
        }
        refused(ErrorCode.CLOSED, () -> jobs().put("late"));
    }

    @Test
    @Clause({"G3", "G5"})
    void closeEngine_withSessions_endsThemAndLaterUseIsClosed() {
        Session session = mill.openSession();
        CompletableFuture<@Nullable Task<String>> waiting = waiter(jobs(session));

        mill.close();
        mill.close();

        refused(ErrorCode.CLOSED, () -> await(waiting));
        assertThat(session.isOpen()).isFalse();
        assertThat(mill.session().isOpen()).isFalse();
        refused(ErrorCode.CLOSED, () -> jobs().put("late"));
        refused(ErrorCode.CLOSED, () -> jobs(mill.openSession()).put("late"));
        refused(ErrorCode.CLOSED, mill::queues);
        session.close();
    }

    @Test
    @Clause({"G3 silence", "T22"})
    void silence_beyondTheLimit_endsTheSessionAndCountsAFailure() {
        Session silent = mill.openSession(SessionOptions.defaults().withSilenceMax(SILENCE));
        Stored stored = jobs().put("job");
        taken(jobs(silent));

        advance(SILENCE.minusMillis(1));
        assertThat(silent.isOpen()).isTrue();
        assertThat(seen(jobs(), stored.id()).state()).isEqualTo(TaskState.TAKEN);

        advanceMs(2);
        assertThat(silent.isOpen()).isFalse();
        assertThat(seen(jobs(), stored.id())).satisfies(info -> {
            assertThat(info.state()).isEqualTo(TaskState.READY);
            assertThat(info.failures()).isOne();
            assertThat(info.attempts()).isOne();
        });
        assertThat(jobs().stats().failedCount()).isOne();
        refused(ErrorCode.CLOSED, jobs(silent)::stats);
    }

    @Test
    @Clause("G3 silence")
    void silence_brokenByAnyCommand_beginsAnew() {
        Session session = mill.openSession(SessionOptions.defaults().withSilenceMax(SILENCE));
        jobs().put("job");
        Task<String> task = taken(jobs(session));
        for (int round = 0; round < 3; round++) {
            advance(SILENCE.minusMillis(1));
            jobs(session).stats();
        }

        task.ack();
        assertThat(session.isOpen()).isTrue();
    }

    @Test
    @Clause("G3 silence")
    void silence_whileATakeWaits_isLife() {
        Session session = mill.openSession(SessionOptions.defaults().withSilenceMax(SILENCE));
        CompletableFuture<@Nullable Task<String>> waiting = waiter(jobs(session), Duration.ofHours(1));

        advance(SILENCE.multipliedBy(10));
        assertThat(waiting).isNotDone();
        jobs().put("job");
        Task<String> task = got(waiting);
        advance(SILENCE.minusMillis(1));
        assertThat(jobs().stats().taken()).isOne();

        advanceMs(2);
        refused(ErrorCode.CLOSED, task::ack);
        assertThat(jobs().stats().ready()).isOne();
    }

    @Test
    @Clause("G3 silence")
    void silence_withoutALimit_isHarmless() {
        Session session = mill.openSession();
        jobs().put("job");
        Task<String> task = taken(jobs(session));

        advance(Duration.ofDays(365));

        task.ack();
    }
}
