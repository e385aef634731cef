package dev.millrace.server;

import dev.millrace.api.ErrorCode;
import dev.millrace.api.MillraceException;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Who may use a server; immutable. With {@link #none()} whoever connects may do everything. */
public final class Users {
    private static final Users NONE = new Users(Map.of());

    private final Map<String, User> byName;

    private Users(Map<String, User> byName) {
        this.byName = byName;
    }

    /** Nobody needs to log in. */
    public static Users none() {
        return NONE;
    }

    /**
     * These alone.
     *
     * @throws MillraceException BAD_ARGUMENT when two have the same name
     */
    public static Users of(Collection<User> users) {
        Map<String, User> byName = new TreeMap<>();
        for (User user : users) {
            if (byName.put(user.name(), user) != null) {
                throw new MillraceException(ErrorCode.BAD_ARGUMENT, "user " + user.name() + " is there twice");
            }
        }
        return new Users(byName);
    }

    /** Whether nobody needs to log in. */
    public boolean isEmpty() {
        return byName.isEmpty();
    }

    /** How many there are. */
    public int count() {
        return byName.size();
    }

    @Nullable User named(String name) {
        return byName.get(name);
    }

    /** The most rounds that checking a password of one of them takes. */
    int roundsMax() {
        return byName.values().stream()
                .flatMap(user -> user.credentials().stream())
                .mapToInt(credential -> credential instanceof Credential.OfPassword password ? password.rounds() : 0)
                .max()
                .orElse(0);
    }
}
