package dev.millrace.server;

import dev.millrace.api.ErrorCode;
import dev.millrace.api.MillraceException;

/**
 * How a server slows down those who guess passwords (G11, G7); immutable. Begin with {@link #defaults()}.
 *
 * @param checksMax how many passwords may wait to be checked, 1 … 100,000; 256 by default. One more is OVERLOADED
 * @param checksPerAddressMax how many passwords from one address may be under way, being checked or waiting to be
 *     refused, 1 … checksMax; 16 by default. One more is OVERLOADED unlooked at
 * @param pauseFirstMs how long after it was asked an address's first failure is answered, 0 … 60,000; 500 by default.
 *     Doubled with each further one
 * @param pauseMaxMs the longest such pause, at least the first, up to 600,000; 8,000 by default
 * @param addressesMax of how many addresses failures are remembered, 1 … 1,000,000; 10,000 by default
 * @param loginWithinMs how long a connection may stay without having logged in, 100 … 3,600,000; 15,000 by default.
 *     Then it is closed
 */
public record LoginLimits(
        int checksMax, int checksPerAddressMax, int pauseFirstMs, int pauseMaxMs, int addressesMax, int loginWithinMs) {
    private static final LoginLimits DEFAULTS = new LoginLimits(256, 16, 500, 8_000, 10_000, 15_000);

    /** Checks every part against its bounds; BAD_ARGUMENT names the one outside. */
    public LoginLimits {
        requireWithin("checksMax", checksMax, 1, 100_000);
        requireWithin("checksPerAddressMax", checksPerAddressMax, 1, checksMax);
        requireWithin("pauseFirstMs", pauseFirstMs, 0, 60_000);
        requireWithin("pauseMaxMs", pauseMaxMs, pauseFirstMs, 600_000);
        requireWithin("addressesMax", addressesMax, 1, 1_000_000);
        requireWithin("loginWithinMs", loginWithinMs, 100, 3_600_000);
    }

    /** The defaults named above. */
    public static LoginLimits defaults() {
        return DEFAULTS;
    }

    private static void requireWithin(String name, int value, int min, int max) {
        if (value < min || value > max) {
            throw new MillraceException(
                    ErrorCode.BAD_ARGUMENT, name + "=" + value + " is outside " + min + " … " + max);
        }
    }
}
