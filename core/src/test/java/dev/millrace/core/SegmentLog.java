package dev.millrace.core;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * A log in memory that frees its beginning as the journal does: in small segments, the oldest first, once nobody has a
 * home in them and what else is needed of them was written again. Its records can be told to a {@link TaskReplay}.
 */
final class SegmentLog implements TaskLog<String> {
    private static final int SEGMENT_BITS = 24;

    private record Entry(long position, long timeMs, String text, Consumer<TaskReplay> replay) {}

    private final int segmentRecords;
    private final Consumer<String> told;
    private final List<Entry> entries = new ArrayList<>();
    private final Set<Long> homes = new HashSet<>();
    /** What only a task's record knows. */
    private final Map<Long, String> keys = new HashMap<>();
    /** Which task each home was made for. */
    private final Map<Long, Long> ids = new HashMap<>();
    /** How many homes are in each segment. */
    private final Map<Long, Integer> living = new HashMap<>();
    private long firstSegment;
    private long written;
    private long nowMs = Fixture.EPOCH_MS;

    /** An empty log; {@code told} hears of each record as a line of text. */
    SegmentLog(int segmentRecords, Consumer<String> told) {
        this.segmentRecords = segmentRecords;
        this.told = told;
    }

    /** What is recorded from here on happens at this time. */
    void begin(long nowMs) {
        this.nowMs = nowMs;
    }

    /** What is found when the log is opened again: the records, but not who has a home. */
    SegmentLog reopened(Consumer<String> told) {
        SegmentLog log = new SegmentLog(segmentRecords, told);
        log.entries.addAll(entries);
        log.keys.putAll(keys);
        log.ids.putAll(ids);
        log.firstSegment = firstSegment;
        log.nowMs = nowMs;
        log.written = written;
        return log;
    }

    TaskReplay replay(CoreSettings settings) {
        TaskReplay replay = new TaskReplay(settings, Fixture.EPOCH_MS, firstSegment);
        for (Entry entry : entries) {
            replay.at(entry.timeMs);
            entry.replay.accept(replay);
        }
        return replay;
    }

    /** Frees the oldest segments that nobody lives in; to be called between rounds. */
    void settle(TaskMachine<String> machine) {
        long dead = firstSegment - 1;
        while (dead + 1 < written / segmentRecords && living.getOrDefault(dead + 1, 0) == 0) {
            dead++;
        }
        if (dead >= firstSegment) {
            long before = (dead + 1) << SEGMENT_BITS;
            while (!machine.restate(before, 100)) {
                // The next slice.
            }
            entries.removeIf(entry -> entry.position < before);
            firstSegment = dead + 1;
        }
    }

    /** Copies what lives in the oldest segment, so that {@link #settle} can free it. */
    void clean(TaskMachine<String> machine) {
        if (firstSegment < written / segmentRecords) {
            for (long home : List.copyOf(homes)) {
                if (segmentOf(home) == firstSegment) {
                    machine.copy(ids.getOrDefault(home, 0L), home);
                }
            }
            require(living.getOrDefault(firstSegment, 0) == 0, "something lives in segment " + firstSegment);
        }
    }

    long firstSegment() {
        return firstSegment;
    }

    /** How many homes there are. */
    int living() {
        return homes.size();
    }

    @Override
    public long task(TaskRecord task, String payload) {
        return write("task ", task);
    }

    @Override
    public long copy(TaskRecord task, long home, boolean keyed) {
        require(homes.contains(home), "nobody's home: " + home);
        return write("copy ", keyed ? task.withKey(keys.get(home)) : task);
    }

    private long write(String verb, TaskRecord task) {
        long at = end();
        add(verb + text(task), replay -> replay.task(at, task));
        adopt(at);
        ids.put(at, task.id());
        if (task.key() != null) {
            keys.put(at, task.key());
        }
        return at;
    }

    private static String text(TaskRecord task) {
        String max = task.maxAttempts() == 0 ? "" : " max=" + task.maxAttempts();
        String history = task.attempts() == 0 ? "" : " attempts=" + task.attempts();
        String failures = task.failures() == 0 ? "" : " failures=" + task.failures();
        String deaths = task.engineDeaths() == 0 ? "" : " engineDeaths=" + task.engineDeaths();
        String ttr = task.ttrMs() == 0 ? "" : " ttr=" + task.ttrMs();
        String key = task.key() == null ? "" : " key=" + task.key();
        String group = task.group() == null ? "" : " group=" + task.group() + "/" + task.groupLimit();
        String first = task.firstId() == 0 ? "" : " behind=" + task.firstId();
        String producer = task.producer() == null ? "" : " producer=" + task.producer() + ":" + task.sequence();
        String state = task.state() == State.READY || task.state() == State.DELAYED ? "" : " " + task.state();
        return task.id() + state + " queue=" + task.queue() + " priority=" + task.priority() + at(" due=", task.dueMs())
                + at(" expires=", task.expiresMs()) + max + history + failures + deaths + ttr + key + group + first
                + producer;
    }

    private static String at(String name, long ms) {
        return ms == 0 ? "" : name + (ms - Fixture.EPOCH_MS);
    }

    @Override
    public void take(long id, long home, int attempt) {
        add("take " + id + ":" + attempt, replay -> replay.take(id, segmentOf(home), attempt));
    }

    @Override
    public void gone(long id, long home, int attempt, Outcome outcome) {
        add(
                "gone " + id + ":" + attempt + " " + outcome.name().toLowerCase(Locale.ROOT),
                replay -> replay.gone(id, segmentOf(home)));
    }

    @Override
    public void move(Move move) {
        String due = move.dueMs() == 0 ? "" : " due=" + (move.dueMs() - Fixture.EPOCH_MS);
        String deaths = move.engineDeaths() == 0 ? "" : " engineDeaths=" + move.engineDeaths();
        String keyLost = move.keyLost() ? " key lost" : "";
        String reason = move.reason() == null ? "" : " reason=" + move.reason();
        // The stored form names the home's segment only, so its place in it must not matter.
        Move stored = new Move(
                move.id(), 0, move.state(), move.dueMs(), move.attempts(), move.failures(), move.engineDeaths(),
                move.keyLost(), move.reason());
        add(
                "move " + move.id() + " " + move.state() + due + " attempts=" + move.attempts() + " failures="
                        + move.failures() + deaths + keyLost + reason,
                replay -> replay.move(stored, segmentOf(move.home())));
    }

    @Override
    public void purge(int queue, long throughId) {
        add("purge queue=" + queue + " through=" + throughId, replay -> replay.purge(queue, throughId));
    }

    @Override
    public long queue(int number, String name, QueueConfig config) {
        long at = end();
        add(
                "queue " + number + " is " + name + World.config(config),
                replay -> replay.queue(at, number, name, config));
        return at;
    }

    @Override
    public long producer(int queue, String name, long usedMs, long[] sequences, long[] ids) {
        long at = end();
        add(
                "producer " + name + " queue=" + queue + " last=" + sequences[sequences.length - 1] + " kept="
                        + sequences.length + at(" used=", usedMs),
                replay -> replay.producer(at, queue, name, usedMs, sequences, ids));
        return at;
    }

    @Override
    public void forget(int queue, String producer) {
        add("forget " + producer + " queue=" + queue, replay -> replay.forget(queue, producer));
    }

    @Override
    public void adopt(long position) {
        require(segmentOf(position) >= firstSegment && position < end(), "no record at " + position);
        require(homes.add(position), "adopted twice: " + position);
        living.merge(segmentOf(position), 1, Integer::sum);
    }

    @Override
    public void retire(long position) {
        require(homes.remove(position), "nobody's home: " + position);
        living.merge(segmentOf(position), -1, Integer::sum);
    }

    private long end() {
        return written / segmentRecords << SEGMENT_BITS | written % segmentRecords;
    }

    private void add(String text, Consumer<TaskReplay> replay) {
        entries.add(new Entry(end(), nowMs, text, replay));
        written++;
        told.accept(text);
    }

    private static long segmentOf(long position) {
        return position >>> SEGMENT_BITS;
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalStateException(otherwise);
        }
    }
}
