package dev.millrace.testkit.model;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Makes a failing sequence short: leaves out pieces, from halves down to single steps, as long as it still fails; then
 * makes the steps that are left simpler, one by one (Zeller and Hildebrandt, Simplifying and Isolating Failure-Inducing
 * Input, IEEE TSE 2002).
 */
public final class Shrinker<S> {
    /** Longer sequences have too many pairs. */
    private static final int PAIRS_STEPS_MAX = 60;

    private final Predicate<List<S>> fails;
    private final Function<S, List<S>> simpler;
    private int tries;

    /**
     * A shrinker.
     *
     * @param fails whether a sequence still fails
     * @param simpler what a step may be replaced by, the simplest first
     * @param tries how many sequences may be tried
     */
    public Shrinker(Predicate<List<S>> fails, Function<S, List<S>> simpler, int tries) {
        this.fails = fails;
        this.simpler = simpler;
        this.tries = tries;
    }

    /** The shortest failing sequence that is found. */
    public List<S> shrink(List<S> failing) {
        List<S> best = List.copyOf(failing);
        int before;
        do {
            before = best.size();
            best = simplified(withoutPairs(leftOut(best)));
        } while (best.size() < before && tries > 0);
        return best;
    }

    private List<S> leftOut(List<S> failing) {
        List<S> best = failing;
        for (int piece = Math.max(1, best.size() / 2); piece >= 1; piece /= 2) {
            // From the end: what comes late depends on what comes early.
            for (int at = best.size() - piece; at >= 0; at -= piece) {
                List<S> shorter = new ArrayList<>(best.subList(0, at));
                shorter.addAll(best.subList(Math.min(best.size(), at + piece), best.size()));
                if (stillFails(shorter)) {
                    best = shorter;
                }
            }
        }
        return best;
    }

    /** A put and a take that only balance each other go together, or not at all. */
    private List<S> withoutPairs(List<S> failing) {
        List<S> best = new ArrayList<>(failing);
        for (int first = 0; first < best.size() && best.size() <= PAIRS_STEPS_MAX; first++) {
            for (int second = best.size() - 1; second > first; second--) {
                List<S> shorter = new ArrayList<>(best);
                shorter.remove(second);
                shorter.remove(first);
                if (stillFails(shorter)) {
                    best = shorter;
                    second = best.size();
                }
            }
        }
        return best;
    }

    private List<S> simplified(List<S> failing) {
        List<S> best = new ArrayList<>(failing);
        for (int index = 0; index < best.size(); index++) {
            boolean better = true;
            while (better) {
                better = false;
                S step = best.get(index);
                for (S candidate : simpler.apply(step)) {
                    best.set(index, candidate);
                    if (stillFails(best)) {
                        better = true;
                        break;
                    }
                    best.set(index, step);
                }
            }
        }
        return best;
    }

    private boolean stillFails(List<S> steps) {
        return tries-- > 0 && fails.test(List.copyOf(steps));
    }
}
