package dev.millrace.server;

import dev.millrace.api.ErrorCode;
import dev.millrace.api.Limits;
import dev.millrace.api.MillraceException;
import dev.millrace.wire.Right;
import java.util.List;

/**
 * Somebody who may use a server; immutable.
 *
 * @param name as it is said with AUTH
 * @param credentials what proves it: any one of them, so that a new password can be in use before the old one is taken
 *     away; 1 … 8
 * @param grants what the user may do; none at all is possible
 */
public record User(String name, List<Credential> credentials, List<Grant> grants) {
    private static final int CREDENTIALS_MAX = 8;

    /**
     * Keeps copies of the lists.
     *
     * @throws MillraceException BAD_ARGUMENT
     */
    public User {
        requireName(name);
        credentials = List.copyOf(credentials);
        grants = List.copyOf(grants);
        if (credentials.isEmpty() || credentials.size() > CREDENTIALS_MAX) {
            throw new MillraceException(
                    ErrorCode.BAD_ARGUMENT,
                    "user " + name + " has " + credentials.size() + " passwords and tokens; give 1 … " + CREDENTIALS_MAX);
        }
    }

    /**
     * Checks a name: 1 … 255 bytes of UTF-8 without control characters.
     *
     * @throws MillraceException BAD_ARGUMENT
     */
    public static void requireName(String name) {
        Limits.requireName("user", name);
    }

    boolean may(Right right, String queue) {
        for (Grant grant : grants) {
            if (grant.allows(right, queue)) {
                return true;
            }
        }
        return false;
    }

    /** Whether that is so for all queues there can be. */
    boolean mayOnAll(Right right) {
        return grants.stream().anyMatch(grant -> grant.allowsAll(right));
    }
}
