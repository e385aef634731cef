package dev.millrace.embedded;

import dev.millrace.core.State;
import dev.millrace.core.TaskLog;
import dev.millrace.core.TaskReplay;
import dev.millrace.journal.Journal;
import dev.millrace.journal.Replay;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The contents of the journal's records: what is in their heads and bodies, in both directions. Little-endian; the record's
 * header names type, schema and, where it matters, the queue's number. The same drawing, with the recipe for changing it, is
 * in docs/FORMATS.md.
 *
 * <pre>
 *   1 TASK      id:8 dueMs:8 priority:4 maxAttempts:2 state:1 flags:1 [sequence:8 nameBytes:2 name]   body: payload
 *   2 GONE      n × {id:8 homeSegment:4 attempt:2 outcome:2}                     outcome 1 acked, 2 deleted
 *   3 TAKE      n × {id:8 homeSegment:4 attempt:2 0:2}
 *   4 MOVE      id:8 dueMs:8 homeSegment:4 attempts:2 failures:2 state:1 engineDeaths:1 0:2
 *   5 BURY      MOVE                                                              body: reason, UTF-8
 *   6 PURGE     throughId:8
 *   7 QUEUE                                                                       body: name, UTF-8
 *   8 PRODUCER  nameBytes:2 count:2                                 body: count × {sequence:8 id:8} name, UTF-8
 * </pre>
 */
final class TaskRecords {
    static final int TASK = 1;
    static final int GONE = 2;
    static final int TAKE = 3;
    static final int MOVE = 4;
    static final int BURY = 5;
    static final int PURGE = 6;
    static final int QUEUE = 7;
    static final int PRODUCER = 8;
    static final int SCHEMA = 1;

    static final int ENTRY_BYTES = 16;
    static final int OUTCOME_ACKED = 1;
    static final int OUTCOME_DELETED = 2;

    private static final int TASK_HEAD_BYTES = 24;
    private static final int MOVE_HEAD_BYTES = 28;
    private static final int FLAG_PRODUCER = 1;

    private TaskRecords() {}

    static long writeTask(Journal journal, TaskLog.PutRecord put, ByteBuffer payload) {
        byte[] name = put.producer() == null ? null : put.producer().getBytes(StandardCharsets.UTF_8);
        int head = TASK_HEAD_BYTES + (name == null ? 0 : 10 + name.length);
        ByteBuffer to = journal.begin(TASK, SCHEMA, put.queue(), head, payload.remaining());
        to.putLong(put.id()).putLong(put.dueMs()).putInt((int) put.priority()).putShort((short) put.maxAttempts());
        to.put((byte) (put.dueMs() > 0 ? State.DELAYED : State.READY).ordinal());
        to.put((byte) (name == null ? 0 : FLAG_PRODUCER));
        if (name != null) {
            to.putLong(put.sequence()).putShort((short) name.length).put(name);
        }
        to.put(payload.duplicate());
        return journal.end();
    }

    static void writeMove(Journal journal, TaskLog.Move move) {
        String reason = move.reason();
        byte[] body = reason == null ? new byte[0] : reason.getBytes(StandardCharsets.UTF_8);
        int type = move.state() == State.BURIED ? BURY : MOVE;
        ByteBuffer to = journal.begin(type, SCHEMA, 0, MOVE_HEAD_BYTES, body.length);
        to.putLong(move.id()).putLong(move.dueMs()).putInt((int) Journal.segmentOf(move.home()));
        to.putShort((short) move.attempts()).putShort((short) move.failures());
        to.put((byte) move.state().ordinal()).put((byte) move.engineDeaths()).putShort((short) 0);
        to.put(body);
        journal.end();
    }

    static void writeEntries(Journal journal, int type, long[] entries, int count) {
        ByteBuffer to = journal.begin(type, SCHEMA, 0, count * ENTRY_BYTES, 0);
        for (int index = 0; index < 2 * count; index++) {
            to.putLong(entries[index]);
        }
        journal.end();
    }

    /** The second word of an entry of GONE or TAKE. */
    static long entry(long home, int attempt, int outcome) {
        return Journal.segmentOf(home) & 0xFFFF_FFFFL | (long) attempt << 32 | (long) outcome << 48;
    }

    static void writePurge(Journal journal, int queue, long throughId) {
        journal.begin(PURGE, SCHEMA, queue, Long.BYTES, 0).putLong(throughId);
        journal.end();
    }

    static long writeQueue(Journal journal, int number, String name) {
        byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
        journal.begin(QUEUE, SCHEMA, number, 0, bytes.length).put(bytes);
        return journal.end();
    }

    static long writeProducer(Journal journal, int queue, String name, long[] sequences, long[] ids) {
        byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
        ByteBuffer to =
                journal.begin(PRODUCER, SCHEMA, queue, 4, sequences.length * ENTRY_BYTES + bytes.length);
        to.putShort((short) bytes.length).putShort((short) sequences.length);
        for (int index = 0; index < sequences.length; index++) {
            to.putLong(sequences[index]).putLong(ids[index]);
        }
        to.put(bytes);
        return journal.end();
    }

    /** Reads the records of a journal into a replay, which exists once the journal has said where it begins. */
    static final class Reader implements Replay {
        private final Start start;
        private @Nullable TaskReplay replay;

        Reader(Start start) {
            this.start = start;
        }

        /** Makes a replay of the store's creation time and the log's first segment. */
        @FunctionalInterface
        interface Start {
            TaskReplay at(long createdMs, long firstSegment);
        }

        TaskReplay replay() {
            return Objects.requireNonNull(replay, "the journal has not begun");
        }

        @Override
        public void begin(long createdMs, long firstSegment) {
            replay = start.at(createdMs, firstSegment);
        }

        @Override
        public boolean isAdoptable(int type) {
            return type == TASK;
        }

        @Override
        public void record(
                long position, int type, int schema, int queue, long timeMs, ByteBuffer head, ByteBuffer body) {
            if (type < TASK || type > PRODUCER || schema != SCHEMA) {
                throw new UnknownRecordException(position, type, schema);
            }
            try {
                read(position, type, queue, head, body);
            } catch (BufferUnderflowException | IllegalArgumentException | IllegalStateException e) {
                throw new BadRecordException(position, type, e);
            }
        }

        private void read(long position, int type, int queue, ByteBuffer head, ByteBuffer body) {
            TaskReplay to = replay();
            switch (type) {
                case TASK -> to.task(position, task(queue, head));
                case GONE -> {
                    while (head.hasRemaining()) {
                        to.gone(head.getLong(), unsignedInt(head));
                        head.getInt();
                    }
                }
                case TAKE -> {
                    while (head.hasRemaining()) {
                        to.take(head.getLong(), unsignedInt(head), unsignedShort(head));
                        head.getShort();
                    }
                }
                case MOVE, BURY -> move(to, head, body);
                case PURGE -> to.purge(queue, head.getLong());
                case QUEUE -> to.queue(position, queue, text(body, body.remaining()));
                default -> producer(to, position, queue, head, body);
            }
        }

        private static TaskLog.PutRecord task(int queue, ByteBuffer head) {
            long id = head.getLong();
            long dueMs = head.getLong();
            long priority = unsignedInt(head);
            int maxAttempts = unsignedShort(head);
            State state = State.of(head.get());
            int flags = head.get();
            String producer = null;
            long sequence = 0;
            if ((flags & FLAG_PRODUCER) != 0) {
                sequence = head.getLong();
                producer = text(head, unsignedShort(head));
            }
            if (state != (dueMs > 0 ? State.DELAYED : State.READY) || head.hasRemaining()) {
                throw new IllegalArgumentException("state=" + state + " dueMs=" + dueMs + " flags=" + flags);
            }
            return new TaskLog.PutRecord(queue, id, dueMs, priority, maxAttempts, producer, sequence);
        }

        private static void move(TaskReplay to, ByteBuffer head, ByteBuffer body) {
            long id = head.getLong();
            long dueMs = head.getLong();
            long segment = unsignedInt(head);
            int attempts = unsignedShort(head);
            int failures = unsignedShort(head);
            State state = State.of(head.get());
            int engineDeaths = head.get() & 0xFF;
            String reason = body.hasRemaining() ? text(body, body.remaining()) : null;
            to.move(new TaskLog.Move(id, 0, state, dueMs, attempts, failures, engineDeaths, reason), segment);
        }

        private static void producer(TaskReplay to, long position, int queue, ByteBuffer head, ByteBuffer body) {
            int nameBytes = unsignedShort(head);
            long[] sequences = new long[unsignedShort(head)];
            long[] ids = new long[sequences.length];
            for (int index = 0; index < sequences.length; index++) {
                sequences[index] = body.getLong();
                ids[index] = body.getLong();
            }
            to.producer(position, queue, text(body, nameBytes), sequences, ids);
        }

        private static long unsignedInt(ByteBuffer from) {
            return from.getInt() & 0xFFFF_FFFFL;
        }

        private static int unsignedShort(ByteBuffer from) {
            return from.getShort() & 0xFFFF;
        }

        private static String text(ByteBuffer from, int bytes) {
            byte[] utf8 = new byte[bytes];
            from.get(utf8);
            return new String(utf8, StandardCharsets.UTF_8);
        }
    }

    /** A record of a type or schema that this version does not know. */
    static final class UnknownRecordException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        UnknownRecordException(long position, int type, int schema) {
            super("segment " + Journal.segmentOf(position) + " has a record of type=" + type + " schema=" + schema
                    + " at offset " + offset(position) + ", written by a newer version; use that version");
        }
    }

    /** A record that is whole but makes no sense here. */
    static final class BadRecordException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        BadRecordException(long position, int type, RuntimeException cause) {
            super(
                    "segment " + Journal.segmentOf(position) + " has a record of type=" + type
                            + " that makes no sense at offset " + offset(position) + ": " + cause.getMessage(),
                    cause);
        }
    }

    private static long offset(long position) {
        return (position & 0xFF_FFFF) * 8;
    }
}
