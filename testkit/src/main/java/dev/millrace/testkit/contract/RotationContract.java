package dev.millrace.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.api.Put;
import dev.millrace.api.Session;
import dev.millrace.api.Task;
import dev.millrace.api.TaskInfo;
import dev.millrace.api.TaskState;
import dev.millrace.testkit.Clause;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Between the groups of a queue takes go round; within one the order is that of every queue. */
public abstract class RotationContract extends EngineContract {
    private static final int MANY = 1_000;

    /** For subclasses. */
    protected RotationContract() {}

    @Test
    @Clause({"T26", "T7"})
    void take_fromGroupsThatMayRun_goesRound() {
        putEach("a", "a1", "a2", "a3");
        putEach("b", "b1", "b2");
        putEach("c", "c1", "c2", "c3");

        assertThat(allTaken()).containsExactly("a1", "b1", "c1", "a2", "b2", "c2", "a3", "c3");
    }

    @Test
    @Clause("T26")
    void take_whileAGroupHasManyMore_doesNotStarveTheOthers() {
        for (int index = 0; index < 50; index++) {
            putEach("large", "large");
        }
        putEach("small", "small");

        assertThat(allTaken().subList(0, 2)).containsExactly("large", "small");
    }

    @Test
    @Clause("T26")
    void tasksWithoutAGroup_takeTurnsAsOne() {
        putEach("a", "a1", "a2");
        jobs().put("1");
        putEach("b", "b1", "b2");
        jobs().put("2");
        jobs().put("3");

        assertThat(allTaken()).containsExactly("a1", "1", "b1", "a2", "2", "b2", "3");
    }

    @Test
    @Clause({"T26", "T7"})
    void tasksWithoutAGroupAlone_areInTheOrderOfEveryQueue() {
        jobs().put("3");
        jobs().put("2", Put.priority(5));
        jobs().put("4");
        jobs().put("1", Put.priority(0));

        assertThat(allTaken()).containsExactly("1", "2", "3", "4");
    }

    @Test
    @Clause({"T26", "T7"})
    void take_withinAGroup_isTheMostUrgentThenTheLowestId() {
        jobs().put("a3", Put.group("a", MANY));
        jobs().put("a2", Put.group("a", MANY).withPriority(5));
        jobs().put("b1", Put.group("b", MANY).withPriority(9_000));
        jobs().put("a4", Put.group("a", MANY));
        jobs().put("a1", Put.group("a", MANY).withPriority(0));

        assertThat(allTaken()).containsExactly("a1", "b1", "a2", "a3", "a4");
    }

    @Test
    @Clause("T26")
    void group_thatWasFull_joinsTheRoundAtItsEnd() {
        jobs().putAll(List.of("a1", "a2"), Put.group("a", 1));
        putEach("b", "b1", "b2", "b3");
        putEach("c", "c1", "c2", "c3");
        Task<String> first = taken(jobs());
        assertThat(first.payload()).isEqualTo("a1");
        assertThat(taken(jobs()).payload()).isEqualTo("b1");

        first.ack();

        assertThat(allTaken()).containsExactly("c1", "b2", "a2", "c2", "b3", "c3");
    }

    @Test
    @Clause("T26")
    void group_thatWasEmpty_joinsTheRoundAtItsEnd() {
        putEach("a", "a1");
        putEach("b", "b1", "b2", "b3");
        putEach("c", "c1", "c2");
        assertThat(taken(jobs()).payload()).isEqualTo("a1");
        assertThat(taken(jobs()).payload()).isEqualTo("b1");

        putEach("a", "a2");

        assertThat(allTaken()).containsExactly("c1", "b2", "a2", "c2", "b3");
    }

    @Test
    @Clause({"T26", "T20"})
    void group_whoseReadyTasksAreDeleted_leavesTheRound() {
        putEach("a", "a1");
        putEach("b", "b1", "b2");
        putEach("c", "c1");
        jobs().delete(there(jobs().peek()).id());

        assertThat(allTaken()).containsExactly("b1", "c1", "b2");
    }

    @Test
    @Clause({"T26", "T20"})
    void peek_showsWhatTheNextTakeGets() {
        putEach("a", "a1", "a2", "a3");
        jobs().putAll(List.of("b1", "b2"), Put.group("b", 1));
        jobs().put("1");
        jobs().put("2");
        int count = 0;
        for (TaskInfo<String> next = jobs().peek(); next != null; next = jobs().peek()) {
            assertThat(taken(jobs()).id()).isEqualTo(next.id());
            count++;
        }
        assertThat(count).isEqualTo(6);
        assertThat(jobs().take()).isNull();
    }

    @Test
    @Clause({"T26", "T25 take many"})
    void takeMany_goesRoundLikeTakes() {
        jobs().putAll(List.of("a1", "a2"), Put.group("a", 1));
        putEach("b", "b1", "b2", "b3");
        jobs().putAll(List.of("1", "2"));

        assertThat(jobs().takeMany(100)).extracting(Task::payload).containsExactly("a1", "b1", "1", "b2", "2", "b3");
    }

    @Test
    @Clause({"T26", "T8", "T18"})
    void randomWork_neverExceedsALimitNorLeavesASlotUnused() {
        long seed = 65_537;
        Work work = new Work(seed);
        for (int step = 1; step <= 2_000; step++) {
            work.step(step);
        }
    }

    /**
     * Random work by two sessions, with its own account of who holds what; the payload is the task's group, 0 for none.
     */
    private final class Work {
        private static final int GROUPS = 5;

        private final long seed;
        private final Random random;
        private final Session other = mill.openSession();
        private final Map<String, Integer> limits = new HashMap<>();
        private final List<Task<String>> held = new ArrayList<>();

        Work(long seed) {
            this.seed = seed;
            this.random = new Random(seed);
        }

        void step(int step) {
            switch (random.nextInt(8)) {
                case 0, 1, 2 -> put();
                case 3, 4, 5 -> take(step);
                case 6 -> decide();
                default -> advanceMs(random.nextInt(200));
            }
        }

        private void put() {
            String group = random.nextInt(GROUPS + 1) + "";
            Put options = Put.priority(random.nextInt(3)).withDelay(Duration.ofMillis(random.nextInt(300) - 150));
            if (group.equals("0")) {
                jobs().put(group, options);
            } else {
                int limit = living(group) == 0 || random.nextInt(4) == 0 ? 1 + random.nextInt(4) : limit(group);
                limits.put(group, limit);
                jobs().put(group, options.withGroup(group, limit));
            }
        }

        private void take(int step) {
            Task<String> task = jobs(random.nextBoolean() ? other : mill.session()).take();
            if (task == null) {
                for (TaskInfo<String> ready : listed(jobs(), TaskState.READY, 1_000)) {
                    String group = ready.payload();
                    assertThat(group).as("seed %d, step %d: it has no limit", seed, step).isNotEqualTo("0");
                    assertThat(running(group)).as("seed %d, step %d", seed, step).isGreaterThanOrEqualTo(limit(group));
                }
                return;
            }
            if (!task.payload().equals("0")) {
                assertThat(running(task.payload()))
                        .as("seed %d, step %d: running in group %s", seed, step, task.payload())
                        .isLessThan(limit(task.payload()));
            }
            held.add(task);
        }

        private void decide() {
            if (held.isEmpty()) {
                return;
            }
            Task<String> task = held.remove(random.nextInt(held.size()));
            switch (random.nextInt(6)) {
                case 0, 1 -> task.ack();
                case 2 -> task.release(Duration.ofMillis(random.nextInt(200) - 100));
                case 3 -> task.fail("no", Duration.ofMillis(random.nextInt(200) - 100));
                case 4 -> task.bury("no");
                default -> jobs().forceDelete(task.id());
            }
            if (random.nextInt(10) == 0) {
                jobs().kick(2);
            }
        }

        private int limit(String group) {
            return there(limits.get(group));
        }

        private long running(String group) {
            return held.stream().filter(task -> task.payload().equals(group)).count();
        }

        private long living(String group) {
            long living = running(group);
            for (TaskState state : List.of(TaskState.READY, TaskState.DELAYED, TaskState.BURIED)) {
                living += listed(jobs(), state, 1_000).stream()
                        .filter(info -> info.payload().equals(group))
                        .count();
            }
            return living;
        }
    }

    private void putEach(String group, String... payloads) {
        for (String payload : payloads) {
            jobs().put(payload, Put.group(group, MANY));
        }
    }

    /** Takes all that may be taken, and gives no verdict. */
    private List<String> allTaken() {
        List<String> payloads = new ArrayList<>();
        for (Task<String> task = jobs().take(); task != null; task = jobs().take()) {
            payloads.add(task.payload());
        }
        return payloads;
    }
}
