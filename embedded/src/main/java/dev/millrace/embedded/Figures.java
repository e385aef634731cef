package dev.millrace.embedded;

import dev.millrace.api.Limits;
import dev.millrace.api.OpenOptions;
import dev.millrace.api.engine.EngineFigures;
import dev.millrace.api.engine.EngineFigures.Bound;
import dev.millrace.api.engine.EngineFigures.Figure;
import dev.millrace.core.CoreLoad;
import dev.millrace.journal.JournalStats;
import java.util.ArrayList;
import java.util.List;

/**
 * What a shard says of itself, and how often it refused what only it looks at. Used by one thread at a time: whoever
 * serves the shard.
 */
final class Figures {
    /** As many sessions may be open; the core's tables number them. */
    private static final int SESSIONS_MAX = 16_777_215;

    private final OpenOptions options;
    private final long batchBytesMax;
    private long refusedSessions;
    private long tooLargePayloads;
    private long tooLargeBatches;

    Figures(OpenOptions options, long batchBytesMax) {
        this.options = options;
        this.batchBytesMax = batchBytesMax;
    }

    void opened(boolean isOpen) {
        refusedSessions += isOpen ? 0 : 1;
    }

    void tooLargePayload() {
        tooLargePayloads++;
    }

    void tooLargeBatch() {
        tooLargeBatches++;
    }

    /**
     * All of them, now.
     *
     * @param room the limits of what waits for the shard
     * @param refusedForRoom how many commands the store had no room for, on the disk or in memory
     */
    EngineFigures of(List<Bound> room, CoreLoad load, long refusedForRoom, Store store) {
        List<Bound> bounds = new ArrayList<>(List.of(
                new Bound("payloadBytesMax", options.payloadBytesMax(), Bound.NO_USE, tooLargePayloads),
                new Bound("batchBytesMax", batchBytesMax, Bound.NO_USE, tooLargeBatches)));
        bounds.addAll(room);
        bounds.addAll(List.of(
                new Bound("waitersMax", options.waitersMax(), load.waiters(), load.refusedWaiters()),
                new Bound("producersMax", options.producersMax(), load.producers(), load.refusedProducers()),
                new Bound("queuesMax", CoreLoad.QUEUES_MAX, load.queues(), load.refusedQueues()),
                new Bound("idleQueuesMax", options.idleQueuesMax(), load.idleQueues(), load.displacedQueues()),
                new Bound("attemptsMax", Limits.ATTEMPTS_MAX, Bound.NO_USE, load.spentBurials()),
                new Bound("engineDeathsMax", options.engineDeathsMax(), Bound.NO_USE, load.engineDeathBurials()),
                new Bound("sessionsMax", SESSIONS_MAX, Bound.NO_USE, refusedSessions)));
        Store.Memory memory = store.memory();
        if (memory != null) {
            bounds.add(new Bound("memoryBytesMax", memory.bytesMax(), memory.bytes(), refusedForRoom));
        }
        JournalStats journal = store.stats();
        return new EngineFigures(journal == null ? List.of() : journal(journal, refusedForRoom), bounds);
    }

    private static List<Figure> journal(JournalStats journal, long refusedForRoom) {
        return List.of(
                new Figure("segments", journal.segments()),
                new Figure("log_bytes", journal.logBytes()),
                new Figure("live_records", journal.liveRecords()),
                new Figure("live_bytes", journal.liveBytes()),
                new Figure("commits", journal.commits()),
                new Figure("fsyncs", journal.fsyncs()),
                new Figure("written_bytes", journal.bytesWritten()),
                new Figure("appended_bytes", journal.bytesAppended()),
                new Figure("cleaned_bytes", journal.bytesCleaned()),
                new Figure("free_segments", journal.freeSlots()),
                new Figure("free_bytes", journal.freeBytes()),
                new Figure("disk_bytes", journal.diskBytes()),
                new Figure("disk_full", journal.isFull() ? 1 : 0),
                new Figure("refused_for_room", refusedForRoom));
    }
}
