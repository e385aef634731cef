package dev.millrace.api;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Options of a put; immutable. Begin with {@link #options()} or one of the static short forms, and add with the
 * {@code with…} methods:
 *
 * {@snippet file = "ApiExamplesTest.java" region = "put"}
 *
 * @param delayMs milliseconds until the task is ready; 0 is at once
 * @param priority 0 … 2³²−1, 0 first
 * @param maxAttempts failures after which the task is buried (T22); 0 means never
 * @param producer who counts the sequence, or null
 * @param sequence the producer's number of this put, at least 1; 0 without a producer
 */
public record Put(long delayMs, long priority, int maxAttempts, @Nullable String producer, long sequence) {
    /** The priority of a put that names none. */
    public static final long PRIORITY_DEFAULT = 1_000;

    private static final Put DEFAULT = new Put(0, PRIORITY_DEFAULT, 0, null, 0);

    /** Checks every part against its bounds; BAD_ARGUMENT names the one outside. */
    public Put {
        if (delayMs < 0 || delayMs > Limits.DELAY_MAX_MS) {
            throw Limits.bad("delayMs=" + delayMs + " is outside 0 … " + Limits.DELAY_MAX_MS);
        }
        Limits.requirePriority(priority);
        if (maxAttempts < 0 || maxAttempts > Limits.ATTEMPTS_MAX) {
            throw Limits.bad("maxAttempts=" + maxAttempts + " is outside 0 … " + Limits.ATTEMPTS_MAX
                    + "; 0 means without limit");
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

    /** Ready at once, priority 1000, without a limit of attempts. */
    public static Put options() {
        return DEFAULT;
    }

    /** Short for {@code options().withDelay(delay)}. */
    public static Put delay(Duration delay) {
        return DEFAULT.withDelay(delay);
    }

    /** Short for {@code options().withPriority(priority)}. */
    public static Put priority(long priority) {
        return DEFAULT.withPriority(priority);
    }

    /** DELAYED until now + delay (T4); zero or less is READY at once. Over ten years: BAD_ARGUMENT. */
    public Put withDelay(Duration delay) {
        return new Put(Limits.requireDelayMs("delay", delay), priority, maxAttempts, producer, sequence);
    }

    /** The urgency, 0 … 2³²−1, 0 first (T7). */
    public Put withPriority(long priority) {
        return new Put(delayMs, priority, maxAttempts, producer, sequence);
    }

    /** Buried once it has failed this often, 1 … 65,535 (T22); 0 means never. */
    public Put withMaxAttempts(int maxAttempts) {
        return new Put(delayMs, priority, maxAttempts, producer, sequence);
    }

    /**
     * Makes the put repeatable (G10): a producer's sequence is stored once, and a repeat answers with the first id,
     * also after a restart. Sequences of a producer must increase; a queue keeps a producer's last sequence and the ids
     * of its last 256. The put is refused with BAD_ARGUMENT for a lower sequence that was never stored, with NOT_FOUND
     * for one older than those whose ids are kept, and with OVERLOADED for one producer more than producersMax.
     */
    public Put withProducer(String producer, long sequence) {
        return new Put(delayMs, priority, maxAttempts, producer, sequence);
    }
}
