package dev.millrace.testkit.model;

import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A producer of a queue: its last sequence, and the ids of its last 256 (G10). */
final class ModelProducer {
    static final int KEPT_IDS = 256;

    private final TreeMap<Long, Long> ids;
    private boolean forgotSome;

    ModelProducer() {
        ids = new TreeMap<>();
    }

    ModelProducer(ModelProducer from) {
        ids = new TreeMap<>(from.ids);
        forgotSome = from.forgotSome;
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

    void store(long sequence, long id) {
        ids.put(sequence, id);
        if (ids.size() > KEPT_IDS) {
            ids.pollFirstEntry();
            forgotSome = true;
        }
    }

    boolean isSameAs(ModelProducer other) {
        return forgotSome == other.forgotSome && ids.equals(other.ids);
    }
}
