package dev.millrace.testkit.model;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Models that may be true after an opening, each different from the others: of two that will say the same for ever one is enough. */
final class Candidates {
    private final Map<Likeness, Model> models = new LinkedHashMap<>();
    /** What was stored when the last one was added; few steps change what is stored, so most need no look at the others. */
    private @Nullable Model lastStored;
    /** The highest id that any of them knows of. */
    private long lastId;

    /** A model in the eyes of a map: equal to those that will say the same. */
    private record Likeness(Model model, int digest) {
        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Likeness(Model theirs, int theirDigest)
                    && digest == theirDigest
                    && model.saysTheSameAs(theirs);
        }

        @Override
        public int hashCode() {
            return digest;
        }
    }

    /** What an engine finds that is opened on what this one has stored so far, after a crash. */
    void addCrashed(Model model, long nowMs) {
        Model last = lastStored;
        lastId = Math.max(lastId, model.lastId());
        if (last == null || model.lastId() < last.lastId() || !model.storesTheSameAs(last)) {
            lastStored = model.stored();
            add(lastStored.reopened(false, nowMs));
        }
    }

    /** Of two that are alike the one is kept that knows of fewer ids: only ids that were acknowledged must never be given again (T2). */
    void add(Model model) {
        Likeness likeness = new Likeness(model, model.digest());
        Model same = models.remove(likeness);
        if (same == null) {
            models.put(likeness, model);
        } else {
            Model kept = model.lastId() < same.lastId() ? model : same;
            kept.allowPastOf(kept == same ? model : same);
            models.put(likeness, kept);
        }
    }

    /** All of them, each aware that ids that another one knows of may be lost. */
    List<Model> all() {
        models.values().forEach(model -> model.allowLostIds(lastId));
        return new ArrayList<>(models.values());
    }
}
