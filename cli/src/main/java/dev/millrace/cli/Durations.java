package dev.millrace.cli;

import dev.millrace.api.Backoff;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Lengths of time as people write them: {@code 250ms}, {@code 1.5s}, {@code 5m}, {@code 1h30m}, {@code 2d}, or seconds.
 */
final class Durations {
    private static final Pattern PART = Pattern.compile("(\\d{1,15}(?:\\.\\d{1,9})?)(ms|s|m|h|d|)");
    private static final Duration MAX = Duration.ofDays(3_650);
    private static final Duration BACKOFF_MAX = Duration.ofMinutes(5);

    private Durations() {}

    /**
     * Reads a length of time.
     *
     * @throws RefusedException if it is none, or longer than ten years
     */
    static Duration parse(String text) {
        Matcher part = PART.matcher(text);
        BigDecimal millis = BigDecimal.ZERO;
        int end = 0;
        while (end < text.length() && part.find(end) && part.start() == end) {
            if (part.group(2).isEmpty() && (end > 0 || part.end() < text.length())) {
                break;
            }
            millis = millis.add(new BigDecimal(part.group(1)).multiply(BigDecimal.valueOf(unitMs(part.group(2)))));
            end = part.end();
        }
        if (end == 0 || end < text.length()) {
            throw RefusedException.usage("'" + text + "' is not a length of time; write 250ms, 1.5s, 5m, 2h or 1d");
        }
        if (millis.compareTo(BigDecimal.valueOf(MAX.toMillis())) > 0) {
            throw RefusedException.usage("'" + text + "' is longer than ten years (3650d); use a shorter one");
        }
        return Duration.ofNanos(0).plusMillis(millis.setScale(0, java.math.RoundingMode.CEILING).longValueExact());
    }

    private static long unitMs(String unit) {
        return switch (unit) {
            case "ms" -> 1;
            case "m" -> 60_000;
            case "h" -> 3_600_000;
            case "d" -> 86_400_000;
            default -> 1_000;
        };
    }

    /** Pauses after failures: from {@code first}, doubled with each, to five minutes unless the first is longer. */
    static Backoff doubling(Duration first) {
        return Backoff.exponential(first, first.compareTo(BACKOFF_MAX) > 0 ? first : BACKOFF_MAX);
    }

    /** A length of time for a person: {@code 0.4 s}, {@code 12 s}, {@code 3 min 20 s}, {@code 2 h 5 min}. */
    static String shown(Duration duration) {
        long seconds = duration.toSeconds();
        if (seconds < 10) {
            return String.format(Locale.ROOT, "%.1f s", duration.toMillis() / 1_000.0);
        }
        if (seconds < 60) {
            return seconds + " s";
        }
        if (seconds < 3_600) {
            return seconds / 60 + " min " + seconds % 60 + " s";
        }
        return seconds / 3_600 + " h " + seconds % 3_600 / 60 + " min";
    }
}
