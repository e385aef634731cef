package dev.millrace.embedded;

import dev.millrace.api.Put;
import dev.millrace.core.Outcome;
import dev.millrace.core.QueueConfig;
import dev.millrace.core.TaskLog;
import dev.millrace.core.TaskRecord;
import dev.millrace.journal.JournalStats;
import dev.millrace.journal.Purpose;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Payloads on the heap, and no records: nothing survives the process. */
final class MemoryStore implements Store {
    /** A list of what was retired that had more room is not kept over a round. */
    private static final int RETIRED_KEPT_MAX = 4_096;

    /** What a payload takes beside its bytes, nearly. */
    private static final int PAYLOAD_OVERHEAD_BYTES = 128;

    private final MemoryPayloads payloads = new MemoryPayloads();
    /** Whether a payload must be copied to be kept. */
    private final boolean payloadsAreLent;
    private final long bytesMax;

    /** Freed once the round is over, since an answer of the round may still show the payload. */
    private long[] retired = new long[16];

    private int retiredCount;
    private long positions;

    /** @param bytesMax no put is admitted that could make payloads take more */
    MemoryStore(boolean payloadsAreLent, long bytesMax) {
        this.payloadsAreLent = payloadsAreLent;
        this.bytesMax = bytesMax;
    }

    @Override
    public long task(TaskRecord task, ByteBuffer payload) {
        return payloads.add(payloadsAreLent ? copy(payload) : payload);
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
    public @Nullable JournalStats stats() {
        return null;
    }

    @Override
    public Memory memory() {
        return new Memory(heldBytes(), bytesMax);
    }

    @Override
    public int headBytesMax(Put options) {
        return 0;
    }

    @Override
    public void together(int records, long bytes) {}

    @Override
    public ByteBuffer payload(long home) {
        return payloads.get(home).duplicate();
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
        return purpose != Purpose.ADD || heldBytes() + bytes + (long) PAYLOAD_OVERHEAD_BYTES * records <= bytesMax;
    }

    @Override
    public boolean admitsTakes(int tasks, long bytes) {
        return true;
    }

    private long heldBytes() {
        return payloads.bytes() + (long) PAYLOAD_OVERHEAD_BYTES * payloads.count();
    }

    @Override
    public String whyFull() {
        return "payloads take memoryBytes=" + heldBytes() + " of memoryBytesMax=" + bytesMax
                + "; ack, delete or purge tasks, or raise memoryBytesMax";
    }

    @Override
    public boolean settle(long nowMs, long nextId, Owner owner) {
        for (int index = 0; index < retiredCount; index++) {
            payloads.remove(retired[index]);
        }
        retiredCount = 0;
        if (retired.length > RETIRED_KEPT_MAX) {
            retired = new long[RETIRED_KEPT_MAX];
        }
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
    public long producer(int queue, String name, long usedMs, long[] sequences, long[] ids) {
        return positions++;
    }

    @Override
    public void forget(int queue, String producer) {}

    @Override
    public void begin(long nowMs) {}

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
    public boolean owesSync() {
        return false;
    }

    @Override
    public void makeDurable() {}

    @Override
    public void close(long nowMs, long nextId, Owner owner) {}

    @Override
    public void abandon() {}
}
