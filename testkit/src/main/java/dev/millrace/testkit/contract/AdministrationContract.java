package dev.millrace.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.api.ErrorCode;
import dev.millrace.api.Put;
import dev.millrace.api.Receipt;
import dev.millrace.api.Session;
import dev.millrace.api.Task;
import dev.millrace.api.TaskId;
import dev.millrace.api.TaskInfo;
import dev.millrace.api.TaskPage;
import dev.millrace.api.TaskQueue;
import dev.millrace.api.TaskState;
import dev.millrace.testkit.Clause;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What a person does to a queue: kick, peek, list, delete, purge. */
public abstract class AdministrationContract extends EngineContract {
    private static final Duration DAY = Duration.ofDays(1);

    /** For subclasses. */
    protected AdministrationContract() {}

    @Test
    @Clause("T20")
    void kick_several_lowestIdFirst() {
        List<TaskId> ids = new ArrayList<>();
        for (String payload : List.of("1", "2", "3")) {
            ids.add(jobs().put(payload).id());
        }
        List<Task<String>> tasks = List.of(taken(jobs()), taken(jobs()), taken(jobs()));
        tasks.get(2).bury("third");
        tasks.get(0).bury("first");
        tasks.get(1).bury("second");

        assertThat(jobs().kick(2)).isEqualTo(2);

        assertThat(seen(jobs(), ids.get(2)).state()).isEqualTo(TaskState.BURIED);
        assertThat(drained(jobs())).containsExactly("1", "2");
        assertThat(jobs().kick(Integer.MAX_VALUE)).isOne();
        assertThat(jobs().kick(1)).isZero();
        assertThat(drained(jobs())).containsExactly("3");
    }

    @Test
    @Clause("T20")
    void kick_moreThanOneStepOfTheEngine_kicksAll() {
        int count = 10_050;
        List<CompletionStage<?>> answers = new ArrayList<>();
        for (int index = 1; index <= count; index++) {
            answers.add(jobs().async().put("job", Put.options().withMaxAttempts(1)));
        }
        answers.forEach(EngineContract::await);
        answers.clear();
        for (TaskInfo<String> info : listed(jobs(), TaskState.READY, 10_000)) {
            answers.add(jobs().async().take());
            answers.add(jobs().async().fail(new Receipt(info.id(), 1), "no", Duration.ZERO));
        }
        answers.forEach(EngineContract::await);

        assertThat(jobs().kick(count + 1)).isEqualTo(count);
        assertThat(jobs().stats().ready()).isEqualTo(count);
    }

    @Test
    @Clause("T20")
    void kick_byCount_leavesDelayedOnes() {
        jobs().put("later", Put.delay(DAY));

        assertThat(jobs().kick(10)).isZero();
        assertThat(jobs().stats().delayed()).isOne();
    }

    @Test
    @Clause({"T20", "G6"})
    void kick_countOutsideItsRange_isRefused() {
        refusedUnchanged(jobs(), ErrorCode.BAD_ARGUMENT, () -> jobs().kick(0), "count=0");
        refusedUnchanged(jobs(), ErrorCode.BAD_ARGUMENT, () -> jobs().kick(-1), "count=-1");
    }

    @Test
    @Clause({"T20", "T17"})
    void kick_ofADelayedTask_makesItReadyOnce() {
        jobs().put("failed");
        Task<String> task = taken(jobs());
        task.fail("no", DAY);

        jobs().kick(task.id());

        Task<String> again = taken(jobs());
        assertThat(again.failures()).isZero();
        again.ack();
        advance(DAY);
        assertThat(jobs().take()).isNull();
    }

    @Test
    @Clause({"T20", "T13"})
    void kick_ofATaskThatIsReadyTakenOrUnknown_isNotFound() {
        TaskId id = jobs().put("job").id();
        refusedUnchanged(jobs(), ErrorCode.NOT_FOUND, () -> jobs().kick(id), id.number());
        Task<String> task = taken(jobs());
        refusedUnchanged(jobs(), ErrorCode.NOT_FOUND, () -> jobs().kick(id), id.number());
        task.ack();
        refusedUnchanged(jobs(), ErrorCode.NOT_FOUND, () -> jobs().kick(id), id.number());
    }

    @Test
    @Clause("T20")
    void peek_withoutAnId_showsWhatATakeWouldGet() {
        assertThat(jobs().peek()).isNull();
        jobs().put("later", Put.delay(DAY).withPriority(0));
        assertThat(jobs().peek()).isNull();
        jobs().put("second");
        jobs().put("first", Put.priority(1));

        assertThat(there(jobs().peek()).payload()).isEqualTo("first");
        assertThat(there(jobs().peek()).attempts()).isZero();
        assertThat(taken(jobs()).payload()).isEqualTo("first");
        assertThat(there(jobs().peek()).payload()).isEqualTo("second");
    }

    @Test
    @Clause("T20")
    void peek_ofAnUnknownId_showsNothing() {
        assertThat(jobs().peek(new TaskId("jobs", 12_345))).isNull();
    }

    @Test
    @Clause("T20")
    void list_everyState_showsItsTasksOnly() {
        List<TaskId> delayed = new ArrayList<>();
        for (int index = 0; index < 5; index++) {
            jobs().put("ready");
            delayed.add(jobs().put("delayed", Put.delay(DAY)).id());
        }
        Task<String> buried = taken(jobs());
        buried.bury("no");
        Task<String> held = taken(jobs());

        assertThat(listed(jobs(), TaskState.DELAYED, 100))
                .extracting(TaskInfo::id)
                .containsExactlyInAnyOrderElementsOf(delayed);
        assertThat(listed(jobs(), TaskState.READY, 100)).hasSize(3);
        assertThat(listed(jobs(), TaskState.BURIED, 100))
                .singleElement()
                .isEqualTo(seen(jobs(), buried.id()))
                .satisfies(info -> assertThat(info.reason()).isEqualTo("no"));
        assertThat(listed(jobs(), TaskState.TAKEN, 100))
                .singleElement()
                .isEqualTo(seen(jobs(), held.id()));
    }

    @Test
    @Clause("T20")
    void list_whileTasksComeAndGo_showsEachThatStaysOnce() {
        List<TaskId> staying = new ArrayList<>();
        List<TaskId> going = new ArrayList<>();
        for (int index = 0; index < 300; index++) {
            staying.add(jobs().put("stays", Put.delay(DAY)).id());
            going.add(jobs().put("goes", Put.delay(DAY)).id());
        }

        List<TaskId> found = new ArrayList<>();
        long cursor = 0;
        do {
            TaskPage<String> page = jobs().list(TaskState.DELAYED, cursor, 7);
            assertThat(page.tasks()).hasSizeLessThanOrEqualTo(7);
            page.tasks().forEach(info -> found.add(info.id()));
            cursor = page.nextCursor();
            for (int gone = 0; gone < 3 && !going.isEmpty(); gone++) {
                jobs().delete(going.removeLast());
                jobs().put("new", Put.delay(DAY));
            }
        } while (cursor != 0);

        assertThat(found).doesNotHaveDuplicates().containsAll(staying);
    }

    @Test
    @Clause({"T20", "G6"})
    void list_countOutsideItsRange_isRefused() {
        refused(ErrorCode.BAD_ARGUMENT, () -> jobs().list(TaskState.READY, 0, 0), "count=0", "10000");
        refused(ErrorCode.BAD_ARGUMENT, () -> jobs().list(TaskState.READY, 0, 10_001), "count=10001");
        assertThat(jobs().list(TaskState.READY, 0, 10_000).tasks()).isEmpty();
        assertThat(jobs().list(TaskState.READY, 0, 1).nextCursor()).isZero();
    }

    @Test
    @Clause("T20")
    void delete_inEveryStateOfOnesOwn_removesTheTask() {
        List<TaskId> ids = new ArrayList<>();
        ids.add(jobs().put("buried").id());
        taken(jobs()).bury("no");
        ids.add(jobs().put("taken").id());
        Task<String> task = taken(jobs());
        ids.add(jobs().put("ready").id());
        ids.add(jobs().put("delayed", Put.delay(DAY)).id());

        ids.forEach(jobs()::delete);

        ids.forEach(id -> assertThat(jobs().peek(id)).isNull());
        assertThat(jobs().stats().total()).isZero();
        assertThat(jobs().stats().deletedCount()).isEqualTo(4);
        refused(ErrorCode.NOT_FOUND, task::ack);
        advance(DAY);
        assertThat(jobs().take()).isNull();
        refusedUnchanged(jobs(), ErrorCode.NOT_FOUND, () -> jobs().delete(ids.getFirst()), ids.getFirst().number());
    }

    @Test
    @Clause({"T20", "T13", "T14"})
    void delete_ofAnothersTask_isNotOwner() {
        Session owner = mill.openSession();
        TaskId id = jobs().put("job").id();
        Task<String> task = taken(jobs(owner));

        refusedUnchanged(jobs(), ErrorCode.NOT_OWNER, () -> jobs().delete(id), id.number(), owner.id());
        task.ack();
    }

    @Test
    @Clause({"T20", "G3"})
    void forceDelete_ofAnothersTask_removesItAndTellsTheOwner() {
        Session owner = mill.openSession();
        List<Receipt> lost = lost(owner);
        TaskId id = jobs().put("job").id();
        Task<String> task = taken(jobs(owner));

        jobs().forceDelete(id);
        fixture.settle();

        assertThat(lost).containsExactly(task.receipt());
        refused(ErrorCode.NOT_FOUND, task::ack);
        assertThat(jobs().peek(id)).isNull();
        refused(ErrorCode.NOT_FOUND, () -> jobs().forceDelete(id));
    }

    @Test
    @Clause({"T20", "G5"})
    void forceDelete_ownerWhoseListenerThrows_harmsNobody() {
        Session owner = mill.openSession();
        owner.onLost(receipt -> {
            throw new IllegalStateException("not now");
        });
        TaskId id = jobs().put("job").id();
        Task<String> task = taken(jobs(owner));

        jobs().forceDelete(id);
        fixture.settle();

        refused(ErrorCode.NOT_FOUND, task::ack);
        jobs(owner).put("next");
        assertThat(drained(jobs(owner))).containsExactly("next");
    }

    @Test
    @Clause({"T20", "T18"})
    void purge_withTasksInEveryState_removesAllAndCountsThem() {
        jobs().put("buried");
        taken(jobs()).bury("no");
        jobs().put("taken");
        taken(jobs());
        jobs().put("ready");
        jobs().put("delayed", Put.delay(DAY));

        assertThat(jobs().purge()).isEqualTo(4);

        assertThat(jobs().stats()).satisfies(stats -> {
            assertThat(stats.ready() + stats.delayed() + stats.taken() + stats.buried()).isZero();
            assertThat(stats.putCount()).isEqualTo(4);
            assertThat(stats.deletedCount()).isEqualTo(4);
        });
        for (TaskState state : TaskState.values()) {
            assertThat(listed(jobs(), state, 100)).isEmpty();
        }
        advance(DAY);
        assertThat(jobs().take()).isNull();
        assertThat(jobs().purge()).isZero();
    }

    @Test
    @Clause({"T20", "G3"})
    void purge_whileTasksAreTaken_voidsThemAndTellsTheirOwners() {
        Session owner = mill.openSession();
        List<Receipt> lost = lost(owner);
        jobs().put("1");
        jobs().put("2");
        Task<String> one = taken(jobs(owner));
        Task<String> two = taken(jobs(owner));

        assertThat(jobs().purge()).isEqualTo(2);
        fixture.settle();

        assertThat(lost).containsExactlyInAnyOrder(one.receipt(), two.receipt());
        refusedUnchanged(jobs(), ErrorCode.NOT_FOUND, one::ack);
        refusedUnchanged(jobs(), ErrorCode.NOT_FOUND, () -> two.fail("late"));
        owner.close();
        fixture.settle();
        assertThat(jobs().stats().total()).isZero();
    }

    @Test
    @Clause({"T20", "T9"})
    void purge_whileTakesWait_leavesThemWaiting() {
        CompletableFuture<@Nullable Task<String>> first = waiter(jobs());
        CompletableFuture<@Nullable Task<String>> second = waiter(jobs());

        jobs().purge();
        fixture.settle();
        assertThat(first).isNotDone();
        assertThat(jobs().stats().waiting()).isEqualTo(2);

        jobs().put("1");
        jobs().put("2");
        assertThat(got(first).payload()).isEqualTo("1");
        assertThat(got(second).payload()).isEqualTo("2");
    }

    @Test
    @Clause("T20")
    void purge_ofOneQueue_leavesTheOthers() {
        TaskQueue<byte[]> other = mill.queue("other");
        other.put(new byte[0]);
        jobs().put("job");

        jobs().purge();

        assertThat(other.stats().ready()).isOne();
    }

    private static List<Receipt> lost(Session session) {
        List<Receipt> lost = new CopyOnWriteArrayList<>();
        session.onLost(lost::add);
        return lost;
    }
}
