package dev.millrace.embedded;

import dev.millrace.api.TaskState;
import dev.millrace.api.engine.Command;
import dev.millrace.testkit.model.Cast;
import dev.millrace.testkit.model.Model;
import dev.millrace.testkit.model.Play;
import dev.millrace.testkit.model.Step;
import java.util.ArrayList;
import java.util.List;

/**
 * Steps by which everything that can be taken is taken and acked, a few tasks a round, while nothing is put: on a disk
 * that stays full this must come to an end, see {@link Standstill}.
 */
final class DrainSteps {
    /** Above those of other steps. */
    private static final long NUMBERS_FROM = 2_000_000;

    private static final int ROUNDS_MAX = 60;
    /** Few, since of a round that nobody hears each ack may have been refused: the checker has to think of all that. */
    private static final int TASKS_A_ROUND = 4;
    private static final int ROUND_MS = 20;

    private final Cast cast;
    private long session = NUMBERS_FROM;
    private long token = NUMBERS_FROM;
    private int roundsLeft;

    DrainSteps(Cast cast) {
        this.cast = cast;
    }

    boolean isUnderWay() {
        return roundsLeft > 0;
    }

    /** The first steps; whether the cleaner has as much time between them as it wants. */
    List<Step> begin(boolean isHurried) {
        roundsLeft = ROUNDS_MAX;
        return List.of(new Step.Fault(DiskSubject.DRAIN, isHurried ? 2 : 1), new Step.Open(++session, 0), new Step.Pass(0));
    }

    /** The steps of the next round, or the last ones: nothing is left to do, or the engine broke down. */
    List<Step> round(Play play) {
        List<Model.Known> tasks = play.known().tasks();
        List<Step> steps = new ArrayList<>();
        tasks.stream().filter(task -> task.state() == TaskState.TAKEN).limit(TASKS_A_ROUND).forEach(task -> {
            Command ack = new Command.Ack(task.queue(), play.numberOf(task.id()), task.attempts());
            steps.add(new Step.Do(task.owner(), ++token, ack));
        });
        if (tasks.stream().anyMatch(task -> task.state() == TaskState.READY || task.state() == TaskState.DELAYED)) {
            steps.add(new Step.Do(session, ++token, new Command.TakeMany(cast.queues(), TASKS_A_ROUND, 0)));
        }
        if (steps.isEmpty() || --roundsLeft == 0 || play.isBroken()) {
            roundsLeft = 0;
            return List.of(new Step.Close(session), new Step.Fault(DiskSubject.DRAIN, 0));
        }
        steps.add(new Step.Pass(ROUND_MS));
        return steps;
    }
}
