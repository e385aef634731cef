package dev.millrace.server;

import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Set;

/** The connections that are open, oldest first. Used on the loop's thread. */
final class Connections {
    private int max;
    /** Beyond the limit, and being told so. */
    private int turnedAway;

    private final Set<Connection> open = new LinkedHashSet<>();

    Connections(int max) {
        this.max = max;
    }

    int max() {
        return max;
    }

    /** From now on so many; those that are open stay. */
    void max(int changed) {
        max = changed;
    }

    boolean isFull() {
        return open.size() >= max;
    }

    void add(Connection connection) {
        open.add(connection);
    }

    void remove(Connection connection) {
        open.remove(connection);
    }

    Collection<Connection> all() {
        return Collections.unmodifiableSet(open);
    }

    /** So many more, or with a negative number fewer, are being told that there are too many. */
    void turnedAway(int more) {
        turnedAway += more;
    }

    int turnedAwayCount() {
        return turnedAway;
    }

    int count() {
        return open.size();
    }

    /** How many wait in a take of theirs. */
    int blockedCount() {
        int count = 0;
        for (Connection connection : open) {
            count += connection.session().isBlocked() ? 1 : 0;
        }
        return count;
    }
}
