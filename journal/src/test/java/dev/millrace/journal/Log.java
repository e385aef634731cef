package dev.millrace.journal;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** What the tests share: a journal's records by a number in their heads, and bodies that can be known from it. */
final class Log implements Replay {
    static final long FOLDER_ID = 0x1234_5678_9ABC_DEF0L;
    static final long CREATED_MS = 1_000;
    static final int TYPE = 1;

    /** Small, so that few records fill a segment. */
    static final JournalOptions SMALL = new JournalOptions(Durability.WRITTEN, 16 << 10, 64 << 10, 8 << 10);

    final List<Long> ids = new ArrayList<>();
    final List<Long> positions = new ArrayList<>();
    final List<Long> times = new ArrayList<>();

    static Journal open(Disk disk, Replay replay) {
        return open(disk, SMALL, replay);
    }

    static Journal open(Disk disk, JournalOptions options, Replay replay) {
        return Journal.open(disk, options, CREATED_MS, FOLDER_ID, replay);
    }

    static Log of(Disk disk) {
        Log log = new Log();
        open(disk, log).close();
        return log;
    }

    static long put(Journal journal, long id, int bodyBytes) {
        ByteBuffer to = journal.begin(TYPE, 2, 3, Long.BYTES, bodyBytes);
        to.putLong(id);
        for (int i = 0; i < bodyBytes; i++) {
            to.put(bodyByte(id, i));
        }
        return journal.end();
    }

    static long idOf(Record record) {
        return checkedId(record.head(), record.body());
    }

    @Override
    public boolean isAdoptable(int type) {
        return type == TYPE;
    }

    @Override
    public void record(long position, int type, int schema, int queue, long timeMs, ByteBuffer head, ByteBuffer body) {
        if (type != TYPE || schema != 2 || queue != 3) {
            throw new IllegalStateException("type=" + type + " schema=" + schema + " queue=" + queue);
        }
        ids.add(checkedId(head, body));
        positions.add(position);
        times.add(timeMs);
    }

    private static long checkedId(ByteBuffer head, ByteBuffer body) {
        long id = head.getLong(head.position());
        int bytes = body.remaining();
        for (int i = 0; i < bytes; i++) {
            if (body.get(body.position() + i) != bodyByte(id, i)) {
                throw new IllegalStateException("body of " + id + " differs at " + i);
            }
        }
        return id;
    }

    private static byte bodyByte(long id, int i) {
        return (byte) (id * 31 + i);
    }
}
