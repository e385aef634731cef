package dev.millrace.testkit.model;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiPredicate;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Models that may be true after an opening, each different from the others: of two that will say the same for ever one
 * is enough. Those that an engine would not say the same as, which was heard already, are told apart at once, so that
 * they do not have to be kept.
 */
final class Candidates {
    /** So many different pasts are followed. */
    static final int PASTS_MAX = 20_000;
    /** So many moments at which an engine may have died are looked at; most of them leave the same as another. */
    static final int MOMENTS_MAX = 100_000_000;
    /** So many that crashed engines may have left are known again. */
    private static final int STORED_MAX = 20_000;
    /** So many that do not agree are kept to say why. */
    private static final int REFUTED_MAX = 8;

    private final Map<Likeness, Model> models = new LinkedHashMap<>();
    /**
     * What crashed engines may have left. Few steps change it, and an opening on the same finds the same. Forgotten
     * when it is too much: then the same is looked at again.
     */
    private final Map<Likeness, Model> stored = new HashMap<>();
    /** Some that do not agree with what was heard: when none does, they say why. */
    private final Deque<Model> refuted = new ArrayDeque<>();

    private final Predicate<Model> agrees;

    private final int pastsMax;
    private final int momentsMax;
    private boolean mayOpeningBeLost;
    private @Nullable Model lastStored;
    private int moments;
    /** The highest id that any of them knows of. */
    private long lastId;

    /** Nothing was heard yet. */
    Candidates() {
        this(model -> true);
    }

    /** @param agrees whether a model that was just opened says what was heard, or nothing was; must not change it */
    Candidates(Predicate<Model> agrees) {
        this(agrees, PASTS_MAX, MOMENTS_MAX);
    }

    /** With other limits, for tests. */
    Candidates(Predicate<Model> agrees, int pastsMax, int momentsMax) {
        this.agrees = agrees;
        this.pastsMax = pastsMax;
        this.momentsMax = momentsMax;
    }

    /** A model in the eyes of a map: equal to those that are alike. */
    private record Likeness(Model model, int digest, BiPredicate<Model, Model> alike) {
        static Likeness byWords(Model model) {
            return new Likeness(model, model.digest(), Model::saysTheSameAs);
        }

        static Likeness byStore(Model model) {
            return new Likeness(model, model.digest(), Model::storesTheSameAs);
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Likeness theirs && digest == theirs.digest && alike.test(model, theirs.model);
        }

        @Override
        public int hashCode() {
            return digest;
        }
    }

    /**
     * What an engine finds that is opened on what this one has stored so far, after a crash.
     *
     * @throws Undecided when that is one moment, or one past, too many
     */
    void addCrashed(Model model, long nowMs) {
        if (++moments > momentsMax) {
            throw new Undecided("moments=" + moments + " > momentsMax=" + momentsMax + " at which the engine may have died");
        }
        lastId = Math.max(lastId, model.lastId());
        Model last = lastStored;
        if (last != null && model.storesTheSameAs(last) && model.allowsNoMoreIdsThan(last, lastId)) {
            return;
        }
        Model same = stored.get(Likeness.byStore(model));
        if (same == null || !model.allowsNoMoreIdsThan(same, lastId)) {
            same = model.stored();
            if (stored.size() >= STORED_MAX) {
                stored.clear();
            }
            stored.put(Likeness.byStore(same), same);
            addOpened(reopened(same, false, nowMs));
        }
        lastStored = same;
    }

    /**
     * Says whether an opening may leave nothing of what it changed, whatever the durability, since its first round may
     * break.
     */
    void mayOpeningBeLost(boolean may) {
        mayOpeningBeLost = may;
    }

    /** An engine that is opened on this. */
    Model reopened(Model left, boolean afterClose, long nowMs) {
        return mayOpeningBeLost ? left.reopened(afterClose, nowMs, true) : left.reopened(afterClose, nowMs);
    }

    private void addOpened(Model model) {
        if (agrees.test(model)) {
            add(model);
            return;
        }
        refuted.addLast(model);
        if (refuted.size() > REFUTED_MAX) {
            refuted.removeFirst();
        }
    }

    /**
     * Of two that are alike the one is kept that knows of fewer ids: only ids that were acknowledged must never be
     * given again (T2).
     *
     * @throws Undecided when it is one past too many
     */
    void add(Model model) {
        Likeness likeness = Likeness.byWords(model);
        Model same = models.remove(likeness);
        if (same == null) {
            models.put(likeness, model);
            requireFew();
        } else {
            Model kept = model.lastId() < same.lastId() ? model : same;
            kept.allowPastOf(kept == same ? model : same);
            models.put(likeness, kept);
        }
    }

    private void requireFew() {
        if (models.size() > pastsMax) {
            throw new Undecided("pasts=" + models.size() + " > pastsMax=" + pastsMax + " that differ");
        }
    }

    /**
     * All of them, each aware that ids that another one knows of may be lost. When none agrees with what was heard,
     * some that do not; none only if there was none at all.
     */
    List<Model> all() {
        List<Model> all = new ArrayList<>(models.isEmpty() ? refuted : models.values());
        all.forEach(model -> model.allowLostIds(lastId));
        return all;
    }
}
