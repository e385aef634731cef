package dev.millrace.pool;

import java.nio.file.Path;
import java.time.Duration;

/**
 * How a runner is set up.
 *
 * @param slots how many commands run at once, 1 to {@link #SLOTS_MAX}. Each slot costs one resident shell, two pipes,
 *     and up to three scratch files
 * @param grace how long a command has between SIGTERM and SIGKILL, zero to {@link #GRACE_MAX}
 * @param scratchParent the existing folder in which the runner makes its own scratch folder, readable by this user only
 */
public record RunnerOptions(int slots, Duration grace, Path scratchParent) {
    /** The most slots of one runner. */
    public static final int SLOTS_MAX = 1024;

    /** The grace unless told otherwise. */
    public static final Duration GRACE_DEFAULT = Duration.ofSeconds(2);

    /** The longest grace. */
    public static final Duration GRACE_MAX = Duration.ofHours(1);

    /** @throws IllegalArgumentException if a value is out of its bounds */
    public RunnerOptions {
        if (slots < 1 || slots > SLOTS_MAX) {
            throw new IllegalArgumentException("slots=" + slots + " is not from 1 to slotsMax=" + SLOTS_MAX);
        }
        if (grace.isNegative() || grace.compareTo(GRACE_MAX) > 0) {
            throw new IllegalArgumentException("grace=" + grace + " is not from zero to graceMax=" + GRACE_MAX);
        }
    }

    /** So many slots, the default grace, scratch files under {@code java.io.tmpdir}. */
    public static RunnerOptions ofSlots(int slots) {
        return new RunnerOptions(slots, GRACE_DEFAULT, Path.of(System.getProperty("java.io.tmpdir")));
    }

    /** The same options with this grace. */
    public RunnerOptions withGrace(Duration newGrace) {
        return new RunnerOptions(slots, newGrace, scratchParent);
    }

    /** The same options with this parent of the scratch folder. */
    public RunnerOptions withScratchParent(Path newScratchParent) {
        return new RunnerOptions(slots, grace, newScratchParent);
    }
}
