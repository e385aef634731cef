package dev.millrace.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.api.ErrorCode;
import dev.millrace.api.OpenOptions;
import dev.millrace.api.Put;
import dev.millrace.api.Receipt;
import dev.millrace.api.Stored;
import dev.millrace.api.Task;
import dev.millrace.api.TaskId;
import dev.millrace.api.TaskInfo;
import dev.millrace.api.TaskState;
import dev.millrace.testkit.Clause;
import dev.millrace.testkit.CrashableFixture;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** What is still there after the engine died. For engines whose fixture is a {@link CrashableFixture}. */
public abstract class CrashContract extends EngineContract {
    private static final Duration HOUR = Duration.ofHours(1);

    /** For subclasses. */
    protected CrashContract() {}

    @Test
    @Clause({"G8 acknowledged", "T28 restart"})
    void crash_whatWasAcknowledged_isThere() {
        jobs().put("1");
        TaskId later = jobs().put("later", Put.delay(HOUR)).id();
        jobs().put("2");
        jobs().put("acked", Put.priority(0));
        taken(jobs()).ack();
        jobs().put("buried", Put.priority(0));
        Task<String> buried = taken(jobs());
        buried.bury("no");

        crash();

        assertThat(seen(jobs(), later).state()).isEqualTo(TaskState.DELAYED);
        assertThat(seen(jobs(), buried.id()).reason()).isEqualTo("no");
        assertThat(drained(jobs())).containsExactly("1", "2");
        advance(HOUR);
        assertThat(drained(jobs())).containsExactly("later");
    }

    @Test
    @Clause({"G8 acknowledged", "T28 restart", "G10 restart"})
    void crash_afterRandomOperations_showsTheSameTasks() {
        long seed = 1_299_709;
        RandomWork work = new RandomWork(fixture, seed);
        for (int round = 1; round <= 10; round++) {
            work.run(400, jobs(), jobs(mill.openSession()));
            fixture.settle();
            List<TaskInfo<String>> before = RandomWork.untaken(jobs());
            long lastSequence = jobs().lastSequence("importer");

            crash(options -> options.withEngineDeathsMax(0));
            work.forgetTaken();

            assertThat(RandomWork.untaken(jobs())).as("seed %d, round %d", seed, round).isEqualTo(before);
            assertThat(jobs().lastSequence("importer")).isEqualTo(lastSequence);
        }
    }

    @Test
    @Clause({"T16", "T22 engine death", "T21 restart"})
    void crash_takenTasks_areReadyInOrderAndFencedOff() {
        for (String payload : List.of("1", "2", "3")) {
            jobs().put(payload);
        }
        Receipt held = taken(jobs()).receipt();
        taken(jobs());

        crash();

        assertThat(jobs().stats().taken()).isZero();
        refusedUnchanged(jobs(), ErrorCode.NOT_TAKEN, () -> jobs().ack(held));
        Task<String> again = taken(jobs());
        assertThat(again.id()).isEqualTo(held.id());
        assertThat(again.attempts()).isEqualTo(2);
        assertThat(again.failures()).as("a death of the engine is counted by itself").isZero();
        refusedUnchanged(jobs(), ErrorCode.NOT_OWNER, () -> jobs().ack(held));
        again.ack();
        assertThat(drained(jobs())).containsExactly("2", "3");
    }

    @Test
    @Clause("T22 engine death")
    void crash_asOftenAsEngineDeathsMax_buriesWithAReason() {
        UnaryOperator<OpenOptions> twice = options -> options.withEngineDeathsMax(2);
        reopen(twice);
        TaskId deadly = jobs().put("deadly").id();
        TaskId harmless = jobs().put("harmless").id();
        taken(jobs());
        crash(twice);
        assertThat(seen(jobs(), deadly).state()).isEqualTo(TaskState.READY);
        taken(jobs());
        crash(twice);

        assertThat(seen(jobs(), deadly)).satisfies(info -> {
            assertThat(info.state()).isEqualTo(TaskState.BURIED);
            assertThat(info.reason()).isNotBlank();
            assertThat(info.attempts()).isEqualTo(2);
        });
        assertThat(seen(jobs(), harmless).state()).isEqualTo(TaskState.READY);
        assertThat(jobs().stats().buried()).isOne();

        jobs().kick(deadly);
        assertThat(taken(jobs()).id()).isEqualTo(deadly);
        crash(twice);
        assertThat(seen(jobs(), deadly).state()).as("a kick forgets the deaths").isEqualTo(TaskState.READY);
    }

    @Test
    @Clause("T22 engine death")
    void crash_withEngineDeathsMaxZero_neverBuries() {
        UnaryOperator<OpenOptions> unlimited = options -> options.withEngineDeathsMax(0);
        reopen(unlimited);
        TaskId id = jobs().put("job").id();
        for (int round = 0; round < 12; round++) {
            taken(jobs());
            crash(unlimited);
        }

        assertThat(seen(jobs(), id).state()).isEqualTo(TaskState.READY);
        assertThat(seen(jobs(), id).attempts()).isEqualTo(12);
    }

    @Test
    @Clause("G10 restart")
    void crash_producers_answerRepeatsWithTheFirstId() {
        Stored first = jobs().put("job", Put.options().withProducer("importer", 7));

        crash();

        Stored again = jobs().put("job", Put.options().withProducer("importer", 7));
        assertThat(again.repeated()).isTrue();
        assertThat(again.id()).isEqualTo(first.id());
        assertThat(jobs().lastSequence("importer")).isEqualTo(7);
        assertThat(jobs().stats().total()).isOne();
    }

    @Test
    @Clause("T2 restart")
    void crash_afterEverythingIsGone_neverGivesAnIdAgain() {
        TaskId last = jobs().put("job").id();
        taken(jobs()).ack();

        crash();

        assertThat(jobs().put("job").id().number()).isGreaterThan(last.number());
    }

    @Test
    @Clause("T17 restart")
    void crash_thenTheWallClockStepsBack_isNeverEarly() {
        jobs().put("later", Put.delay(HOUR));
        fixture.clock().stepWall(Duration.ofDays(-1));

        crash();
        advance(HOUR.minusMillis(1));

        assertThat(jobs().take()).isNull();
        advanceMs(1);
        assertThat(drained(jobs())).containsExactly("later");
    }

    private void crash() {
        crash(UnaryOperator.identity());
    }

    private void crash(UnaryOperator<OpenOptions> change) {
        mill = ((CrashableFixture) fixture).crash(change);
    }
}
