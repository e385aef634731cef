package dev.millrace.testkit.model;

import dev.millrace.api.Durability;
import dev.millrace.api.OpenOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The models that may be true. One, as a rule; after a crash, one for each moment up to which the engine's records may
 * have survived. What the engine says from then on tells which of them it was; when none is left, the engine is wrong.
 */
public final class Worlds {
    /** As long as nothing more is certain, so many rounds are kept; past it the oldest ones count as safe. */
    static final int ROUNDS_MAX = 4_096;
    /** So many ways of open choices in a round whose answers nobody heard are tried, the likely ones first. */
    static final int CHOICES_MAX = 8_192;

    /** So many pasts are told about when none is left. */
    private static final int DIFFERENCES_MAX = 8;

    /**
     * Of so many sessions each order is tried in which a close may end them; of more, only that of their ids, and its
     * reverse.
     */
    private static final int ORDERED_SESSIONS_MAX = 4;

    private static final List<Consumer<Model>> NO_CLOSING = List.of(model -> {});

    private final boolean isSynced;
    private final int roundsMax;
    private final int choicesMax;
    private List<Model> now;
    /** At the last moment behind which no crash can go. */
    private List<Model> safe;
    /** What has happened since, round by round. */
    private final List<Round> since = new ArrayList<>();
    /** How many of those a mere kill cannot take back. */
    private int writtenRounds;
    /** How many rounds before those count as safe only because there were too many. */
    private int forgottenRounds;
    /** Whether the disk was so full at the last opening that the first round after it may have broken. */
    private boolean mayOpeningBeLost;
    /** Whether it broke: then what the opening brought about may be stored, or not, whatever the durability. */
    private boolean isOpeningLost;
    /** Why the true past may not be among those that are followed; null when it must be, if the engine is right. */
    private @Nullable String passedOver;

    /**
     * What happened in a round.
     *
     * @param steps with a fault among them if the disk may be full from that on
     * @param heard what the engine said; null when it died before it could
     * @param mayBeOverloaded whether the disk may be full from its beginning
     */
    private record Round(long nowMs, List<Step> steps, @Nullable List<Event> heard, boolean mayBeOverloaded) {
        int changes() {
            return (int) steps.stream()
                    .filter(step -> step instanceof Step.Do command && ModelDisk.weight(command.command()) > 0)
                    .count();
        }
    }

    /** One world, empty. */
    public Worlds(OpenOptions options, long nowMs) {
        this(options, nowMs, ROUNDS_MAX, CHOICES_MAX);
    }

    /** With other limits, for tests. */
    Worlds(OpenOptions options, long nowMs, int roundsMax, int choicesMax) {
        this.isSynced = options.durability() == Durability.SYNC;
        this.roundsMax = roundsMax;
        this.choicesMax = choicesMax;
        now = List.of(new Model(options, nowMs));
        safe = copies(now);
    }

    /** One that may be true: what a user may believe. */
    public Model any() {
        return now.getLast();
    }

    /** How many may be true. */
    public int count() {
        return now.size();
    }

    /**
     * A round has ended, and the engine is well.
     *
     * @param survives what of this round nothing can take back
     * @return the first difference, if no world is left that agrees with what the engine said
     * @throws Undecided when none is left, but not all that may have been true were followed
     */
    public @Nullable String round(
            long nowMs, List<Step> steps, List<Event> heard, boolean isDone, Survival survives, boolean mayBeOverloaded) {
        Round round = new Round(nowMs, List.copyOf(steps), List.copyOf(heard), mayBeOverloaded);
        List<Model> agreeing = new ArrayList<>();
        for (Model model : now) {
            play(model, round);
            if (model.endAgrees(isDone)) {
                agreeing.add(model);
            }
        }
        if (agreeing.isEmpty()) {
            if (passedOver != null) {
                throw new Undecided(passedOver + ", and no past that was followed fits: " + differences());
            }
            return differences();
        }
        now = agreeing;
        since.add(round);
        if (survives == Survival.ALL) {
            settle();
        } else if (survives == Survival.KILL) {
            writtenRounds = since.size();
        }
        if (since.size() > roundsMax) {
            forgetOldest();
        }
        return null;
    }

    /** Why each of them is not true, as far as that is worth reading. */
    private String differences() {
        return now.reversed().stream()
                .limit(DIFFERENCES_MAX)
                .map(model -> String.valueOf(model.difference()))
                .distinct()
                .collect(Collectors.joining("\n  or "));
    }

    /** What a round's records outlive. */
    public enum Survival {
        /** Anything. */
        ALL,
        /** The death of the process. */
        KILL,
        /** Nothing. */
        NONE
    }

    /**
     * Whether a model would say just that in its first round, played on a copy of it.
     *
     * @param isDone whether the engine had no work left after it
     */
    static boolean wouldSay(
            Model opened, long nowMs, List<Step> steps, List<Event> heard, boolean isDone, boolean mayBeOverloaded) {
        Model model = opened.copy();
        play(model, new Round(nowMs, steps, heard, mayBeOverloaded));
        return model.endAgrees(isDone);
    }

    private static void play(Model model, Round round) {
        model.mayBeOverloaded(round.mayBeOverloaded);
        model.begin(round.nowMs, round.heard);
        for (Step step : round.steps) {
            apply(model, step);
        }
    }

    private static void apply(Model model, Step step) {
        switch (step) {
            case Step.Open(long session, long silenceMaxMs) -> model.open(session, silenceMaxMs);
            case Step.Close(long session) -> model.close(session);
            case Step.Cancel(long session, long token) -> model.cancel(session, token);
            case Step.Do command -> model.submit(command.session(), command.token(), command.command());
            case Step.Pass pass -> throw new IllegalArgumentException("not within a round: " + pass);
            case Step.Reopen reopen -> throw new IllegalArgumentException("not within a round: " + reopen);
            case Step.Crash crash -> throw new IllegalArgumentException("not within a round: " + crash);
            case Step.Fault fault -> model.mayBeOverloaded(true);
        }
    }

    private void settle() {
        safe = copies(now);
        since.clear();
        writtenRounds = 0;
        forgottenRounds = 0;
    }

    private void forgetOldest() {
        Round oldest = since.removeFirst();
        for (Model model : safe) {
            play(model, oldest);
            model.endAgrees(false);
        }
        writtenRounds = Math.max(0, writtenRounds - 1);
        forgottenRounds++;
    }

    private static List<Model> copies(List<Model> models) {
        return models.stream().map(Model::copy).toList();
    }

    /** The engine is open again, as is said next; whether on a disk that may be full. */
    void opening(boolean mayBeFull) {
        mayOpeningBeLost = mayBeFull;
    }

    /** The engine broke down in its first round after that, and nothing of it is known to be stored. */
    void openingLost() {
        isOpeningLost = true;
    }

    /** The engine was closed in order and is open again. */
    public void reopened(long nowMs) {
        Candidates next = new Candidates();
        next.mayOpeningBeLost(mayOpeningBeLost);
        for (Model model : now) {
            for (Consumer<Model> closing : closings(model.sessions())) {
                Model closed = model.copy();
                closing.accept(closed);
                next.add(next.reopened(closed.stored(), true, nowMs));
            }
        }
        now = next.all();
        settle();
    }

    /** The ways in which an engine may end these sessions when it is closed. */
    private static List<Consumer<Model>> closings(List<Long> sessions) {
        List<Consumer<Model>> closings = new ArrayList<>();
        for (List<Long> order : orders(sessions)) {
            closings.add(model -> model.closeSessions(order, true));
            closings.add(model -> model.closeSessions(order, false));
        }
        return closings;
    }

    private static List<List<Long>> orders(List<Long> sessions) {
        if (sessions.size() > ORDERED_SESSIONS_MAX) {
            return List.of(sessions, sessions.reversed());
        }
        List<List<Long>> orders = List.of(List.of());
        for (Long session : sessions) {
            orders = orders.stream().flatMap(order -> withEverywhere(order, session)).toList();
        }
        return orders;
    }

    private static Stream<List<Long>> withEverywhere(List<Long> order, Long added) {
        return IntStream.rangeClosed(0, order.size()).mapToObj(place -> {
            List<Long> longer = new ArrayList<>(order);
            longer.add(place, added);
            return longer;
        });
    }

    /**
     * The engine died, with these steps of a round under way, and is open again. Each moment since the last safe one
     * may be the last of which something is left.
     *
     * @param losesPower whether what had only been written may be lost, too
     * @param seen what it shows now
     */
    void crashed(
            boolean losesPower,
            long roundMs,
            List<Step> underWay,
            long nowMs,
            boolean mayBeOverloaded,
            Sightings seen) {
        Round last = new Round(roundMs, List.copyOf(underWay), null, mayBeOverloaded);
        crashed(losesPower, last, false, nowMs, seen);
    }

    /**
     * The process died while the engine was being closed after a round, and it is open again. Sessions may have ended,
     * in any of the ways in which a close may go, up to any moment: what they gave back by then has not died with the
     * engine.
     *
     * @param seen what it shows now
     */
    void crashedInClose(long roundMs, long nowMs, boolean mayBeOverloaded, Sightings seen) {
        crashed(false, new Round(roundMs, List.of(), null, mayBeOverloaded), true, nowMs, seen);
    }

    private void crashed(boolean losesPower, Round last, boolean isClosing, long nowMs, Sightings seen) {
        Candidates candidates = new Candidates(seen::agreesWith);
        candidates.mayOpeningBeLost(mayOpeningBeLost);
        if (forgottenRounds > 0 && (losesPower || writtenRounds == 0)) {
            passedOver = "rounds=" + (forgottenRounds + since.size()) + " > roundsMax=" + roundsMax
                    + " that may have been lost";
        }
        for (Model start : safe) {
            if (safe.size() == 1 || agreesSince(start)) {
                Model model = start.copy();
                addPasts(model, losesPower, candidates, nowMs);
                for (Consumer<Model> end : isClosing ? closings(model.sessions()) : NO_CLOSING) {
                    addPastsOfLast(model, last, end, seen, candidates, nowMs);
                }
            }
        }
        now = candidates.all();
        isOpeningLost = false;
        settle();
    }

    private void addPasts(Model model, boolean losesPower, Candidates candidates, long nowMs) {
        int certainRounds = losesPower ? 0 : writtenRounds;
        if (isOpeningLost || losesPower && !isSynced) {
            model.origins().forEach(origin -> candidates.addCrashed(origin, nowMs));
        }
        for (int index = 0; index < since.size(); index++) {
            if (index == certainRounds) {
                candidates.addCrashed(model, nowMs);
                model.onChange(() -> candidates.addCrashed(model, nowMs));
            }
            playToTheEnd(model, since.get(index), index >= certainRounds ? candidates : null, nowMs);
        }
        candidates.addCrashed(model, nowMs);
    }

    private void addPastsOfLast(
            Model model, Round last, Consumer<Model> end, Sightings seen, Candidates candidates, long nowMs) {
        int ways = 1;
        for (int choices = 0; choices < Math.min(ways, choicesMax); choices++) {
            Model chooser = model.copy();
            chooser.choose(choices, seen, last.changes());
            chooser.onChange(() -> candidates.addCrashed(chooser, nowMs));
            playToTheEnd(chooser, last, candidates, nowMs);
            end.accept(chooser);
            candidates.addCrashed(chooser, nowMs);
            ways = Math.max(ways, chooser.ways());
        }
        if (ways > choicesMax) {
            passedOver = "choices=" + ways + " > choicesMax=" + choicesMax + " in a round that nobody heard";
        }
    }

    /** Whether a world that was true once can still be. */
    private boolean agreesSince(Model start) {
        Model model = start.copy();
        for (Round round : since) {
            play(model, round);
            if (!model.endAgrees(false)) {
                return false;
            }
        }
        return true;
    }

    private static void playToTheEnd(Model model, Round round, @Nullable Candidates candidates, long nowMs) {
        model.mayBeOverloaded(round.mayBeOverloaded);
        model.begin(round.nowMs, round.heard);
        for (Step step : round.steps) {
            apply(model, step);
            if (candidates != null) {
                candidates.addCrashed(model, nowMs);
            }
        }
        model.endAgrees(false);
        if (candidates != null) {
            candidates.addCrashed(model, nowMs);
        }
    }

    /** Forgets worlds that will say the same as another for ever. */
    public void merge() {
        Candidates different = new Candidates();
        now.forEach(different::add);
        now = different.all();
        settle();
    }
}
