package dev.millrace.testkit.model;

import dev.millrace.api.ErrorCode;
import dev.millrace.api.Limits;
import dev.millrace.api.MillraceException;
import dev.millrace.api.OpenOptions;
import dev.millrace.api.TaskState;
import dev.millrace.api.engine.Answer;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What an engine knows, and the few ways in which a task changes that several commands share. */
final class ModelState {
    final OpenOptions options;
    final TreeMap<Long, ModelSession> sessions = new TreeMap<>();
    final TreeMap<String, ModelQueue> queues = new TreeMap<>();
    /** In the order in which they began (T9). */
    final List<ModelWait> waits = new ArrayList<>();
    /** News of purged tasks that have not come yet. */
    final List<Event.Pushed> owed = new ArrayList<>();

    long nowMs;
    /** The highest id ever given, as far as is known (T2). */
    long lastId;
    /** The highest id that may have been given besides, to a task of which nothing was said and nothing is left. */
    long lastIdMax;

    /** How many tasks were given to somebody. */
    long takes;

    Dialogue dialogue;
    /** Called after each change that an engine may record by itself, so that a crash can come right after it. */
    Runnable onChange = () -> {};

    /** What to choose where the contract leaves it open and no engine tells, choice by choice. */
    int choices;

    /** How many ways the choices made so far leave. */
    int ways = 1;

    ModelState(OpenOptions options, long nowMs) {
        this.options = options;
        this.nowMs = nowMs;
        this.dialogue = new Dialogue(null, owed);
    }

    /** A copy; without sessions and counts, of what outlives the engine. */
    ModelState(ModelState from, boolean isRunning) {
        this(from.options, from.nowMs);
        lastId = from.lastId;
        lastIdMax = from.lastIdMax;
        takes = from.takes;
        from.queues.forEach((name, queue) -> queues.put(name, new ModelQueue(queue, isRunning)));
        if (isRunning) {
            from.sessions.forEach((id, session) -> sessions.put(id, new ModelSession(session)));
            waits.addAll(from.waits);
            owed.addAll(from.owed);
        }
    }

    ModelQueue queue(String name) {
        return queues.computeIfAbsent(name, ModelQueue::new);
    }

    /** The producer of this name, unless it was silent for too long (G10). */
    @Nullable ModelProducer producer(ModelQueue queue, String name) {
        return queue.producer(name, options.producerKeepMs(), nowMs);
    }

    void answer(long session, long token, Answer answer) {
        dialogue.say(new Event.Answered(session, token, answer));
    }

    int choose(int count) {
        ways = (int) Math.min((long) ways * count, Integer.MAX_VALUE);
        int choice = choices % count;
        choices /= count;
        return choice;
    }

    /**
     * An id for a new task: the engine's, unless that was given before; when it does not tell, any that it may have
     * come to.
     */
    long newId(long engines) {
        int unsure = dialogue.isAlone() && lastIdMax > lastId ? choose((int) (lastIdMax - lastId + 1)) : 0;
        lastId = engines > lastId ? engines : lastId + 1 + unsure;
        lastIdMax = lastId;
        return lastId;
    }

    // --- Ways of a task

    /** The first of a key has no key any more once it is buried, if another waits for it (T23). */
    void bury(ModelQueue queue, ModelTask task, @Nullable String reason) {
        if (task.key != null && queue.successor(task.key) != null) {
            task.key = null;
        }
        task.bury(reason);
        queue.counts.burials++;
        onChange.run();
    }

    boolean isExpired(ModelTask task) {
        return task.expiresMs <= nowMs;
    }

    /** Its time to live is over (T24). */
    void expire(ModelQueue queue, ModelTask task) {
        queue.tasks.remove(task.id);
        queue.counts.expiries++;
        onChange.run();
    }

    /** What was taken is so no longer, and has not failed for good; its state then, null when it is gone. */
    @Nullable TaskState giveBack(ModelQueue queue, ModelTask task, long delayMs) {
        if (isExpired(task)) {
            expire(queue, task);
            return null;
        }
        if (task.attempts >= Limits.ATTEMPTS_MAX) {
            bury(queue, task, ModelTask.ENGINES_REASON);
        } else {
            task.waitUntil(delayMs == 0 ? 0 : nowMs + delayMs, nowMs);
            onChange.run();
        }
        return task.state;
    }

    /**
     * A take has failed (T22): fail, the end of its time, or its session's death; its state then, null when it is gone.
     */
    @Nullable TaskState failTake(ModelQueue queue, ModelTask task, long delayMs, @Nullable String reason) {
        task.failures++;
        queue.counts.failures++;
        int maxAttempts = task.maxAttempts != 0 ? task.maxAttempts : queue.settings.maxAttempts();
        if (maxAttempts != 0 && task.failures >= maxAttempts) {
            bury(queue, task, reason);
            return task.state;
        }
        return giveBack(queue, task, delayMs < 0 ? backoffMs(queue, task.failures) : delayMs);
    }

    private long backoffMs(ModelQueue queue, int failures) {
        long firstMs = queue.settings.backoffFirstMs();
        long maxMs = queue.settings.backoffMaxMs();
        if (firstMs == 0 && maxMs == 0) {
            return Math.clamp(options.backoff().delay(failures).toMillis(), 0, Limits.DELAY_MAX_MS);
        }
        long delayMs = firstMs;
        for (int doubling = 1; doubling < failures && delayMs < maxMs && delayMs > 0; doubling++) {
            delayMs *= 2;
        }
        return Math.min(delayMs, maxMs);
    }

    /** Those whose first is gone or buried become the first themselves (T23). */
    void promoteSuccessors(ModelQueue queue) {
        for (ModelTask task : queue.orphans()) {
            task.isSuccessor = false;
            if (isExpired(task)) {
                expire(queue, task);
            } else {
                task.waitUntil(task.dueMs > nowMs ? task.dueMs : 0, nowMs);
            }
        }
    }

    // --- Mistakes

    static MillraceException bad(String message) {
        return refusal(ErrorCode.BAD_ARGUMENT, message);
    }

    /** A refusal, whose words are the engine's to choose, but for how they begin. */
    static MillraceException refusal(ErrorCode code, String message) {
        return new MillraceException(code, message);
    }

    static void requireWithin(long value, long min, long max) {
        if (value < min || value > max) {
            throw bad("");
        }
    }
}
