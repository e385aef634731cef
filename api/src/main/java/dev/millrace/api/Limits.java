package dev.millrace.api;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The bounds that hold for every engine, checked where an argument enters, before anything changes (G6). */
public final class Limits {
    /** The longest name, in bytes of UTF-8 (G1). */
    public static final int NAME_BYTES_MAX = 255;

    /** The most takes of a task that are counted (T22). */
    public static final int ATTEMPTS_MAX = 65_535;

    /** The longest reason, in bytes of UTF-8 (T20). */
    public static final int REASON_BYTES_MAX = 1_024;

    /** The least urgent priority (T7). */
    public static final long PRIORITY_MAX = 0xFFFF_FFFFL;

    /** The longest delay, timeout and silence, in milliseconds: ten years. */
    public static final long DELAY_MAX_MS = 3_650L * 24 * 60 * 60 * 1_000;

    /** The most tasks that one batch puts, takes or acks (T25). */
    public static final int BATCH_MAX = 10_000;

    /** The most queues that one take names (T25). */
    public static final int TAKE_QUEUES_MAX = 64;

    private static final Duration DELAY_MAX = Duration.ofMillis(DELAY_MAX_MS);

    private Limits() {}

    /**
     * Checks a name: 1–255 bytes of UTF-8 without control characters (G1).
     *
     * @param what what it names, for the message
     * @param name what is checked
     * @return the name
     * @throws MillraceException BAD_ARGUMENT
     */
    public static String requireName(String what, String name) {
        int bytes = name.length() > NAME_BYTES_MAX ? name.length() : name.getBytes(StandardCharsets.UTF_8).length;
        if (bytes < 1 || bytes > NAME_BYTES_MAX) {
            throw bad(what + " name has " + bytes + " bytes; use 1 … " + NAME_BYTES_MAX + " bytes of UTF-8");
        }
        for (int index = 0; index < name.length(); index++) {
            char unit = name.charAt(index);
            if (Character.isISOControl(unit)) {
                throw bad(what + " name has a control character (U+%04X) at %d; use printable characters"
                        .formatted((int) unit, index));
            }
            if (Character.isSurrogate(unit)) {
                if (!Character.isHighSurrogate(unit)
                        || index + 1 == name.length()
                        || !Character.isLowSurrogate(name.charAt(index + 1))) {
                    throw bad(what + " name has half a surrogate pair at " + index + "; use valid Unicode");
                }
                index++;
            }
        }
        return name;
    }

    /** T4: at most ten years; zero and less mean now, which the caller may rely on. */
    static long requireDelayMs(String what, Duration delay) {
        if (delay.compareTo(DELAY_MAX) > 0) {
            throw bad(what + "=" + delay + " > " + DELAY_MAX + "; use a shorter one");
        }
        return delay.isNegative() ? 0 : roundUpMs(delay);
    }

    /** A wait in milliseconds: any length, rounded up so that it is never shorter than asked. */
    static long waitMs(Duration wait) {
        if (wait.isNegative()) {
            return 0;
        }
        return wait.compareTo(DELAY_MAX) > 0 ? DELAY_MAX_MS : roundUpMs(wait);
    }

    static void requireMs(String what, long ms) {
        if (ms < 0 || ms > DELAY_MAX_MS) {
            throw bad(what + "=" + ms + " is outside 0 … " + DELAY_MAX_MS);
        }
    }

    static void requireMaxAttempts(int maxAttempts) {
        if (maxAttempts < 0 || maxAttempts > ATTEMPTS_MAX) {
            throw bad("maxAttempts=" + maxAttempts + " is outside 0 … " + ATTEMPTS_MAX + "; 0 means without limit");
        }
    }

    static long requirePriority(long priority) {
        if (priority < 0 || priority > PRIORITY_MAX) {
            throw bad("priority=" + priority + " is outside 0 … " + PRIORITY_MAX + "; 0 is the most urgent");
        }
        return priority;
    }

    static int requireCount(String what, long count, int max) {
        if (count < 1 || count > max) {
            throw bad(what + "=" + count + " is outside 1 … " + max);
        }
        return (int) count;
    }

    /**
     * Checks a reason: at most {@link #REASON_BYTES_MAX} bytes of UTF-8, or null.
     *
     * @param reason what is checked; null is no reason, and right
     * @throws MillraceException TOO_LARGE
     */
    public static void requireReason(@Nullable String reason) {
        if (reason != null && reason.length() > REASON_BYTES_MAX / 3) {
            int bytes = reason.getBytes(StandardCharsets.UTF_8).length;
            if (bytes > REASON_BYTES_MAX) {
                throw new MillraceException(
                        ErrorCode.TOO_LARGE,
                        "reason has " + bytes + " bytes > " + REASON_BYTES_MAX + "; shorten it");
            }
        }
    }

    /** A reason is for people: a longer one is shortened at a character boundary rather than refused. */
    static String shortenReason(String reason) {
        byte[] bytes = reason.getBytes(StandardCharsets.UTF_8);
        if (bytes.length <= REASON_BYTES_MAX) {
            return new String(bytes, StandardCharsets.UTF_8);
        }
        int end = REASON_BYTES_MAX - 3;
        while ((bytes[end] & 0xC0) == 0x80) {
            end--;
        }
        return new String(bytes, 0, end, StandardCharsets.UTF_8) + "…";
    }

    static MillraceException bad(String message) {
        return new MillraceException(ErrorCode.BAD_ARGUMENT, message);
    }

    private static long roundUpMs(Duration duration) {
        long ms = duration.toMillis();
        return duration.equals(Duration.ofMillis(ms)) ? ms : ms + 1;
    }
}
