package dev.millrace.api;

import java.time.Duration;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * How to open an engine; immutable. Begin with {@link #defaults()} and change with the {@code with…} methods. Every
 * part is checked when it is set; BAD_ARGUMENT names the one outside its bounds. No part may be null.
 *
 * @param durability what an acknowledgement is worth (G8); SYNC by default. {@code memory:} keeps nothing whatever it
 *     says
 * @param payloadBytesMax the longest payload, 1 … 64 MiB; 1 MiB by default (G2)
 * @param commandBytesMax how many bytes of commands may wait for the engine, 64 KiB … 1 GiB; 64 MiB by default. A
 *     command counts 256 bytes and its payload (G7)
 * @param waitersMax how many takes may wait at once, 1 … 16,777,216; 1,048,576 by default (G7)
 * @param producersMax how many producers may be kept (G10), 1 … 1,000,000; 30,000 by default. Past it a new one takes
 *     the place of the one that has been silent for longest, if that is past its time, or is OVERLOADED. Each takes up
 *     to 4 KiB of memory
 * @param producerKeepMs how long a producer is kept after its last new sequence, in ms, 1 … ten years; three days by
 *     default. Then it is forgotten, as if it had never been: what it repeats is stored again
 * @param idleQueuesMax how many empty queues keep their counters (T18), 0 … 1,000,000; 1,024 by default. The one that
 *     has been empty for longest is forgotten first
 * @param engineDeathsMax how often a task may be held when the whole engine dies before it is buried (T22), 0 … 255; 10
 *     by default; 0 means without limit
 * @param memoryBytesMax how many bytes the payloads in {@code memory:} may take, each counted with 128 bytes more,
 *     64 KiB … 2⁵⁰; half of the largest heap by default. Past it puts are OVERLOADED, while takes and verdicts go on
 *     (G7). Other engines keep none in memory
 * @param backoff the delay of a failed task whose {@code fail} names none; doubling from 1 s to 5 min by default.
 *     Called on the engine's thread, it must not block; where it throws, a second is taken
 * @param timeSource where time comes from; the system's clock by default
 */
public record OpenOptions(
        Durability durability,
        int payloadBytesMax,
        int commandBytesMax,
        int waitersMax,
        int producersMax,
        long producerKeepMs,
        int idleQueuesMax,
        int engineDeathsMax,
        long memoryBytesMax,
        Backoff backoff,
        TimeSource timeSource) {
    private static final OpenOptions DEFAULTS = new OpenOptions(
            Durability.SYNC,
            1 << 20,
            64 << 20,
            1 << 20,
            30_000,
            Duration.ofDays(3).toMillis(),
            1_024,
            10,
            Math.clamp(Runtime.getRuntime().maxMemory() / 2, 64L << 10, 1L << 50),
            Backoff.exponential(Duration.ofSeconds(1), Duration.ofMinutes(5)),
            TimeSource.system());

    /** Checks every part against its bounds. */
    public OpenOptions {
        Objects.requireNonNull(durability, "durability");
        Objects.requireNonNull(backoff, "backoff");
        Objects.requireNonNull(timeSource, "timeSource");
        requireWithin("payloadBytesMax", payloadBytesMax, 1, 64 << 20);
        requireWithin("commandBytesMax", commandBytesMax, 64 << 10, 1 << 30);
        requireWithin("waitersMax", waitersMax, 1, 1 << 24);
        requireWithin("producersMax", producersMax, 1, 1_000_000);
        requireWithin("producerKeepMs", producerKeepMs, 1, Limits.DELAY_MAX_MS);
        requireWithin("idleQueuesMax", idleQueuesMax, 0, 1_000_000);
        requireWithin("engineDeathsMax", engineDeathsMax, 0, 255);
        requireWithin("memoryBytesMax", memoryBytesMax, 64L << 10, 1L << 50);
        if (commandBytesMax < payloadBytesMax + 256) {
            throw Limits.bad("commandBytesMax=" + commandBytesMax + " < payloadBytesMax=" + payloadBytesMax
                    + " + 256; raise commandBytesMax");
        }
    }

    /** {@return the defaults named above} */
    public static OpenOptions defaults() {
        return DEFAULTS;
    }

    /**
     * {@return these options with another durability}
     *
     * @param durability what an acknowledgement is worth
     */
    public OpenOptions withDurability(Durability durability) {
        return with(change -> change.durability = durability);
    }

    /**
     * {@return these options with another payload limit; the room for waiting commands grows along if it must}
     *
     * @param payloadBytesMax 1 … 64 MiB, in bytes
     */
    public OpenOptions withPayloadBytesMax(int payloadBytesMax) {
        return with(change -> {
            change.payloadBytesMax = payloadBytesMax;
            change.commandBytesMax = Math.max(commandBytesMax, (int) Math.min(1L << 30, payloadBytesMax + 256L));
        });
    }

    /**
     * {@return these options with another limit for waiting commands}
     *
     * @param commandBytesMax 64 KiB … 1 GiB, in bytes, and more than a payload may have
     */
    public OpenOptions withCommandBytesMax(int commandBytesMax) {
        return with(change -> change.commandBytesMax = commandBytesMax);
    }

    /**
     * {@return these options with another limit of waiting takes}
     *
     * @param waitersMax 1 … 16,777,216
     */
    public OpenOptions withWaitersMax(int waitersMax) {
        return with(change -> change.waitersMax = waitersMax);
    }

    /**
     * {@return these options with another limit of producers}
     *
     * @param producersMax 1 … 1,000,000
     */
    public OpenOptions withProducersMax(int producersMax) {
        return with(change -> change.producersMax = producersMax);
    }

    /**
     * {@return these options with another time, in ms, for which a producer is kept after its last new sequence}
     *
     * @param producerKeepMs 1 … ten years, in ms
     */
    public OpenOptions withProducerKeepMs(long producerKeepMs) {
        return with(change -> change.producerKeepMs = producerKeepMs);
    }

    /**
     * {@return these options with another number of empty queues whose counters are kept}
     *
     * @param idleQueuesMax 0 … 1,000,000
     */
    public OpenOptions withIdleQueuesMax(int idleQueuesMax) {
        return with(change -> change.idleQueuesMax = idleQueuesMax);
    }

    /**
     * {@return these options with another limit of engine deaths; 0 means without limit}
     *
     * @param engineDeathsMax 0 … 255
     */
    public OpenOptions withEngineDeathsMax(int engineDeathsMax) {
        return with(change -> change.engineDeathsMax = engineDeathsMax);
    }

    /**
     * {@return these options with another limit of what payloads take in {@code memory:}}
     *
     * @param memoryBytesMax in bytes, within the bounds named above
     */
    public OpenOptions withMemoryBytesMax(long memoryBytesMax) {
        return with(change -> change.memoryBytesMax = memoryBytesMax);
    }

    /**
     * {@return these options with another backoff for failures that name no delay}
     *
     * @param backoff called on the engine's thread; must not block
     */
    public OpenOptions withBackoff(Backoff backoff) {
        return with(change -> change.backoff = backoff);
    }

    /**
     * {@return these options with another clock}
     *
     * @param timeSource answers at once
     */
    public OpenOptions withTimeSource(TimeSource timeSource) {
        return with(change -> change.timeSource = timeSource);
    }

    private OpenOptions with(Consumer<Change> edit) {
        Change change = new Change(this);
        edit.accept(change);
        return change.result();
    }

    private static void requireWithin(String name, long value, long min, long max) {
        if (value < min || value > max) {
            throw Limits.bad(name + "=" + value + " is outside " + min + " … " + max);
        }
    }

    /** A copy that is being changed. */
    private static final class Change {
        private Durability durability;
        private int payloadBytesMax;
        private int commandBytesMax;
        private int waitersMax;
        private int producersMax;
        private long producerKeepMs;
        private int idleQueuesMax;
        private int engineDeathsMax;
        private long memoryBytesMax;
        private Backoff backoff;
        private TimeSource timeSource;

        Change(OpenOptions from) {
            durability = from.durability;
            payloadBytesMax = from.payloadBytesMax;
            commandBytesMax = from.commandBytesMax;
            waitersMax = from.waitersMax;
            producersMax = from.producersMax;
            producerKeepMs = from.producerKeepMs;
            idleQueuesMax = from.idleQueuesMax;
            engineDeathsMax = from.engineDeathsMax;
            memoryBytesMax = from.memoryBytesMax;
            backoff = from.backoff;
            timeSource = from.timeSource;
        }

        OpenOptions result() {
            return new OpenOptions(
                    durability, payloadBytesMax, commandBytesMax, waitersMax, producersMax, producerKeepMs, idleQueuesMax,
                    engineDeathsMax, memoryBytesMax, backoff, timeSource);
        }
    }
}
