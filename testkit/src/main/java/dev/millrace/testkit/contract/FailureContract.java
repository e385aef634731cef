package dev.millrace.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.api.Backoff;
import dev.millrace.api.ErrorCode;
import dev.millrace.api.Put;
import dev.millrace.api.Receipt;
import dev.millrace.api.Session;
import dev.millrace.api.SessionOptions;
import dev.millrace.api.Task;
import dev.millrace.api.TaskId;
import dev.millrace.api.TaskState;
import dev.millrace.testkit.Clause;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/** Failures: what counts as one, the delay after it, and when a task is set aside. */
public abstract class FailureContract extends EngineContract {
    private static final int ATTEMPTS_MAX = 65_535;
    private static final Duration SILENCE = Duration.ofSeconds(15);

    /** For subclasses. */
    protected FailureContract() {}

    @Test
    @Clause("T22")
    void fail_withDelay_isDelayedByItAndCounted() {
        jobs().put("job");
        Task<String> task = taken(jobs());

        assertThat(task.fail("no", Duration.ofSeconds(3))).isEqualTo(TaskState.DELAYED);

        assertThat(seen(jobs(), task.id())).satisfies(info -> {
            assertThat(info.state()).isEqualTo(TaskState.DELAYED);
            assertThat(info.due()).isEqualTo(fixture.clock().now().plusSeconds(3));
            assertThat(info.failures()).isOne();
            assertThat(info.attempts()).isOne();
        });
        assertThat(jobs().stats().failedCount()).isOne();
        advanceMs(2_999);
        assertThat(jobs().take()).isNull();
        advanceMs(1);
        assertThat(taken(jobs())).satisfies(again -> {
            assertThat(again.failures()).isOne();
            assertThat(again.attempts()).isEqualTo(2);
        });
    }

    @Test
    @Clause("T22")
    void fail_withoutDelay_followsTheEnginesBackoff() {
        reopen(options -> options.withBackoff(failures -> Duration.ofSeconds(10L * failures)));
        jobs().put("job");
        for (int failures = 1; failures <= 3; failures++) {
            Task<String> task = taken(jobs());
            assertThat(task.fail("no")).isEqualTo(TaskState.DELAYED);
            Duration delay = Duration.ofSeconds(10L * failures);
            assertThat(seen(jobs(), task.id()).due()).isEqualTo(fixture.clock().now().plus(delay));
            advance(delay.minusMillis(1));
            assertThat(jobs().take()).isNull();
            advanceMs(1);
        }
    }

    @Test
    @Clause("T22")
    void fail_withABackoffOfNothing_isReadyAtOnce() {
        reopen(options -> options.withBackoff(Backoff.fixed(Duration.ZERO)));
        jobs().put("job");

        assertThat(taken(jobs()).fail(null)).isEqualTo(TaskState.READY);

        assertThat(drained(jobs())).containsExactly("job");
    }

    @Test
    @Clause({"T22", "G5"})
    void fail_withABackoffThatMisbehaves_harmsNobody() {
        List<Backoff> misbehaving = List.of(
                failures -> {
                    throw new IllegalStateException("no backoff today");
                },
                failures -> Duration.ofSeconds(Long.MAX_VALUE),
                failures -> Duration.ofSeconds(Long.MIN_VALUE));
        for (Backoff backoff : misbehaving) {
            reopen(options -> options.withBackoff(backoff));
            TaskId id = jobs().put("job").id();
            Task<String> task = taken(jobs());

            assertThat(task.fail("no")).isIn(TaskState.DELAYED, TaskState.READY);

            assertThat(seen(jobs(), id).failures()).isOne();
            jobs().purge();
        }
    }

    @Test
    @Clause("T22")
    void fail_asOftenAsMaxAttempts_buriesWithTheReason() {
        TaskId id = jobs().put("job", Put.options().withMaxAttempts(3)).id();

        assertThat(taken(jobs()).fail("first", Duration.ZERO)).isEqualTo(TaskState.READY);
        assertThat(taken(jobs()).fail("second", Duration.ZERO)).isEqualTo(TaskState.READY);
        assertThat(seen(jobs(), id).reason()).isNull();
        assertThat(taken(jobs()).fail("third", Duration.ZERO)).isEqualTo(TaskState.BURIED);

        assertThat(seen(jobs(), id)).satisfies(info -> {
            assertThat(info.state()).isEqualTo(TaskState.BURIED);
            assertThat(info.reason()).isEqualTo("third");
            assertThat(info.failures()).isEqualTo(3);
        });
        assertThat(jobs().take()).isNull();
        assertThat(jobs().stats().buriedCount()).isOne();
        assertThat(jobs().stats().failedCount()).isEqualTo(3);
    }

    @Test
    @Clause("T22")
    void fail_withMaxAttemptsOne_buriesAtOnce() {
        jobs().put("job", Put.options().withMaxAttempts(1));

        assertThat(taken(jobs()).fail("no", Duration.ofDays(1))).isEqualTo(TaskState.BURIED);
    }

    @Test
    @Clause("T22")
    void fail_withoutMaxAttempts_neverBuries() {
        jobs().put("job");
        for (int round = 1; round <= 1_000; round++) {
            assertThat(taken(jobs()).fail("no", Duration.ZERO)).isEqualTo(TaskState.READY);
        }
        assertThat(taken(jobs()).failures()).isEqualTo(1_000);
    }

    @Test
    @Clause({"T22", "T12"})
    void release_andCleanClose_countNoFailure() {
        TaskId id = jobs().put("job", Put.options().withMaxAttempts(1)).id();
        taken(jobs()).release();
        Session leaving = mill.openSession();
        taken(jobs(leaving));
        leaving.close();
        fixture.settle();

        assertThat(seen(jobs(), id)).satisfies(info -> {
            assertThat(info.state()).isEqualTo(TaskState.READY);
            assertThat(info.failures()).isZero();
            assertThat(info.attempts()).isEqualTo(2);
        });
    }

    @Test
    @Clause({"T22", "G3 silence"})
    void silence_atMaxAttempts_buriesWithAReason() {
        TaskId id = jobs().put("job", Put.options().withMaxAttempts(2)).id();
        taken(jobs()).fail("no", Duration.ZERO);
        Session silent = mill.openSession(SessionOptions.defaults().withSilenceMax(SILENCE));
        taken(jobs(silent));

        advance(SILENCE.plusMillis(1));

        assertThat(seen(jobs(), id)).satisfies(info -> {
            assertThat(info.state()).isEqualTo(TaskState.BURIED);
            assertThat(info.failures()).isEqualTo(2);
            assertThat(info.reason()).isNotBlank();
        });
    }

    @Test
    @Clause({"T20", "T22"})
    void bury_withAReason_setsAsideWithoutAFailure() {
        jobs().put("job");
        Task<String> task = taken(jobs());

        task.bury("müde 😀");

        assertThat(seen(jobs(), task.id())).satisfies(info -> {
            assertThat(info.state()).isEqualTo(TaskState.BURIED);
            assertThat(info.reason()).isEqualTo("müde 😀");
            assertThat(info.failures()).isZero();
            assertThat(info.due()).isNull();
        });
        assertThat(jobs().stats().buried()).isOne();
        assertThat(jobs().stats().failedCount()).isZero();
    }

    @Test
    @Clause("T20")
    void bury_withoutAReason_hasNone() {
        jobs().put("job");
        Task<String> task = taken(jobs());

        task.bury(null);

        assertThat(seen(jobs(), task.id()).reason()).isNull();
    }

    @Test
    @Clause({"T20", "G6"})
    void bury_withALongReason_keepsItsBeginning() {
        jobs().put("job");
        Task<String> task = taken(jobs());

        task.bury("é".repeat(10_000));

        String reason = there(seen(jobs(), task.id()).reason());
        assertThat(reason).matches("é+…");
        assertThat(reason.getBytes(StandardCharsets.UTF_8).length).isBetween(1_021, 1_024);
    }

    @Test
    @Clause({"T20", "T22"})
    void kick_ofABuriedTask_forgetsFailuresAndReason() {
        TaskId id = jobs().put("job", Put.options().withMaxAttempts(1)).id();
        taken(jobs()).fail("no");

        jobs().kick(id);

        assertThat(seen(jobs(), id)).satisfies(info -> {
            assertThat(info.state()).isEqualTo(TaskState.READY);
            assertThat(info.failures()).isZero();
            assertThat(info.reason()).isNull();
            assertThat(info.attempts()).isOne();
        });
    }

    @Test
    @Clause({"T22", "G7"})
    void take_atTheLastAttempt_buriesAfterIt() {
        TaskId id = jobs().put("job").id();
        int attempt = 0;
        while (attempt < ATTEMPTS_MAX) {
            List<CompletionStage<?>> answers = new ArrayList<>();
            for (int index = 0; index < 4_096 && attempt < ATTEMPTS_MAX; index++) {
                attempt++;
                answers.add(jobs().async().take());
                answers.add(jobs().async().release(new Receipt(id, attempt), Duration.ZERO));
            }
            answers.forEach(EngineContract::await);
        }

        assertThat(jobs().take()).isNull();
        assertThat(seen(jobs(), id)).satisfies(info -> {
            assertThat(info.state()).isEqualTo(TaskState.BURIED);
            assertThat(info.attempts()).isEqualTo(ATTEMPTS_MAX);
            assertThat(info.reason()).contains("65535");
        });
    }

    @Test
    @Clause({"T22", "T13"})
    void fail_ofATaskTakenByNobody_isRefused() {
        jobs().put("job");
        Task<String> task = taken(jobs());
        task.release();

        refusedUnchanged(jobs(), ErrorCode.NOT_TAKEN, () -> task.fail("late"));
        refusedUnchanged(jobs(), ErrorCode.NOT_TAKEN, () -> task.bury("late"));
    }
}
