package dev.millrace.embedded;

import dev.millrace.api.TaskState;
import dev.millrace.api.engine.ExportedTask;
import dev.millrace.core.State;
import dev.millrace.core.TaskRecord;
import dev.millrace.journal.Journal;
import dev.millrace.journal.RecordVisitor;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Which tasks can be read in a log that may be damaged: each record is believed by itself, and what it needs of others
 * may be missing. In two passes, since a task's last state comes after its payload: the first is this object, the
 * second {@link #telling}.
 */
final class Salvage implements RecordVisitor {
    /** So many records that make no sense are named. */
    private static final int PROBLEMS_MAX = 20;

    private final Map<Long, Living> tasks = new HashMap<>();
    private final Map<Integer, String> names = new HashMap<>();
    private final Map<Key, Long> holders = new HashMap<>();
    /** Successors by the id of the task they wait for. */
    private final Map<Long, Long> successors = new HashMap<>();
    private final List<String> problems = new ArrayList<>();

    private record Key(int queue, String text) {}

    /** A task as the records said so far. */
    private static final class Living {
        private long home;
        private int queue;
        private State state = State.READY;
        private long dueMs;
        private int attempts;
        private int failures;
        private @Nullable String reason;
        /** Which it has, or waits for. */
        private @Nullable String key;
    }

    /** Records that are whole but make no sense here. */
    List<String> problems() {
        return problems;
    }

    @Override
    public void record(long position, int type, int schema, int queue, long timeMs, ByteBuffer head, ByteBuffer body) {
        try {
            if (!TaskRecords.isKnown(type, schema)) {
                throw new TaskRecords.UnknownRecordException(position, type, schema);
            }
            read(position, type, queue, head, body);
        } catch (BufferUnderflowException | IllegalArgumentException | TaskRecords.UnknownRecordException e) {
            if (problems.size() < PROBLEMS_MAX) {
                problems.add("segment " + Journal.segmentOf(position) + ", record of type=" + type + ": " + e.getMessage());
            }
        }
    }

    private void read(long position, int type, int queue, ByteBuffer head, ByteBuffer body) {
        switch (type) {
            case TaskRecords.TASK -> put(position, TaskRecords.task(queue, head));
            case TaskRecords.GONE -> TaskRecords.entries(head, (id, attempt) -> end(id));
            case TaskRecords.TAKE -> TaskRecords.entries(head, this::take);
            case TaskRecords.MOVE, TaskRecords.BURY -> move(head, body);
            case TaskRecords.PURGE -> {
                long throughId = head.getLong();
                tasks.entrySet().removeIf(task -> task.getValue().queue == queue && task.getKey() <= throughId);
                holders.values().removeIf(id -> !tasks.containsKey(id));
            }
            case TaskRecords.QUEUE -> names.put(queue, StandardCharsets.UTF_8.decode(body).toString());
            default -> {}
        }
    }

    private void put(long position, TaskRecord task) {
        Living living = new Living();
        living.home = position;
        living.queue = task.queue();
        living.state = task.state();
        living.dueMs = task.dueMs();
        living.attempts = task.attempts();
        living.failures = task.failures();
        living.reason = task.reason();
        living.key = task.key();
        tasks.put(task.id(), living);
        if (task.firstId() != 0) {
            successors.put(task.firstId(), task.id());
        } else if (task.key() != null) {
            giveKey(task.id(), living);
        }
    }

    private void end(long id) {
        Living task = tasks.remove(id);
        if (task != null && task.key != null) {
            holders.remove(new Key(task.queue, task.key), id);
        }
        promote(id);
    }

    /** What the successor of a task waited for is its own now: the task has gone, or was buried. */
    private void promote(long firstId) {
        Long id = successors.remove(firstId);
        Living successor = id == null ? null : tasks.get(id);
        if (id != null && successor != null) {
            giveKey(id, successor);
        }
    }

    /** The task has the key that it names; whoever had it has lost it. */
    private void giveKey(long id, Living task) {
        if (task.key != null) {
            Long before = holders.put(new Key(task.queue, task.key), id);
            Living loser = before == null || before == id ? null : tasks.get(before);
            if (loser != null) {
                loser.key = null;
            }
        }
    }

    private void take(long id, int attempt) {
        Living task = tasks.get(id);
        if (task != null) {
            task.state = State.TAKEN;
            task.dueMs = 0;
            task.attempts = attempt;
        }
    }

    private void move(ByteBuffer head, ByteBuffer body) {
        TaskRecords.Moved moved = TaskRecords.move(head, body);
        Living task = tasks.get(moved.move().id());
        if (task != null) {
            task.state = moved.move().state();
            task.dueMs = moved.move().dueMs();
            task.attempts = moved.move().attempts();
            task.failures = moved.move().failures();
            task.reason = moved.move().reason();
            task.key = moved.move().keyLost() ? null : task.key;
        }
        if (moved.move().state() == State.BURIED) {
            promote(moved.move().id());
        }
    }

    /** The second pass over the same log: tells each task where its payload is. */
    RecordVisitor telling(Consumer<ExportedTask> to) {
        return (position, type, schema, queue, timeMs, head, body) -> {
            if (type == TaskRecords.TASK && schema == TaskRecords.SCHEMA) {
                Living living = tasks.get(head.getLong(head.position()));
                if (living != null && living.home == position) {
                    to.accept(exported(TaskRecords.task(queue, head), living, body));
                }
            }
        };
    }

    private ExportedTask exported(TaskRecord task, Living living, ByteBuffer payload) {
        TaskState state = Conversions.state(living.state);
        return new ExportedTask(
                names.getOrDefault(task.queue(), "#" + task.queue()),
                task.id(),
                state,
                task.priority(),
                living.dueMs,
                task.expiresMs(),
                living.attempts,
                living.failures,
                living.key,
                task.group(),
                living.reason,
                payload);
    }
}
