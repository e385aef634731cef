package dev.millrace.embedded;

import dev.millrace.api.Put;
import dev.millrace.core.Outcome;
import dev.millrace.core.QueueConfig;
import dev.millrace.core.TaskLog;
import dev.millrace.core.TaskRecord;
import dev.millrace.journal.Purpose;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Payloads on the heap, and no records: nothing survives the process. */
final class MemoryStore implements Store {
    /** By position; null where free. */
    private final List<@Nullable ByteBuffer> payloads = new ArrayList<>();

    /** Whether a payload must be copied to be kept. */
    private final boolean payloadsAreLent;

    private long[] free = new long[16];
    private int freeCount;
    /** Freed once the round is over, since an answer of the round may still show the payload. */
    private long[] retired = new long[16];

    private int retiredCount;
    private long positions;

    MemoryStore(boolean payloadsAreLent) {
        this.payloadsAreLent = payloadsAreLent;
    }

    @Override
    public long task(TaskRecord task, ByteBuffer lent) {
        ByteBuffer payload = payloadsAreLent ? copy(lent) : lent;
        if (freeCount == 0) {
            payloads.add(payload);
            return payloads.size() - 1L;
        }
        long position = free[--freeCount];
        payloads.set((int) position, payload);
        return position;
    }

    /** Nothing is ever copied here: there is no log that grows. */
    @Override
    public long copy(TaskRecord task, long home, boolean keyed) {
        return task(task, payload(home));
    }

    private static ByteBuffer copy(ByteBuffer lent) {
        return ByteBuffer.allocate(lent.remaining()).put(lent.duplicate()).flip();
    }

    @Override
    public int headBytesMax(Put options) {
        return 0;
    }

    @Override
    public void together(int records, long bytes) {}

    @Override
    public ByteBuffer payload(long home) {
        ByteBuffer payload = payloads.get((int) home);
        if (payload == null) {
            throw new IllegalStateException("no payload at " + home);
        }
        return payload.duplicate();
    }

    @Override
    public void retire(long position) {
        if (retiredCount == retired.length) {
            retired = Arrays.copyOf(retired, retiredCount * 2);
        }
        retired[retiredCount++] = position;
    }

    @Override
    public boolean admits(Purpose purpose, int records, long bytes) {
        return true;
    }

    @Override
    public boolean settle(long nowMs, long nextId, Owner owner) {
        if (freeCount + retiredCount > free.length) {
            free = Arrays.copyOf(free, Math.max(freeCount + retiredCount, free.length * 2));
        }
        for (int index = 0; index < retiredCount; index++) {
            payloads.set((int) retired[index], null);
            free[freeCount++] = retired[index];
        }
        retiredCount = 0;
        return false;
    }

    @Override
    public long nextWorkMs(long nowMs) {
        return Long.MAX_VALUE;
    }

    @Override
    public long queue(int number, String name, QueueConfig config) {
        return positions++;
    }

    @Override
    public long producer(int queue, String name, long[] sequences, long[] ids) {
        return positions++;
    }

    @Override
    public void take(long id, long home, int attempt) {}

    @Override
    public void gone(long id, long home, int attempt, Outcome outcome) {}

    @Override
    public void move(TaskLog.Move move) {}

    @Override
    public void purge(int queue, long throughId) {}

    @Override
    public void adopt(long position) {}

    @Override
    public void write(long nowMs, long nextId, boolean isIdle) {}

    @Override
    public void makeDurable() {}

    @Override
    public void close(long nowMs, long nextId, Owner owner) {}

    @Override
    public void abandon() {}
}
