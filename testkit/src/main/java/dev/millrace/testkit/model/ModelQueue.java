package dev.millrace.testkit.model;

import dev.millrace.api.QueueSettings;
import dev.millrace.api.QueueStats;
import dev.millrace.api.TaskState;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiPredicate;
import java.util.function.IntUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A queue: its tasks by id, and what it remembers beside them. What can be found by looking at all tasks is not kept.
 */
final class ModelQueue {
    final String name;
    final ModelTasks tasks;
    final TreeMap<String, ModelProducer> producers = new TreeMap<>();
    final ModelCounts counts;
    QueueSettings settings = QueueSettings.defaults();
    boolean isPaused;

    /** Of the groups of which a task lives: at most so many are TAKEN at once (T26). */
    private final Map<String, Integer> limits = new TreeMap<>();
    /**
     * The groups that may run, in the order of their turns; tasks without a group are one of them. Groups whose order
     * the contract leaves open are together in one set.
     */
    private final List<Set<String>> rotation = new ArrayList<>();

    ModelQueue(String name) {
        this.name = name;
        this.counts = new ModelCounts();
        this.tasks = new ModelTasks();
    }

    ModelQueue(ModelQueue from, boolean keepsCounts) {
        name = from.name;
        tasks = from.tasks.copy();
        from.producers.forEach((producer, kept) -> producers.put(producer, new ModelProducer(kept)));
        counts = keepsCounts ? new ModelCounts(from.counts) : new ModelCounts();
        settings = from.settings;
        isPaused = from.isPaused;
        limits.putAll(from.limits);
        from.rotation.forEach(turn -> rotation.add(new HashSet<>(turn)));
    }

    // --- Keys (T23)

    @Nullable ModelTask first(String key) {
        return withKey(key, false);
    }

    @Nullable ModelTask successor(String key) {
        return withKey(key, true);
    }

    private @Nullable ModelTask withKey(String key, boolean isSuccessor) {
        for (ModelTask task : tasks.values()) {
            if (task.isSuccessor == isSuccessor && key.equals(task.key)) {
                return task;
            }
        }
        return null;
    }

    /** Successors whose first is gone, or has no key any more. */
    List<ModelTask> orphans() {
        List<ModelTask> orphans = new ArrayList<>();
        for (ModelTask task : tasks.values()) {
            if (task.isSuccessor && task.key != null && first(task.key) == null) {
                orphans.add(task);
            }
        }
        return orphans;
    }

    // --- Groups (T26)

    void limit(String group, int limit) {
        limits.put(group, limit);
    }

    /** Brings the turns up to date: who may run no more leaves, who may run now joins. */
    void refreshTurns() {
        Set<String> able = leaveTurns();
        rotation.forEach(able::removeAll);
        if (!able.isEmpty()) {
            rotation.add(able);
        }
    }

    /** Forgets groups without tasks; groups that may run no more leave. Those that may run. */
    Set<String> leaveTurns() {
        Set<String> able = new HashSet<>();
        Set<String> living = new HashSet<>();
        Map<String, Integer> running = new HashMap<>();
        for (ModelTask task : tasks.values()) {
            living.add(task.group);
            if (task.isReady()) {
                able.add(task.group);
            } else if (task.isTaken()) {
                running.merge(task.group, 1, Integer::sum);
            }
        }
        limits.keySet().retainAll(living);
        limits.forEach((group, limit) -> {
            if (running.getOrDefault(group, 0) >= limit) {
                able.remove(group);
            }
        });
        rotation.forEach(turn -> turn.retainAll(able));
        rotation.removeIf(Set::isEmpty);
        return able;
    }

    /** The turns begin anew, in any order (after a restart). */
    void forgetTurns() {
        rotation.clear();
    }

    /**
     * The task that a take gets, paused or not; null when there is none.
     *
     * @param engines the task that the engine chose, where the contract leaves a choice
     * @param choosing chooses among so many, if the engine does not tell
     */
    @Nullable ModelTask firstTakeable(long engines, IntUnaryOperator choosing) {
        if (rotation.isEmpty()) {
            return null;
        }
        List<ModelTask> firsts = new ArrayList<>();
        for (String group : rotation.getFirst()) {
            ModelTask first = firstReady(group);
            if (first.id == engines) {
                return first;
            }
            firsts.add(first);
        }
        return firsts.get(firsts.size() == 1 ? 0 : choosing.applyAsInt(firsts.size()));
    }

    private ModelTask firstReady(String group) {
        ModelTask first = null;
        for (ModelTask task : tasks.values()) {
            if (task.isReady() && task.group.equals(group) && (first == null || task.priority < first.priority)) {
                first = task;
            }
        }
        if (first == null) {
            throw new IllegalStateException("group '" + group + "' has a turn, but no task is ready");
        }
        return first;
    }

    /** A group has had its turn, and joins at the tail if it may run again. */
    void tookTurn(String group) {
        rotation.getFirst().remove(group);
        rotation.removeIf(Set::isEmpty);
        refreshTurns();
    }

    // --- Looks

    boolean hasTakeable() {
        return !isPaused && !rotation.isEmpty();
    }

    Collection<ModelTask> in(TaskState state) {
        return tasks.values().stream().filter(task -> task.state == state).toList();
    }

    private long count(TaskState state) {
        long count = 0;
        for (ModelTask task : tasks.values()) {
            count += task.state == state ? 1 : 0;
        }
        return count;
    }

    /** Whether it must be in a list of queues (G12). */
    boolean isWorthListing(long producerKeepMs, long nowMs) {
        return !tasks.isEmpty()
                || knownProducers(producerKeepMs, nowMs) > 0
                || isPaused
                || !settings.equals(QueueSettings.defaults());
    }

    /** The producer of this name, unless it was silent for too long (G10). */
    @Nullable ModelProducer producer(String producer, long keepMs, long nowMs) {
        ModelProducer known = producers.get(producer);
        return known == null || known.isOutlived(keepMs, nowMs) ? null : known;
    }

    int knownProducers(long keepMs, long nowMs) {
        int known = 0;
        for (ModelProducer producer : producers.values()) {
            known += producer.isOutlived(keepMs, nowMs) ? 0 : 1;
        }
        return known;
    }

    /**
     * For how long the task has been ready that a take gets, paused or not; 0 when there is none.
     *
     * @param engines what the engine says, where the contract leaves open which group is first
     */
    long ageMs(long engines, long nowMs) {
        if (rotation.isEmpty()) {
            return 0;
        }
        Set<Long> ages = new HashSet<>();
        for (String group : rotation.getFirst()) {
            ages.add(nowMs - firstReady(group).readySinceMs);
        }
        return ages.contains(engines) ? engines : ages.iterator().next();
    }

    QueueStats stats(long waiting, long ageMs) {
        return new QueueStats(
                name,
                count(TaskState.READY),
                count(TaskState.DELAYED),
                count(TaskState.TAKEN),
                count(TaskState.BURIED),
                waiting,
                ageMs,
                isPaused,
                counts.puts,
                counts.takes,
                counts.acks,
                counts.releases,
                counts.failures,
                counts.timeouts,
                counts.burials,
                counts.expiries,
                counts.deletions);
    }

    // --- Comparing

    /**
     * Whether each queue of one engine is like the one of that name of another; one that was never heard of is as a new
     * one.
     */
    static boolean areAlike(
            TreeMap<String, ModelQueue> some, TreeMap<String, ModelQueue> others, BiPredicate<ModelQueue, ModelQueue> alike) {
        for (ModelQueue queue : some.values()) {
            ModelQueue other = others.get(queue.name);
            if (!alike.test(queue, other == null ? new ModelQueue(queue.name) : other)) {
                return false;
            }
        }
        for (ModelQueue other : others.values()) {
            if (!some.containsKey(other.name) && !alike.test(new ModelQueue(other.name), other)) {
                return false;
            }
        }
        return true;
    }

    boolean saysTheSameAs(ModelQueue other) {
        return isAlike(other, ModelTask::isSameAs) && rotation.equals(other.rotation);
    }

    boolean storesTheSameAs(ModelQueue other) {
        return isAlike(other, ModelTask::isStoredAs);
    }

    private boolean isAlike(ModelQueue other, BiPredicate<ModelTask, ModelTask> alike) {
        if (isPaused != other.isPaused || tasks.size() != other.tasks.size() || !settings.equals(other.settings)) {
            return false;
        }
        Iterator<ModelTask> theirs = other.tasks.values().iterator();
        for (ModelTask task : tasks.values()) {
            if (!alike.test(task, theirs.next())) {
                return false;
            }
        }
        return limits.equals(other.limits) && haveSameProducers(other);
    }

    private boolean haveSameProducers(ModelQueue other) {
        if (!producers.keySet().equals(other.producers.keySet())) {
            return false;
        }
        for (Map.Entry<String, ModelProducer> each : producers.entrySet()) {
            if (!each.getValue().isSameAs(Objects.requireNonNull(other.producers.get(each.getKey())))) {
                return false;
            }
        }
        return true;
    }

    /** The same for queues that store the same; 0 for one without tasks. */
    int digest() {
        int digest = tasks.isEmpty() ? 0 : name.hashCode();
        for (ModelTask task : tasks.values()) {
            digest = 31 * digest + task.digest();
        }
        return digest;
    }
}
