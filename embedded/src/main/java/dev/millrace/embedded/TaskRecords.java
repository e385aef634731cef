package dev.millrace.embedded;

import dev.millrace.core.QueueConfig;
import dev.millrace.core.State;
import dev.millrace.core.TaskLog;
import dev.millrace.core.TaskRecord;
import dev.millrace.core.TaskReplay;
import dev.millrace.journal.Journal;
import dev.millrace.journal.Replay;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The contents of the journal's records: what is in their heads and bodies, in both directions. Little-endian; the
 * record's header names type, schema and, where it matters, the queue's number. The same drawing, with the recipe for
 * changing it, is in docs/FORMATS.md.
 *
 * <pre>
 *   1 TASK      id:8 dueMs:8 priority:4 maxAttempts:2 state:1 flags:1 sections              body: payload
 *               sections, for each flag in this order:
 *                   1 producer   sequence:8 bytes:2 name
 *                   2 history    attempts:2 failures:2 engineDeaths:1 0:1
 *                   4 expiry     expiresMs:8
 *                   8 ttr        ttrMs:8
 *                  16 key        bytes:2 key
 *                  32 group      limit:4 bytes:2 name
 *                  64 successor  firstId:8
 *                 128 reason     bytes:2 reason
 *   2 GONE      n × {id:8 homeSegment:4 attempt:2 outcome:2}         outcome 1 acked, 2 deleted, 3 expired
 *   3 TAKE      n × {id:8 homeSegment:4 attempt:2 0:2}
 *   4 MOVE      id:8 dueMs:8 homeSegment:4 attempts:2 failures:2 state:1 engineDeaths:1 keyLost:1 0:1
 *   5 BURY      MOVE                                                              body: reason, UTF-8
 *   6 PURGE     throughId:8
 *   7 QUEUE     [paused:1 0:1 maxAttempts:2 0:4 ttrMs:8 backoffFirstMs:8 backoffMaxMs:8]          body: name, UTF-8
 *   8 PRODUCER  bytes:2 count:2 [usedMs:8]                          body: count × {sequence:8 id:8} name, UTF-8
 *  11 FORGET                                                        body: name of a producer, UTF-8
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
    /** 9 and 10 are the journal's own. */
    static final int FORGET = 11;

    static final int SCHEMA = 1;

    static final int ENTRY_BYTES = 16;
    /** The longest PRODUCER: 256 sequences with their ids, and a name. */
    static final int PRODUCER_BYTES_MAX = 12 + 256 * ENTRY_BYTES + 255;
    /** The longest FORGET. */
    static final int FORGET_BYTES_MAX = 255;

    /**
     * The longest record of a held task's return that nobody asked for: a MOVE takes 48 bytes; a BURY has the engine's
     * reason besides, of 60 bytes at most.
     */
    static final int RETURN_BYTES_MAX = 104;

    private static final int TASK_HEAD_BYTES = 24;
    private static final int MOVE_HEAD_BYTES = 28;
    private static final int CONFIG_HEAD_BYTES = 32;
    private static final int FLAG_PRODUCER = 1;
    private static final int FLAG_HISTORY = 2;
    private static final int FLAG_EXPIRY = 4;
    private static final int FLAG_TTR = 8;
    private static final int FLAG_KEY = 16;
    private static final int FLAG_GROUP = 32;
    private static final int FLAG_SUCCESSOR = 64;
    private static final int FLAG_REASON = 128;

    private TaskRecords() {}

    /** Whether a record can be read; another one was written by a newer version, or by nobody. */
    static boolean isKnown(int type, int schema) {
        return schema == SCHEMA && (type >= TASK && type <= PRODUCER || type == FORGET);
    }

    static long writeTask(Journal journal, TaskRecord task, ByteBuffer payload) {
        Texts texts = new Texts(task);
        int flags = flags(task);
        ByteBuffer to =
                journal.begin(TASK, SCHEMA, task.queue(), texts.headBytes(flags), payload.remaining());
        to.putLong(task.id()).putLong(task.dueMs()).putInt((int) task.priority());
        to.putShort((short) task.maxAttempts()).put((byte) task.state().ordinal()).put((byte) flags);
        writeSections(to, flags, task, texts);
        to.put(payload.duplicate());
        return journal.end();
    }

    /** At most so many bytes in the head of a put's record. */
    static int headBytesMax(@Nullable String producer, @Nullable String key, @Nullable String group) {
        int texts = bytesMax(producer) + bytesMax(key) + bytesMax(group);
        return TASK_HEAD_BYTES + Texts.SECTIONS_BYTES_MAX + texts;
    }

    private static int bytesMax(@Nullable String text) {
        return text == null ? 0 : 3 * text.length();
    }

    private static int flags(TaskRecord task) {
        boolean hasHistory = task.attempts() != 0 || task.failures() != 0 || task.engineDeaths() != 0;
        return (task.producer() == null ? 0 : FLAG_PRODUCER)
                | (hasHistory ? FLAG_HISTORY : 0)
                | (task.expiresMs() == 0 ? 0 : FLAG_EXPIRY)
                | (task.ttrMs() == 0 ? 0 : FLAG_TTR)
                | (task.key() == null ? 0 : FLAG_KEY)
                | (task.group() == null ? 0 : FLAG_GROUP)
                | (task.firstId() == 0 ? 0 : FLAG_SUCCESSOR)
                | (task.reason() == null ? 0 : FLAG_REASON);
    }

    private static void writeSections(ByteBuffer to, int flags, TaskRecord task, Texts texts) {
        if ((flags & FLAG_PRODUCER) != 0) {
            to.putLong(task.sequence());
            putText(to, texts.producer);
        }
        if ((flags & FLAG_HISTORY) != 0) {
            to.putShort((short) task.attempts()).putShort((short) task.failures());
            to.put((byte) task.engineDeaths()).put((byte) 0);
        }
        if ((flags & FLAG_EXPIRY) != 0) {
            to.putLong(task.expiresMs());
        }
        if ((flags & FLAG_TTR) != 0) {
            to.putLong(task.ttrMs());
        }
        if ((flags & FLAG_KEY) != 0) {
            putText(to, texts.key);
        }
        if ((flags & FLAG_GROUP) != 0) {
            to.putInt(task.groupLimit());
            putText(to, texts.group);
        }
        if ((flags & FLAG_SUCCESSOR) != 0) {
            to.putLong(task.firstId());
        }
        if ((flags & FLAG_REASON) != 0) {
            putText(to, texts.reason);
        }
    }

    private static void putText(ByteBuffer to, byte[] text) {
        to.putShort((short) text.length).put(text);
    }

    /** The texts of a task's record, as bytes. */
    private static final class Texts {
        private static final byte[] NONE = {};
        private static final int SECTIONS_BYTES_MAX = 10 + 6 + 8 + 8 + 2 + 6 + 8 + 2;

        private final byte[] producer;
        private final byte[] key;
        private final byte[] group;
        private final byte[] reason;

        Texts(TaskRecord task) {
            producer = bytes(task.producer());
            key = bytes(task.key());
            group = bytes(task.group());
            reason = bytes(task.reason());
        }

        int headBytes(int flags) {
            return TASK_HEAD_BYTES
                    + ((flags & FLAG_PRODUCER) == 0 ? 0 : 10 + producer.length)
                    + ((flags & FLAG_HISTORY) == 0 ? 0 : 6)
                    + ((flags & FLAG_EXPIRY) == 0 ? 0 : 8)
                    + ((flags & FLAG_TTR) == 0 ? 0 : 8)
                    + ((flags & FLAG_KEY) == 0 ? 0 : 2 + key.length)
                    + ((flags & FLAG_GROUP) == 0 ? 0 : 6 + group.length)
                    + ((flags & FLAG_SUCCESSOR) == 0 ? 0 : 8)
                    + ((flags & FLAG_REASON) == 0 ? 0 : 2 + reason.length);
        }

        private static byte[] bytes(@Nullable String text) {
            return text == null ? NONE : text.getBytes(StandardCharsets.UTF_8);
        }
    }

    static void writeMove(Journal journal, TaskLog.Move move) {
        String reason = move.reason();
        byte[] body = reason == null ? new byte[0] : reason.getBytes(StandardCharsets.UTF_8);
        int type = move.state() == State.BURIED ? BURY : MOVE;
        ByteBuffer to = journal.begin(type, SCHEMA, 0, MOVE_HEAD_BYTES, body.length);
        to.putLong(move.id()).putLong(move.dueMs()).putInt((int) Journal.segmentOf(move.home()));
        to.putShort((short) move.attempts()).putShort((short) move.failures());
        to.put((byte) move.state().ordinal()).put((byte) move.engineDeaths());
        to.put((byte) (move.keyLost() ? 1 : 0)).put((byte) 0);
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

    static long writeQueue(Journal journal, int number, String name, QueueConfig config) {
        byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
        boolean isPlain = config.equals(QueueConfig.DEFAULT);
        ByteBuffer to = journal.begin(QUEUE, SCHEMA, number, isPlain ? 0 : CONFIG_HEAD_BYTES, bytes.length);
        if (!isPlain) {
            to.put((byte) (config.paused() ? 1 : 0)).put((byte) 0).putShort((short) config.maxAttempts()).putInt(0);
            to.putLong(config.ttrMs()).putLong(config.backoffFirstMs()).putLong(config.backoffMaxMs());
        }
        to.put(bytes);
        return journal.end();
    }

    static long writeProducer(
            Journal journal, int queue, String name, long usedMs, long[] sequences, long[] ids) {
        byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
        ByteBuffer to =
                journal.begin(PRODUCER, SCHEMA, queue, 12, sequences.length * ENTRY_BYTES + bytes.length);
        to.putShort((short) bytes.length).putShort((short) sequences.length).putLong(usedMs);
        for (int index = 0; index < sequences.length; index++) {
            to.putLong(sequences[index]).putLong(ids[index]);
        }
        to.put(bytes);
        return journal.end();
    }

    static void writeForget(Journal journal, int queue, String producer) {
        byte[] bytes = producer.getBytes(StandardCharsets.UTF_8);
        journal.begin(FORGET, SCHEMA, queue, 0, bytes.length).put(bytes);
        journal.end();
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
            if (!isKnown(type, schema)) {
                throw new UnknownRecordException(position, type, schema);
            }
            try {
                replay().at(timeMs);
                read(position, type, queue, head, body);
            } catch (BufferUnderflowException | IllegalArgumentException | IllegalStateException e) {
                throw new BadRecordException(position, type, e);
            }
        }

        private void read(long position, int type, int queue, ByteBuffer head, ByteBuffer body) {
            TaskReplay to = replay();
            switch (type) {
                case TASK -> to.task(position, task(queue, head));
                case GONE -> gone(to, head);
                case TAKE -> take(to, head);
                case MOVE, BURY -> move(to, head, body);
                case PURGE -> to.purge(queue, head.getLong());
                case QUEUE -> {
                    QueueConfig config = head.hasRemaining() ? config(head) : QueueConfig.DEFAULT;
                    to.queue(position, queue, text(body, body.remaining()), config);
                }
                case PRODUCER -> producer(to, position, queue, head, body);
                default -> to.forget(queue, text(body, body.remaining()));
            }
        }

        private static QueueConfig config(ByteBuffer head) {
            boolean paused = head.get() != 0;
            head.get();
            int maxAttempts = unsignedShort(head);
            head.getInt();
            return new QueueConfig(paused, maxAttempts, head.getLong(), head.getLong(), head.getLong());
        }

        private static void gone(TaskReplay to, ByteBuffer head) {
            while (head.hasRemaining()) {
                to.gone(head.getLong(), unsignedInt(head));
                head.getInt();
            }
        }

        private static void take(TaskReplay to, ByteBuffer head) {
            while (head.hasRemaining()) {
                to.take(head.getLong(), unsignedInt(head), unsignedShort(head));
                head.getShort();
            }
        }

        private static void move(TaskReplay to, ByteBuffer head, ByteBuffer body) {
            Moved moved = TaskRecords.move(head, body);
            to.move(moved.move, moved.homeSegment);
        }

        private static void producer(TaskReplay to, long position, int queue, ByteBuffer head, ByteBuffer body) {
            int nameBytes = unsignedShort(head);
            long[] sequences = new long[unsignedShort(head)];
            long[] ids = new long[sequences.length];
            long usedMs = head.hasRemaining() ? head.getLong() : 0;
            for (int index = 0; index < sequences.length; index++) {
                sequences[index] = body.getLong();
                ids[index] = body.getLong();
            }
            to.producer(position, queue, text(body, nameBytes), usedMs, sequences, ids);
        }
    }

    /** A MOVE or BURY: the position of the home is not in it, only its segment. */
    record Moved(TaskLog.Move move, long homeSegment) {}

    /** Reads a MOVE or BURY. */
    static Moved move(ByteBuffer head, ByteBuffer body) {
        long id = head.getLong();
        long dueMs = head.getLong();
        long segment = unsignedInt(head);
        int attempts = unsignedShort(head);
        int failures = unsignedShort(head);
        State state = State.of(head.get());
        int engineDeaths = head.get() & 0xFF;
        boolean keyLost = head.get() != 0;
        String reason = body.hasRemaining() ? text(body, body.remaining()) : null;
        TaskLog.Move move = new TaskLog.Move(id, 0, state, dueMs, attempts, failures, engineDeaths, keyLost, reason);
        return new Moved(move, segment);
    }

    /** Is told the entries of a GONE or TAKE. */
    @FunctionalInterface
    interface EntrySink {
        void entry(long id, int attempt);
    }

    /** Reads the entries of a GONE or TAKE. */
    static void entries(ByteBuffer head, EntrySink into) {
        while (head.hasRemaining()) {
            long id = head.getLong();
            head.getInt();
            int attempt = unsignedShort(head);
            head.getShort();
            into.entry(id, attempt);
        }
    }

    /** Reads a TASK's head. */
    static TaskRecord task(int queue, ByteBuffer head) {
        long id = head.getLong();
        long dueMs = head.getLong();
        long priority = unsignedInt(head);
        int maxAttempts = unsignedShort(head);
        State state = State.of(head.get());
        int flags = head.get();
        long sequence = (flags & FLAG_PRODUCER) == 0 ? 0 : head.getLong();
        String producer = (flags & FLAG_PRODUCER) == 0 ? null : text(head, unsignedShort(head));
        boolean hasHistory = (flags & FLAG_HISTORY) != 0;
        int attempts = hasHistory ? unsignedShort(head) : 0;
        int failures = hasHistory ? unsignedShort(head) : 0;
        int engineDeaths = hasHistory ? unsignedShort(head) & 0xFF : 0;
        long expiresMs = (flags & FLAG_EXPIRY) == 0 ? 0 : head.getLong();
        long ttrMs = (flags & FLAG_TTR) == 0 ? 0 : head.getLong();
        String key = (flags & FLAG_KEY) == 0 ? null : text(head, unsignedShort(head));
        int groupLimit = (flags & FLAG_GROUP) == 0 ? 0 : head.getInt();
        String group = (flags & FLAG_GROUP) == 0 ? null : text(head, unsignedShort(head));
        long firstId = (flags & FLAG_SUCCESSOR) == 0 ? 0 : head.getLong();
        String reason = (flags & FLAG_REASON) == 0 ? null : text(head, unsignedShort(head));
        if (head.hasRemaining()) {
            throw new IllegalArgumentException("flags=" + flags + " leave headBytes=" + head.remaining() + " over");
        }
        return new TaskRecord(
                queue, id, state, dueMs, expiresMs, ttrMs, priority, maxAttempts, attempts, failures, engineDeaths,
                key, group, groupLimit, firstId, producer, sequence, reason);
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
