package dev.millrace.testkit.model;

import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A producer of a queue: its last sequence, and the ids of its last 256 (G10). */
final class ModelProducer {
    static final int KEPT_IDS = 256;

    private final TreeMap<Long, Long> ids;
    private boolean forgotSome;
    private long usedMs;

    ModelProducer() {
        ids = new TreeMap<>();
    }

    ModelProducer(ModelProducer from) {
        ids = new TreeMap<>(from.ids);
        forgotSome = from.forgotSome;
        usedMs = from.usedMs;
    }

    long lastSequence() {
        return ids.lastKey();
    }

    /** The id that this sequence was answered with; null when it is not known. */
    @Nullable Long id(long sequence) {
        return ids.get(sequence);
    }

    /** Whether a sequence is older than those whose ids are kept. */
    boolean forgot(long sequence) {
        return forgotSome && sequence < ids.firstKey();
    }

    /** Whether its last new sequence is so long ago that it counts as unknown. */
    boolean isOutlived(long keepMs, long nowMs) {
        return usedMs + keepMs <= nowMs;
    }

    void store(long sequence, long id, long nowMs) {
        usedMs = nowMs;
        ids.put(sequence, id);
        if (ids.size() > KEPT_IDS) {
            ids.pollFirstEntry();
            forgotSome = true;
        }
    }

    boolean isSameAs(ModelProducer other) {
        return forgotSome == other.forgotSome && usedMs == other.usedMs && ids.equals(other.ids);
    }
}
