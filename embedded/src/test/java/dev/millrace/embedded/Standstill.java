package dev.millrace.embedded;

import dev.millrace.api.ErrorCode;
import dev.millrace.api.engine.Answer;
import dev.millrace.api.engine.Command;
import dev.millrace.testkit.model.Difference;
import dev.millrace.testkit.model.Event;
import java.util.List;

/**
 * Takes and acks go on when a disk is full (G8): while nothing else is asked for, no more than a few of them in a row
 * may be refused. The cleaner has as many rounds as it wants between them, and the disk is tried again meanwhile.
 */
final class Standstill {
    /** So many rounds in a row may refuse what they are asked for. */
    private static final int ROUNDS_MAX = 4;
    /** At the least they last so long: a disk is tried again after 100 ms. */
    private static final long ROUNDS_MS_MIN = 100;

    private boolean isWatching;
    private int refusedRounds;
    private long movedMs;

    /** From now on nothing but takes and ends of work comes, and nobody makes room. */
    void watch(long nowMs) {
        isWatching = true;
        refusedRounds = 0;
        movedMs = nowMs;
    }

    void stop() {
        isWatching = false;
    }

    /** A command came. */
    void asked(Command command) {
        isWatching &= command instanceof Command.Take
                || command instanceof Command.TakeMany
                || command instanceof Command.Ack
                || command instanceof Command.Delete;
    }

    /** A round has ended. */
    void heard(long nowMs, List<Event> said) {
        if (!isWatching) {
            return;
        }
        boolean isRefused = false;
        boolean hasMoved = false;
        for (Event event : said) {
            if (event instanceof Event.Answered answered) {
                isRefused |= answered.answer() instanceof Answer.Failed failed && failed.code() == ErrorCode.OVERLOADED;
                hasMoved |= isMove(answered.answer());
            }
        }
        if (hasMoved || !isRefused) {
            movedMs = nowMs;
            refusedRounds = 0;
        } else if (++refusedRounds > ROUNDS_MAX && nowMs - movedMs > ROUNDS_MS_MIN) {
            throw new Difference("takes and acks stand still on a full disk: in rounds=" + refusedRounds + " and ms="
                    + (nowMs - movedMs) + " all that came was refused");
        }
    }

    private static boolean isMove(Answer answer) {
        return switch (answer) {
            case Answer.Taken taken -> true;
            case Answer.TakenMany many -> !many.tasks().isEmpty();
            case Answer.Done done -> true;
            default -> false;
        };
    }
}
