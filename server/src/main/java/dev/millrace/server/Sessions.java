package dev.millrace.server;

import dev.millrace.api.ErrorCode;
import dev.millrace.api.MillraceException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The sessions that asked for a time of grace (G3): they outlive their connection for a while, if there is room, and
 * may be gone on with on another one. Used on the loop's thread.
 */
final class Sessions {
    private static final int SECRET_BYTES = 16;

    private final RandomGenerator random;
    private final int detachedMax;
    private final Map<Long, ClientSession> byId = new HashMap<>();
    private int detached;
    private long resumptions;
    private long lapses;

    /**
     * Begins without any.
     *
     * @param random where secrets come from
     */
    Sessions(int detachedMax, RandomGenerator random) {
        this.random = random;
        this.detachedMax = detachedMax;
    }

    /** A secret that nobody guesses. */
    String newSecret() {
        byte[] bytes = new byte[SECRET_BYTES];
        random.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    /** The session may be gone on with from now on. */
    void add(ClientSession session) {
        byId.put(session.id(), session);
    }

    /** The session may not be gone on with any more; nothing for one that might not. */
    void remove(ClientSession session) {
        byId.remove(session.id(), session);
    }

    /**
     * The session with this id and secret, whose client was this user when it asked for grace.
     *
     * @throws MillraceException NOT_FOUND, in the same words whether the id or the secret is wrong; DENIED to another
     *     user who knows both
     */
    ClientSession require(long id, String secret, String user) {
        ClientSession session = byId.get(id);
        if (!isSame(secret, session == null ? null : session.secret()) || session == null) {
            throw new MillraceException(
                    ErrorCode.NOT_FOUND,
                    "no session " + id + " with this secret can be gone on with; it is over, or never asked for grace: begin anew");
        }
        if (!session.user().equals(user)) {
            throw new MillraceException(
                    ErrorCode.DENIED,
                    "session " + id + " is not user " + user + "'s; log in as the user who asked for its grace, and resume it then");
        }
        return session;
    }

    /** Takes as long for any two secrets. */
    private static boolean isSame(String told, @Nullable String secret) {
        byte[] right = (secret == null ? "" : secret).getBytes(StandardCharsets.UTF_8);
        return MessageDigest.isEqual(told.getBytes(StandardCharsets.UTF_8), right) && secret != null;
    }

    /** Those that may be gone on with, whether they have a connection or not. */
    Collection<ClientSession> all() {
        return Collections.unmodifiableCollection(byId.values());
    }

    /** Whether one more session may live without a connection. */
    boolean hasRoom() {
        return detached < detachedMax;
    }

    void detached() {
        detached++;
    }

    void resumed(boolean wasDetached) {
        resumptions++;
        detached -= wasDetached ? 1 : 0;
    }

    /** One that was without a connection is over, since its grace is or since the engine ended. */
    void lapsed() {
        lapses++;
        detached--;
    }

    /** How many live without a connection. */
    int detachedCount() {
        return detached;
    }

    int detachedMax() {
        return detachedMax;
    }

    /** How often one was gone on with. */
    long resumptionCount() {
        return resumptions;
    }

    /** How many ended without a connection. */
    long lapseCount() {
        return lapses;
    }
}
