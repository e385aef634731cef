package dev.millrace.core;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What sessions say about tasks they took (T11, T12, T20–T22). An attempt of 0 stands for the session's current take.
 */
final class Verdicts {
    private final CoreSettings settings;
    private final Tasks tasks;
    private final CoreTime time;
    private final Takes takes;
    private final Transitions transitions;

    Verdicts(CoreSettings settings, Tasks tasks, CoreTime time, Takes takes, Transitions transitions) {
        this.settings = settings;
        this.tasks = tasks;
        this.time = time;
        this.takes = takes;
        this.transitions = transitions;
    }

    /** Completes a task; why not, or null. */
    @Nullable Refused ack(CoreSession session, String queueName, long id, int attempt) {
        Refused refused = takes.refuses(session, queueName, id, attempt);
        if (refused == null) {
            int slot = tasks.findAnywhere(id);
            tasks.queueOf(slot).acks++;
            transitions.remove(slot, Outcome.ACKED);
        }
        return refused;
    }

    /** Completes many, each for itself. */
    List<Replies.Verdict> ackMany(CoreSession session, String queueName, long[] ids, int[] attempts) {
        List<Replies.Verdict> verdicts = new ArrayList<>(ids.length);
        for (int index = 0; index < ids.length; index++) {
            Refused refused = ack(session, queueName, ids[index], attempts[index]);
            verdicts.add(
                    refused == null
                            ? new Replies.Verdict(ids[index], null, "")
                            : new Replies.Verdict(ids[index], refused.refusal(), refused.message()));
        }
        return verdicts;
    }

    /** Gives a task back that the session holds. */
    void release(int slot, long delayMs) {
        tasks.queueOf(slot).releases++;
        transitions.giveBack(slot, delayMs);
    }

    /** Reports a failure of a task that the session holds; {@code delayMs} −1 for the backoff. */
    void fail(int slot, long delayMs, @Nullable String reason) {
        transitions.fail(slot, delayMs >= 0 ? delayMs : backoffMs(slot), reason);
    }

    private long backoffMs(int slot) {
        int failures = tasks.fields.failures(slot) + 1;
        QueueConfig config = tasks.queueOf(slot).config;
        return config.hasBackoff() ? config.backoffMs(failures) : settings.backoffMs().applyAsLong(failures);
    }

    /** The time to run of a task that the session holds begins anew; if it has none any more, it does not end. */
    void touch(int slot) {
        long ttrMs = tasks.ttrMs(slot);
        tasks.lease(slot, ttrMs == 0 ? 0 : time.nowMs() + ttrMs);
    }

    /** A take's time to run is over (T21). */
    void timeOut(int slot, Replies replies) {
        QueueState queue = tasks.queueOf(slot);
        queue.timeouts++;
        replies.lost(tasks.holderOf(slot), queue.name, tasks.table.id(slot), tasks.table.attempts(slot));
        transitions.fail(slot, 0, "its time to run, " + tasks.ttrMs(slot) + " ms, is over");
    }
}
