package dev.millrace.testkit.model;

import dev.millrace.api.Put;
import dev.millrace.api.QueueSettings;
import dev.millrace.api.TaskState;
import dev.millrace.api.engine.Answer;
import java.nio.ByteBuffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A task that lives. */
final class ModelTask {
    /** No session, and no group. */
    static final long NOBODY = 0;

    static final String NO_GROUP = "";
    /** Stands for a reason that is the engine's to word; any will do, but there must be one. */
    static final String ENGINES_REASON = "(a reason of the engine)";

    final long id;
    TaskState state = TaskState.READY;
    ByteBuffer payload = ByteBuffer.allocate(0);
    long priority;
    int maxAttempts;
    long ttrMs;
    /** A time that never comes, without a time to live. */
    long expiresMs;

    @Nullable String key;
    /** Waits for the first task of its key; DELAYED meanwhile (T23). */
    boolean isSuccessor;

    String group = NO_GROUP;
    /** Kept while it is READY because that time came: after a restart the clock may be back before it. */
    long dueMs;
    /** While READY; since the opening, if it was so before. */
    long readySinceMs;

    int attempts;
    int failures;
    int engineDeaths;
    @Nullable String reason;
    /** While TAKEN. */
    long owner = NOBODY;
    /** While TAKEN: when its time to run is over; a time that never comes, without one. */
    long ttrOverMs;
    /** While TAKEN: how many takes were answered before. */
    long takenAs;

    ModelTask(long id) {
        this.id = id;
    }

    ModelTask(ModelTask from) {
        this(from.id);
        state = from.state;
        payload = from.payload;
        priority = from.priority;
        maxAttempts = from.maxAttempts;
        ttrMs = from.ttrMs;
        expiresMs = from.expiresMs;
        key = from.key;
        isSuccessor = from.isSuccessor;
        group = from.group;
        dueMs = from.dueMs;
        readySinceMs = from.readySinceMs;
        attempts = from.attempts;
        failures = from.failures;
        engineDeaths = from.engineDeaths;
        reason = from.reason;
        owner = from.owner;
        ttrOverMs = from.ttrOverMs;
        takenAs = from.takenAs;
    }

    /** Becomes what a put says, but for its id and its attempts (T3, T4, T23 replace). */
    void write(ByteBuffer newPayload, Put put, long nowMs) {
        payload = newPayload;
        priority = put.priority();
        maxAttempts = put.maxAttempts();
        ttrMs = put.ttrMs();
        expiresMs = put.ttlMs() == 0 ? Long.MAX_VALUE : nowMs + put.ttlMs();
        key = put.key();
        group = put.group() == null ? NO_GROUP : put.group();
        failures = 0;
        engineDeaths = 0;
        reason = null;
        waitUntil(put.delayMs() == 0 ? 0 : nowMs + put.delayMs(), nowMs);
    }

    /** READY, or DELAYED when the due time is given. */
    void waitUntil(long newDueMs, long nowMs) {
        owner = NOBODY;
        dueMs = newDueMs;
        readySinceMs = nowMs;
        state = newDueMs == 0 && !isSuccessor ? TaskState.READY : TaskState.DELAYED;
    }

    /** How often engines died with it is over and done with: a kick, the only way out, counts anew (T22). */
    void bury(@Nullable String why) {
        engineDeaths = 0;
        owner = NOBODY;
        dueMs = 0;
        state = TaskState.BURIED;
        reason = why;
    }

    boolean isReady() {
        return state == TaskState.READY;
    }

    boolean isTaken() {
        return state == TaskState.TAKEN;
    }

    /** When time alone changes it next: it expires, or is due (T17, T24). */
    long nextEventMs() {
        return switch (state) {
            case READY -> expiresMs;
            case DELAYED -> isSuccessor ? expiresMs : Math.min(expiresMs, dueMs);
            case TAKEN, BURIED -> Long.MAX_VALUE;
        };
    }

    long shownDueMs() {
        return state == TaskState.DELAYED ? dueMs : 0;
    }

    Answer.Seen seen() {
        return new Answer.Seen(id, state, priority, shownDueMs(), attempts, failures, reason, payload);
    }

    /** A take's answer; the queue's limit counts where the put gave none (T22). */
    Answer.Taken taken(String queue, QueueSettings settings) {
        int limit = maxAttempts != 0 ? maxAttempts : settings.maxAttempts();
        return new Answer.Taken(queue, id, attempts, failures, limit, priority, payload);
    }

    /** Whether all of it is the same. */
    boolean isSameAs(ModelTask other) {
        return isStoredAs(other) && owner == other.owner && (!isTaken() || ttrOverMs == other.ttrOverMs);
    }

    /** Whether an engine that is opened finds the same: who holds it, and for how long, is forgotten. */
    boolean isStoredAs(ModelTask other) {
        return id == other.id && hasSameCourseAs(other) && hasSameOptionsAs(other);
    }

    private boolean hasSameCourseAs(ModelTask other) {
        return state == other.state
                && isSuccessor == other.isSuccessor
                && dueMs == other.dueMs
                && attempts == other.attempts
                && failures == other.failures
                && engineDeaths == other.engineDeaths
                && Objects.equals(reason, other.reason);
    }

    private boolean hasSameOptionsAs(ModelTask other) {
        return priority == other.priority
                && maxAttempts == other.maxAttempts
                && ttrMs == other.ttrMs
                && expiresMs == other.expiresMs
                && Objects.equals(key, other.key)
                && group.equals(other.group)
                && (payload == other.payload || payload.equals(other.payload));
    }

    /** The same for tasks that are stored alike. */
    int digest() {
        int digest = (int) id * 31 + state.ordinal();
        digest = (digest * 31 + attempts) * 31 + Long.hashCode(dueMs);
        return (digest * 31 + failures) * 31 + engineDeaths;
    }
}
