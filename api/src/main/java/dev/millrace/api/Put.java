package dev.millrace.api;

import java.time.Duration;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Options of a put; immutable. Begin with {@link #options()} or one of the static short forms, and add with the
 * {@code with…} methods:
 *
 * {@snippet file = "ApiExamplesTest.java" region = "put"}
 *
 * @param delayMs milliseconds until the task is ready; 0 is at once
 * @param priority 0 … 2³²−1, 0 first
 * @param maxAttempts failures after which the task is buried (T22); 0 means the queue's setting, or never
 * @param ttrMs milliseconds that a take may last without a touch (T21); 0 means the queue's setting, or without limit
 * @param ttlMs milliseconds from the put after which the task is gone unless it is TAKEN or BURIED (T24); 0 means never
 * @param key of which at most one task lives in the queue, with one successor (T23), or null
 * @param keyMode what the put does while a task with its key lives; KEEP without a key
 * @param group of which only so many are TAKEN at once (T26), or null
 * @param groupLimit how many of the group, at least 1; 0 without a group
 * @param producer who counts the sequence, or null
 * @param sequence the producer's number of this put, at least 1; 0 without a producer
 */
public record Put(
        long delayMs,
        long priority,
        int maxAttempts,
        long ttrMs,
        long ttlMs,
        @Nullable String key,
        KeyMode keyMode,
        @Nullable String group,
        int groupLimit,
        @Nullable String producer,
        long sequence) {
    /** The priority of a put that names none. */
    public static final long PRIORITY_DEFAULT = 1_000;

    private static final Put DEFAULT =
            new Put(0, PRIORITY_DEFAULT, 0, 0, 0, null, KeyMode.KEEP, null, 0, null, 0);

    /** Checks every part against its bounds; BAD_ARGUMENT names the one outside. */
    public Put {
        Limits.requireMs("delayMs", delayMs);
        Limits.requireMs("ttrMs", ttrMs);
        Limits.requireMs("ttlMs", ttlMs);
        Limits.requirePriority(priority);
        Limits.requireMaxAttempts(maxAttempts);
        Objects.requireNonNull(keyMode, "keyMode");
        if (key != null) {
            Limits.requireName("key", key);
        } else if (keyMode != KeyMode.KEEP) {
            throw Limits.bad("keyMode=" + keyMode + " without a key; name the key too");
        }
        if (group != null) {
            Limits.requireName("group", group);
            Limits.requireCount("groupLimit", groupLimit, Integer.MAX_VALUE);
        } else if (groupLimit != 0) {
            throw Limits.bad("groupLimit=" + groupLimit + " without a group; name the group too");
        }
        if (producer != null) {
            Limits.requireName("producer", producer);
            if (sequence < 1) {
                throw Limits.bad("sequence=" + sequence + " < 1; a producer counts from 1");
            }
        } else if (sequence != 0) {
            throw Limits.bad("sequence=" + sequence + " without a producer; name the producer too");
        }
    }

    /**
     * Ready at once, priority 1000, without limits, key, group or producer.
     *
     * @return the options that all others begin with
     */
    public static Put options() {
        return DEFAULT;
    }

    /**
     * Short for {@code options().withDelay(delay)}.
     *
     * @param delay at most ten years, rounded up to milliseconds
     * @return the default options, changed so
     */
    public static Put delay(Duration delay) {
        return DEFAULT.withDelay(delay);
    }

    /**
     * Short for {@code options().withPriority(priority)}.
     *
     * @param priority 0 … 2³²−1, 0 first; outside, BAD_ARGUMENT
     * @return the default options, changed so
     */
    public static Put priority(long priority) {
        return DEFAULT.withPriority(priority);
    }

    /**
     * Short for {@code options().withKey(key)}.
     *
     * @param key 1–255 bytes of UTF-8 without control characters
     * @return the default options, changed so
     */
    public static Put key(String key) {
        return DEFAULT.withKey(key);
    }

    /**
     * Short for {@code options().withGroup(group, limit)}.
     *
     * @param group 1–255 bytes of UTF-8 without control characters
     * @param limit at least 1
     * @return the default options, changed so
     */
    public static Put group(String group, int limit) {
        return DEFAULT.withGroup(group, limit);
    }

    /**
     * DELAYED until now + delay (T4); zero or less is READY at once. Over ten years: BAD_ARGUMENT.
     *
     * @param delay at most ten years, rounded up to milliseconds
     * @return these options, changed so
     */
    public Put withDelay(Duration delay) {
        long newDelayMs = Limits.requireDelayMs("delay", delay);
        return with(change -> change.delayMs = newDelayMs);
    }

    /**
     * The urgency, 0 … 2³²−1, 0 first (T7).
     *
     * @param priority 0 … 2³²−1, 0 first; outside, BAD_ARGUMENT
     * @return these options, changed so
     */
    public Put withPriority(long priority) {
        return with(change -> change.priority = priority);
    }

    /**
     * Buried once it has failed this often, 1 … 65,535 (T22); 0 leaves that to the queue's settings.
     *
     * @param maxAttempts 0 … 65,535; outside, BAD_ARGUMENT
     * @return these options, changed so
     */
    public Put withMaxAttempts(int maxAttempts) {
        return with(change -> change.maxAttempts = maxAttempts);
    }

    /**
     * A take that lasts longer without {@link Task#touch} is over: the task has failed once more and is READY again
     * (T21). At most ten years; zero or less leaves that to the queue's settings.
     *
     * @param ttr rounded up to milliseconds; over ten years, BAD_ARGUMENT
     * @return these options, changed so
     */
    public Put withTtr(Duration ttr) {
        long newTtrMs = Limits.requireDelayMs("ttr", ttr);
        return with(change -> change.ttrMs = newTtrMs);
    }

    /**
     * The task is gone so long after the put, unless it is TAKEN or BURIED then; a release after that time ends it
     * (T24). At most ten years; zero or less is for ever.
     *
     * @param ttl rounded up to milliseconds; over ten years, BAD_ARGUMENT
     * @return these options, changed so
     */
    public Put withTtl(Duration ttl) {
        long newTtlMs = Limits.requireDelayMs("ttl", ttl);
        return with(change -> change.ttlMs = newTtlMs);
    }

    /**
     * {@link #withKey(String, KeyMode)} with {@link KeyMode#KEEP}.
     *
     * @param key 1–255 bytes of UTF-8 without control characters
     * @return these options, changed so
     */
    public Put withKey(String key) {
        return withKey(key, KeyMode.KEEP);
    }

    /**
     * One task of this key at a time in the queue (T23); the mode says what the put does while there is one.
     *
     * @param key 1–255 bytes of UTF-8 without control characters
     * @param mode what happens while a task with the key lives
     * @return these options, changed so
     */
    public Put withKey(String key, KeyMode mode) {
        Objects.requireNonNull(key, "key");
        return with(change -> {
            change.key = key;
            change.keyMode = mode;
        });
    }

    /**
     * At most {@code limit} tasks of the group are TAKEN at once; the limit of the latest put counts for all of them.
     * Between the groups of a queue that may run takes go round; tasks without a group take turns as one of them (T26).
     *
     * @param group 1–255 bytes of UTF-8 without control characters
     * @param limit at least 1
     * @return these options, changed so
     */
    public Put withGroup(String group, int limit) {
        Objects.requireNonNull(group, "group");
        return with(change -> {
            change.group = group;
            change.groupLimit = limit;
        });
    }

    /**
     * Makes the put repeatable (G10): a producer's sequence is stored once, and a repeat answers with the first id,
     * also after a restart. Sequences of a producer must increase; a queue keeps a producer's last sequence and the ids
     * of its last 256. The put is refused with BAD_ARGUMENT for a lower sequence that was never stored, with NOT_FOUND
     * for one older than those whose ids are kept, and with OVERLOADED for one producer more than producersMax.
     *
     * <p>A queue forgets a producer that has stored no new sequence for {@link OpenOptions#producerKeepMs}, three days
     * by default; then it may begin with any sequence, and a repeat is stored again. So a name for each process, or
     * each job, costs nothing for ever.
     *
     * @param producer 1–255 bytes of UTF-8 without control characters; otherwise BAD_ARGUMENT
     * @param sequence the producer's number of this put, at least 1; below, BAD_ARGUMENT
     * @return these options, changed so
     */
    public Put withProducer(String producer, long sequence) {
        Objects.requireNonNull(producer, "producer");
        return with(change -> {
            change.producer = producer;
            change.sequence = sequence;
        });
    }

    private Put with(Consumer<Change> edit) {
        Change change = new Change(this);
        edit.accept(change);
        return change.result();
    }

    /** A copy that is being changed. */
    private static final class Change {
        private long delayMs;
        private long priority;
        private int maxAttempts;
        private long ttrMs;
        private long ttlMs;
        private @Nullable String key;
        private KeyMode keyMode;
        private @Nullable String group;
        private int groupLimit;
        private @Nullable String producer;
        private long sequence;

        Change(Put from) {
            delayMs = from.delayMs;
            priority = from.priority;
            maxAttempts = from.maxAttempts;
            ttrMs = from.ttrMs;
            ttlMs = from.ttlMs;
            key = from.key;
            keyMode = from.keyMode;
            group = from.group;
            groupLimit = from.groupLimit;
            producer = from.producer;
            sequence = from.sequence;
        }

        Put result() {
            return new Put(
                    delayMs, priority, maxAttempts, ttrMs, ttlMs, key, keyMode, group, groupLimit, producer, sequence);
        }
    }
}
