package dev.millrace.embedded;

import dev.millrace.api.Backoff;
import dev.millrace.api.ErrorCode;
import dev.millrace.api.Limits;
import dev.millrace.api.MillraceException;
import dev.millrace.api.OpenOptions;
import dev.millrace.core.CoreSettings;
import dev.millrace.core.TaskMachine;
import dev.millrace.core.TaskReplay;
import dev.millrace.journal.Disk;
import dev.millrace.journal.Durability;
import dev.millrace.journal.Journal;
import dev.millrace.journal.JournalException;
import dev.millrace.journal.JournalOptions;
import dev.millrace.journal.Recovered;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.LongSupplier;

/**
 * A shard that is ready for its first round.
 *
 * @param shard the shard, with what was stored recovered
 * @param time the time it lives by
 */
record Opening(Shard shard, EngineTime time) {
    private static final System.Logger LOG = System.getLogger("dev.millrace.embedded");
    private static final SecureRandom SECRETS = new SecureRandom();
    /** 17 years: half of what can be counted. */
    private static final long EPOCH_BEFORE_NOW_MS = 17L * 365 * 24 * 60 * 60 * 1_000;

    /**
     * A clock that is further behind than this was set back, or is not set yet; one that was merely adjusted is no
     * news.
     */
    private static final long CLOCK_BEHIND_MS_MAX = 60_000;

    /** A shard that keeps nothing, and keeps the payloads it is handed. */
    static Opening inMemory(OpenOptions options) {
        return inMemory(options, false);
    }

    /**
     * A shard that keeps nothing.
     *
     * @param payloadsAreLent whether the payload of a put is its sender's again when it was applied
     */
    static Opening inMemory(OpenOptions options, boolean payloadsAreLent) {
        return inMemory(options, payloadsAreLent, SECRETS::nextLong);
    }

    /** {@link #inMemory(OpenOptions, boolean)}, with the secrets by which keys are hashed. */
    static Opening inMemory(OpenOptions options, boolean payloadsAreLent, LongSupplier secrets) {
        EngineTime time = new EngineTime(options.timeSource(), 0);
        Store store = new MemoryStore(payloadsAreLent, options.memoryBytesMax());
        Outbox outbox = new Outbox(store);
        TaskMachine<ByteBuffer> machine =
                new TaskReplay(settings(options, secrets), time.nowMs(), 0).machine(true, 1, time.nowMs(), store, outbox);
        return new Opening(new Shard(options, store, machine, outbox), time);
    }

    /** A shard on a disk, which is closed again when this fails. */
    static Opening of(Disk disk, OpenOptions options) {
        JournalOptions journalOptions = JournalOptions.defaults().with(durability(options));
        return of(disk, options, journalOptions, ThreadLocalRandom.current().nextLong(), SECRETS::nextLong);
    }

    /**
     * {@link #of(Disk, OpenOptions)}, with the number that a new folder gets, and the secrets by which keys are hashed.
     */
    static Opening of(
            Disk disk, OpenOptions options, JournalOptions journalOptions, long newFolderId, LongSupplier secrets) {
        CoreSettings settings = settings(options, secrets);
        TaskRecords.Reader reader = new TaskRecords.Reader(
                (createdMs, firstSegment) -> new TaskReplay(settings, epochMs(options, createdMs), firstSegment));
        Journal journal;
        try {
            journal = Journal.open(disk, journalOptions, options.timeSource().wallMs(), newFolderId, reader);
        } catch (JournalException e) {
            throw Conversions.opening(disk, e);
        } catch (TaskRecords.UnknownRecordException e) {
            throw new MillraceException(ErrorCode.VERSION, disk + ": " + e.getMessage(), e);
        } catch (TaskRecords.BadRecordException e) {
            throw new MillraceException(ErrorCode.CORRUPT, disk + ": " + e.getMessage(), e);
        }
        try {
            return recovered(disk, journal, journalOptions.durability(), reader.replay(), options);
        } catch (RuntimeException e) {
            journal.close();
            throw switch (e) {
                case JournalException failure -> Conversions.opening(disk, failure);
                case IllegalArgumentException contradiction ->
                    new MillraceException(
                            ErrorCode.CORRUPT, disk + ": its records contradict each other: " + e.getMessage(), e);
                default -> e;
            };
        }
    }

    private static Opening recovered(
            Disk disk, Journal journal, Durability durability, TaskReplay replay, OpenOptions options) {
        Recovered recovered = journal.recovered();
        if (!recovered.note().isEmpty()) {
            LOG.log(System.Logger.Level.WARNING, recovered.note());
        }
        warnOfTheClock(disk, recovered.lastTimeMs() - options.timeSource().wallMs());
        EngineTime time = new EngineTime(options.timeSource(), recovered.lastTimeMs());
        Store store = new JournalStore(journal, durability);
        Outbox outbox = new Outbox(store);
        long nowMs = time.nowMs();
        store.begin(nowMs);
        TaskMachine<ByteBuffer> machine =
                replay.machine(recovered.closedCleanly(), recovered.nextId(), nowMs, store, outbox);
        store.write(machine.nowMs(), machine.nextId(), true);
        store.makeDurable();
        return new Opening(new Shard(options, store, machine, outbox), time);
    }

    /** Nobody sees it otherwise: the engine goes on from the later time, so that nothing is due early (T17). */
    private static void warnOfTheClock(Disk disk, long behindMs) {
        if (behindMs > CLOCK_BEHIND_MS_MAX) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    disk + ": the clock is behindMs=" + behindMs + " > " + CLOCK_BEHIND_MS_MAX + " behind the last time stored"
                            + " here; times go on from that one, so nothing is early, and what is put now is due as much"
                            + " later by the clock. Set the clock if it is wrong");
        }
    }

    /**
     * From when due times are counted in memory, for 34 years: the store's creation, unless that is long ago, or was
     * when the clock was not yet set.
     */
    private static long epochMs(OpenOptions options, long createdMs) {
        return Math.max(createdMs, options.timeSource().wallMs() - EPOCH_BEFORE_NOW_MS);
    }

    private static CoreSettings settings(OpenOptions options, LongSupplier secrets) {
        return new CoreSettings(
                options.waitersMax(),
                options.producersMax(),
                options.producerKeepMs(),
                options.idleQueuesMax(),
                options.engineDeathsMax(),
                secrets.getAsLong(),
                secrets.getAsLong(),
                failures -> backoffMs(options.backoff(), failures));
    }

    /** A user's backoff may throw or be out of bounds; the engine goes on with the nearest sensible delay. */
    private static long backoffMs(Backoff backoff, int failures) {
        try {
            return Math.clamp(backoff.delay(failures).toMillis(), 0, Limits.DELAY_MAX_MS);
        } catch (RuntimeException | Error e) {
            LOG.log(System.Logger.Level.WARNING, "the backoff failed for failures=" + failures + "; using 1 s", e);
            return 1_000;
        }
    }

    private static Durability durability(OpenOptions options) {
        return switch (options.durability()) {
            case SYNC -> Durability.SYNC;
            case WRITTEN -> Durability.WRITTEN;
            case NONE -> Durability.NONE;
        };
    }
}
