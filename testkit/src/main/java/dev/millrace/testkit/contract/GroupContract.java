package dev.millrace.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.api.KeyMode;
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
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Groups: at most so many of one at once, whatever happens; a slot that is freed serves who waits. */
public abstract class GroupContract extends EngineContract {
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Put ONE = Put.group("g", 1);

    /** For subclasses. */
    protected GroupContract() {}

    @Test
    @Clause("T26")
    void take_fromAFullGroup_getsNothingThoughTasksAreReady() {
        jobs().putAll(List.of("1", "2", "3"), Put.group("g", 2));
        Task<String> first = taken(jobs());
        taken(jobs());

        assertThat(jobs().take()).isNull();
        assertThat(jobs().takeMany(10)).isEmpty();
        assertThat(jobs().peek()).isNull();
        assertThat(jobs().stats().ready()).isOne();
        assertThat(listed(jobs(), TaskState.READY, 10)).hasSize(1);
        first.ack();

        assertThat(there(jobs().peek()).payload()).isEqualTo("3");
        assertThat(taken(jobs()).payload()).isEqualTo("3");
    }

    @Test
    @Clause({"T26", "T25 take many"})
    void takeMany_fromAGroup_getsAsManyAsItsLimit() {
        jobs().putAll(List.of("1", "2", "3", "4", "5"), Put.group("g", 3));

        assertThat(jobs().takeMany(10)).extracting(Task::payload).containsExactly("1", "2", "3");
    }

    @Test
    @Clause({"T26", "T5"})
    void put_intoAFullGroup_wakesNoOne() {
        jobs().put("1", ONE);
        taken(jobs());
        CompletableFuture<@Nullable Task<String>> waiter = waiter(jobs());

        jobs().put("2", ONE);
        fixture.settle();
        assertThat(waiter).isNotDone();
        jobs().put("of another group", Put.group("h", 1));

        assertThat(got(waiter).payload()).isEqualTo("of another group");
    }

    @Test
    @Clause({"T26", "T5", "T11", "T22", "T20"})
    void slot_freedByAVerdict_servesExactlyOne() {
        requireServed(Task::ack, "second");
        requireServed(task -> jobs().ackAll(List.of(task.receipt())), "second");
        requireServed(task -> task.release(), "first");
        requireServed(task -> task.release(HOUR), "second");
        requireServed(task -> task.fail("no", HOUR), "second");
        requireServed(task -> task.fail("no", Duration.ZERO), "first");
        requireServed(task -> task.bury("no"), "second");
        requireServed(task -> jobs().delete(task.id()), "second");
        requireServed(task -> jobs(mill.openSession()).forceDelete(task.id()), "second");
    }

    @Test
    @Clause({"T26", "T5", "T21 time to run"})
    void slot_freedByTheTimeToRun_servesExactlyOne() {
        jobs().configure(QueueSettings.defaults().withTtr(HOUR).withMaxAttempts(1));
        requireServed(task -> advance(HOUR), "second");
    }

    /** With the group full and two takes waiting, ends the first task's take: one waiter is served, and only one. */
    private void requireServed(Consumer<Task<String>> end, String payload) {
        jobs().putAll(List.of("first", "second", "third"), ONE);
        Task<String> first = taken(jobs());
        CompletableFuture<@Nullable Task<String>> waiter = waiter(jobs());
        CompletableFuture<@Nullable Task<String>> another = waiter(jobs());

        end.accept(first);

        assertThat(got(waiter).payload()).isEqualTo(payload);
        fixture.settle();
        assertThat(another).isNotDone();
        assertThat(jobs().stats().taken()).isOne();
        another.cancel(true);
        fixture.settle();
        jobs().purge();
    }

    @Test
    @Clause({"T26", "T5", "T15", "G4 tasks"})
    void slots_freedByASessionsEnd_serveAsManyAsTheLimit() {
        Session owner = mill.openSession();
        jobs().putAll(List.of("1", "2", "3", "4"), Put.group("g", 2));
        assertThat(jobs(owner).takeMany(4)).hasSize(2);
        List<CompletableFuture<@Nullable Task<String>>> waiters =
                List.of(waiter(jobs()), waiter(jobs()), waiter(jobs()));

        owner.close();
        fixture.settle();

        assertThat(got(waiters.get(0)).payload()).isEqualTo("1");
        assertThat(got(waiters.get(1)).payload()).isEqualTo("2");
        assertThat(waiters.get(2)).isNotDone();
        assertThat(jobs().stats().ready()).isEqualTo(2);
    }

    @Test
    @Clause({"T26", "T5", "G3 silence"})
    void slot_freedBySilence_servesOne() {
        Duration silence = Duration.ofSeconds(15);
        Session silent = mill.openSession(SessionOptions.defaults().withSilenceMax(silence));
        jobs().putAll(List.of("1", "2"), ONE.withMaxAttempts(1));
        taken(jobs(silent));
        CompletableFuture<@Nullable Task<String>> waiter = waiter(jobs());

        advance(silence.plusMillis(1));

        assertThat(got(waiter).payload()).isEqualTo("2");
    }

    @Test
    @Clause({"T26", "T20"})
    void purge_ofAFullGroup_freesItsSlots() {
        jobs().putAll(List.of("1", "2"), ONE);
        taken(jobs());
        CompletableFuture<@Nullable Task<String>> waiter = waiter(jobs());
        jobs().purge();

        jobs().put("new", ONE);

        assertThat(got(waiter).payload()).isEqualTo("new");
        jobs().put("newer", ONE);
        assertThat(jobs().take()).isNull();
    }

    @Test
    @Clause({"T26", "T5"})
    void limit_raisedByALaterPut_servesWhoWaits() {
        jobs().putAll(List.of("1", "2", "3", "4"), ONE);
        taken(jobs());
        List<CompletableFuture<@Nullable Task<String>>> waiters =
                List.of(waiter(jobs()), waiter(jobs()), waiter(jobs()));

        jobs().put("5", Put.delay(HOUR).withGroup("g", 3));

        assertThat(got(waiters.get(0)).payload()).isEqualTo("2");
        assertThat(got(waiters.get(1)).payload()).isEqualTo("3");
        fixture.settle();
        assertThat(waiters.get(2)).isNotDone();
    }

    @Test
    @Clause("T26")
    void limit_loweredByALaterPut_holdsUntilEnoughAreDone() {
        jobs().putAll(List.of("1", "2", "3", "4"), Put.group("g", 3));
        List<Task<String>> held = jobs().takeMany(3);
        jobs().put("5", ONE);

        held.get(0).ack();
        assertThat(jobs().take()).isNull();
        held.get(1).ack();
        assertThat(jobs().take()).isNull();
        held.get(2).ack();

        assertThat(taken(jobs()).payload()).isEqualTo("4");
        assertThat(jobs().take()).isNull();
    }

    @Test
    @Clause({"T26", "T23"})
    void limit_ofAKeepPutThatFoundAFirst_doesNotCount() {
        jobs().putAll(List.of("1", "2"), ONE);
        jobs().put("first", Put.key("k").withDelay(HOUR));
        taken(jobs());

        assertThat(jobs().put("x", Put.key("k").withGroup("g", 5)).existing()).isTrue();

        assertThat(jobs().take()).isNull();
    }

    @Test
    @Clause({"T26", "G1"})
    void group_whoseLastTaskIsGone_isForgottenWithItsLimit() {
        jobs().put("1", Put.group("g", 5));
        taken(jobs()).ack();

        jobs().putAll(List.of("2", "3"), ONE);

        assertThat(jobs().takeMany(10)).hasSize(1);
    }

    @Test
    @Clause("T26")
    void groups_ofOneNameInTwoQueues_areIndependent() {
        TaskQueue<byte[]> other = mill.queue("other");
        jobs().put("1", ONE);
        other.put(new byte[0], ONE);

        taken(jobs());

        assertThat(other.take()).isNotNull();
    }

    @Test
    @Clause({"T26", "T17"})
    void due_inAFullGroup_isReadyAndNotHandedOut() {
        jobs().put("1", ONE);
        Task<String> first = taken(jobs());
        CompletableFuture<@Nullable Task<String>> waiter = waiter(jobs());
        jobs().put("2", ONE.withDelay(HOUR));

        advance(HOUR);
        assertThat(jobs().stats().ready()).isOne();
        assertThat(waiter).isNotDone();
        first.ack();

        assertThat(got(waiter).payload()).isEqualTo("2");
    }

    @Test
    @Clause({"T26", "T20"})
    void kick_intoAFullGroup_isReadyAndNotHandedOut() {
        jobs().putAll(List.of("1", "2"), ONE);
        Task<String> buried = taken(jobs());
        buried.bury("no");
        taken(jobs());
        CompletableFuture<@Nullable Task<String>> waiter = waiter(jobs());

        jobs().kick(buried.id());
        fixture.settle();

        assertThat(seen(jobs(), buried.id()).state()).isEqualTo(TaskState.READY);
        assertThat(waiter).isNotDone();
    }

    @Test
    @Clause({"T26", "T24"})
    void ttl_ofReadyTasksInAFullGroup_leavesTheOthersInOrder() {
        jobs().put("1", ONE);
        Task<String> first = taken(jobs());
        TaskId short1 = jobs().put("short", ONE.withTtl(HOUR)).id();
        jobs().put("2", ONE);

        advance(HOUR);
        assertThat(jobs().peek(short1)).isNull();
        assertThat(jobs().stats().ready()).isOne();
        first.ack();

        assertThat(drained(jobs())).containsExactly("2");
    }

    @Test
    @Clause({"T26", "T20 pause"})
    void resume_ofAQueueWithGroups_servesUpToTheirLimits() {
        jobs().pause();
        List<CompletableFuture<@Nullable Task<String>>> waiters = new ArrayList<>();
        for (int index = 0; index < 4; index++) {
            waiters.add(waiter(jobs()));
        }
        jobs().putAll(List.of("g", "g", "g"), Put.group("g", 2));
        jobs().put("h", Put.group("h", 1));

        jobs().resume();
        fixture.settle();

        assertThat(waiters).filteredOn(CompletableFuture::isDone).hasSize(3);
        assertThat(jobs().stats().ready()).isOne();
        assertThat(jobs().stats().waiting()).isOne();
    }

    @Test
    @Clause({"T26", "T23", "T5"})
    void replace_withAnotherGroup_movesTheTaskToIt() {
        jobs().put("1", ONE);
        Task<String> first = taken(jobs());
        Put keyed = Put.options().withKey("k", KeyMode.REPLACE);
        TaskId id = jobs().put("old", keyed.withGroup("g", 1)).id();
        CompletableFuture<@Nullable Task<String>> waiter = waiter(jobs());
        assertThat(waiter).isNotDone();

        assertThat(jobs().put("new", keyed.withGroup("h", 1)).id()).isEqualTo(id);

        Task<String> moved = got(waiter);
        assertThat(moved.id()).isEqualTo(id);
        jobs().put("2", Put.group("h", 1));
        assertThat(jobs().take()).as("h is full").isNull();
        first.ack();
        jobs().put("3", ONE);
        assertThat(taken(jobs()).payload()).as("g is free").isEqualTo("3");
        moved.ack();
        assertThat(taken(jobs()).payload()).isEqualTo("2");
    }

    @Test
    @Clause({"T26", "T23", "T5"})
    void replace_thatTakesTheTaskOutOfItsGroup_isHandedOut() {
        jobs().put("1", ONE);
        taken(jobs());
        Put keyed = Put.options().withKey("k", KeyMode.REPLACE);
        jobs().put("old", keyed.withGroup("g", 1));
        CompletableFuture<@Nullable Task<String>> waiter = waiter(jobs());

        jobs().put("new", keyed);

        assertThat(got(waiter).payload()).isEqualTo("new");
    }

    @Test
    @Clause({"T26", "T9"})
    void takeGivenBackUnseen_freesItsSlot() {
        jobs().putAll(List.of("1", "2"), ONE);
        for (int round = 0; round < 100; round++) {
            CompletableFuture<@Nullable Task<String>> waiter =
                    jobs().async().takeWhenReady().toCompletableFuture();
            if (!waiter.cancel(true)) {
                got(waiter).release();
            }
        }
        fixture.settle();

        assertThat(jobs().stats().taken()).isZero();
        assertThat(drained(jobs())).containsExactly("1", "2");
    }
}
