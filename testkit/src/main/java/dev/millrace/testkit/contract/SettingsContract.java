package dev.millrace.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.api.ErrorCode;
import dev.millrace.api.Put;
import dev.millrace.api.QueueSettings;
import dev.millrace.api.Session;
import dev.millrace.api.SessionOptions;
import dev.millrace.api.Task;
import dev.millrace.api.TaskId;
import dev.millrace.api.TaskQueue;
import dev.millrace.api.TaskState;
import dev.millrace.testkit.Clause;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The settings of a queue: what holds where a put or a failure says nothing. */
public abstract class SettingsContract extends EngineContract {
    private static final QueueSettings DEFAULTS = QueueSettings.defaults();
    private static final Duration HOUR = Duration.ofHours(1);

    /** For subclasses. */
    protected SettingsContract() {}

    @Test
    @Clause({"T20 configure", "G1"})
    void settings_ofAnUnknownQueue_areTheDefaultsAndCreateNothing() {
        assertThat(jobs().settings()).isEqualTo(DEFAULTS);
        assertThat(mill.queues()).isEmpty();
    }

    @Test
    @Clause("T20 configure")
    void configure_ofOneQueue_isReadBackAndLeavesTheOthers() {
        QueueSettings settings = new QueueSettings(7, 1_000, 10, 100);

        jobs().configure(settings);

        assertThat(jobs().settings()).isEqualTo(settings);
        assertThat(mill.queue("other").settings()).isEqualTo(DEFAULTS);
        jobs().configure(settings.withMaxAttempts(8));
        assertThat(jobs(mill.openSession()).settings()).isEqualTo(new QueueSettings(8, 1_000, 10, 100));
    }

    @Test
    @Clause({"T20 configure", "G1"})
    void configure_ofAnEmptyQueue_staysWhenOthersAreForgotten() {
        reopen(options -> options.withIdleQueuesMax(0));
        QueueSettings settings = DEFAULTS.withMaxAttempts(2);
        jobs().configure(settings);
        jobs().put("job");
        taken(jobs()).ack();
        for (int index = 0; index < 10; index++) {
            TaskQueue<byte[]> passing = mill.queue("passing-" + index);
            passing.put(new byte[0]);
            there(passing.take()).ack();
        }
        assertThat(jobs().settings()).isEqualTo(settings);
        jobs().put("job");
        jobs().purge();
        assertThat(jobs().settings()).isEqualTo(settings);

        jobs().configure(DEFAULTS);
        assertThat(mill.queues()).as("an empty queue that is as new leaves nothing").isEmpty();
    }

    @Test
    @Clause({"T20 configure", "G6", "T14"})
    void configure_valueOutsideItsRange_isRefused() {
        jobs().configure(DEFAULTS.withMaxAttempts(5));

        refused(ErrorCode.BAD_ARGUMENT, () -> jobs().configure(DEFAULTS.withMaxAttempts(-1)), "maxAttempts=-1");
        refused(ErrorCode.BAD_ARGUMENT, () -> jobs().configure(DEFAULTS.withTtr(Duration.ofDays(3_651))), "ttr");
        refused(
                ErrorCode.BAD_ARGUMENT,
                () -> jobs().configure(DEFAULTS.withBackoff(HOUR, HOUR.minusMillis(1))),
                "backoffMaxMs",
                "backoffFirstMs");

        assertThat(jobs().settings()).isEqualTo(DEFAULTS.withMaxAttempts(5));
    }

    @Test
    @Clause({"T22 settings", "T20 configure"})
    void maxAttempts_ofTheQueue_countsWhereThePutSaysNothing() {
        jobs().configure(DEFAULTS.withMaxAttempts(2));
        jobs().put("job");

        assertThat(taken(jobs()).fail("no", Duration.ZERO)).isEqualTo(TaskState.READY);
        Task<String> second = taken(jobs());
        assertThat(second.fail("müde", Duration.ZERO)).isEqualTo(TaskState.BURIED);
        assertThat(seen(jobs(), second.id()).reason()).isEqualTo("müde");
    }

    @Test
    @Clause("T22 settings")
    void maxAttempts_ofThePut_goesBeforeTheQueues() {
        jobs().configure(DEFAULTS.withMaxAttempts(2));
        jobs().put("once", Put.options().withMaxAttempts(1));
        assertThat(taken(jobs()).fail("no", Duration.ZERO)).isEqualTo(TaskState.BURIED);
        jobs().put("thrice", Put.options().withMaxAttempts(3));
        assertThat(taken(jobs()).fail("no", Duration.ZERO)).isEqualTo(TaskState.READY);
        assertThat(taken(jobs()).fail("no", Duration.ZERO)).isEqualTo(TaskState.READY);
        assertThat(taken(jobs()).fail("no", Duration.ZERO)).isEqualTo(TaskState.BURIED);
    }

    @Test
    @Clause({"T22 settings", "T25 take many"})
    void maxAttempts_isToldWithTheTask_thePutsOrElseTheQueuesOfThatMoment() {
        jobs().put("own", Put.options().withMaxAttempts(3));
        jobs().put("none");
        assertThat(jobs().takeMany(2)).extracting(Task::maxAttempts).containsExactly(3, 0);
        jobs().configure(DEFAULTS.withMaxAttempts(7));
        jobs().put("queue's");
        assertThat(taken(jobs()).maxAttempts()).isEqualTo(7);

        jobs().put("most", Put.options().withMaxAttempts(65_535));
        Task<String> first = taken(jobs());
        assertThat(first.maxAttempts()).isEqualTo(65_535);
        jobs().configure(DEFAULTS);
        assertThat(first.maxAttempts()).as("as it was taken").isEqualTo(65_535);
    }

    @Test
    @Clause({"T22 settings", "T20 configure"})
    void maxAttempts_changedWhileTasksAreThere_countsFromTheirNextFailure() {
        TaskId id = jobs().put("job").id();
        for (int failures = 1; failures <= 3; failures++) {
            assertThat(taken(jobs()).fail("no", Duration.ZERO)).isEqualTo(TaskState.READY);
        }

        jobs().configure(DEFAULTS.withMaxAttempts(2));
        assertThat(seen(jobs(), id).state()).isEqualTo(TaskState.READY);
        assertThat(taken(jobs()).fail("no", Duration.ZERO)).isEqualTo(TaskState.BURIED);

        jobs().kick(id);
        jobs().configure(DEFAULTS);
        for (int failures = 1; failures <= 3; failures++) {
            assertThat(taken(jobs()).fail("no", Duration.ZERO)).isEqualTo(TaskState.READY);
        }
    }

    @Test
    @Clause({"T22 settings", "G3 silence"})
    void maxAttempts_ofTheQueue_countsASilentSessionsDeath() {
        Duration silence = Duration.ofSeconds(15);
        jobs().configure(DEFAULTS.withMaxAttempts(1));
        Session silent = mill.openSession(SessionOptions.defaults().withSilenceMax(silence));
        TaskId id = jobs().put("job").id();
        taken(jobs(silent));

        advance(silence.plusMillis(1));

        assertThat(seen(jobs(), id).state()).isEqualTo(TaskState.BURIED);
    }

    @Test
    @Clause({"T22 settings", "T20 configure"})
    void backoff_ofTheQueue_doublesFromTheFirstToTheMost() {
        jobs().configure(DEFAULTS.withBackoff(Duration.ofMillis(100), Duration.ofMillis(1_000)));
        TaskId id = jobs().put("job").id();
        for (long delayMs : new long[] {100, 200, 400, 800, 1_000, 1_000, 1_000}) {
            assertThat(taken(jobs()).fail("no")).isEqualTo(TaskState.DELAYED);
            assertThat(seen(jobs(), id).due()).isEqualTo(fixture.clock().now().plusMillis(delayMs));
            advanceMs(delayMs - 1);
            assertThat(jobs().take()).isNull();
            advanceMs(1);
        }
    }

    @Test
    @Clause({"T22 settings", "G6"})
    void backoff_afterSeventyFailures_doesNotOverflow() {
        jobs().configure(DEFAULTS.withBackoff(Duration.ofMillis(1), HOUR));
        TaskId id = jobs().put("job").id();
        for (int failures = 1; failures <= 70; failures++) {
            assertThat(taken(jobs()).fail("no")).isEqualTo(TaskState.DELAYED);
            long delayMs = failures > 22 ? HOUR.toMillis() : Math.min(HOUR.toMillis(), 1L << (failures - 1));
            assertThat(seen(jobs(), id).due())
                    .as("after %d failures", failures)
                    .isEqualTo(fixture.clock().now().plusMillis(delayMs));
            advanceMs(delayMs);
        }
    }

    @Test
    @Clause("T22 settings")
    void backoff_whereFailNamesADelay_isNotAsked() {
        jobs().configure(DEFAULTS.withBackoff(HOUR, HOUR));
        jobs().put("job");

        assertThat(taken(jobs()).fail("no", Duration.ZERO)).isEqualTo(TaskState.READY);
        Task<String> task = taken(jobs());
        task.fail("no", Duration.ofMillis(5));

        assertThat(seen(jobs(), task.id()).due()).isEqualTo(fixture.clock().now().plusMillis(5));
    }

    @Test
    @Clause({"T22 settings", "T20 configure"})
    void backoff_ofZeroToZero_isTheEnginesAgain() {
        reopen(options -> options.withBackoff(failures -> Duration.ofSeconds(10)));
        jobs().configure(DEFAULTS.withBackoff(HOUR, HOUR));
        TaskId id = jobs().put("job").id();
        taken(jobs()).fail("no");
        assertThat(seen(jobs(), id).due()).isEqualTo(fixture.clock().now().plus(HOUR));
        jobs().kick(id);

        jobs().configure(DEFAULTS.withMaxAttempts(9));
        taken(jobs()).fail("no");

        assertThat(seen(jobs(), id).due()).isEqualTo(fixture.clock().now().plusSeconds(10));
    }

    @Test
    @Clause("T22 settings")
    void backoff_fromZeroToSomething_isReadyAtOnce() {
        jobs().configure(DEFAULTS.withBackoff(Duration.ZERO, HOUR));
        jobs().put("job");

        assertThat(taken(jobs()).fail("no")).isEqualTo(TaskState.READY);
        assertThat(taken(jobs()).fail("no")).isEqualTo(TaskState.READY);
    }
}
