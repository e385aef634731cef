package dev.millrace.core;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Things by name, in a map that is made anew, and small, once most of them are gone. */
final class Named<T> {
    /** A map that never had more stays as it is. */
    private static final int SHRUNK_MIN = 1_024;

    private Map<String, T> byName = new HashMap<>(0);
    /** The most names since the map was made: for so many it has room. */
    private int most;

    @Nullable T get(String name) {
        return byName.get(name);
    }

    void put(String name, T thing) {
        byName.put(name, thing);
        most = Math.max(most, byName.size());
    }

    /** Nothing happens when something else has the name. */
    void remove(String name, T thing) {
        byName.remove(name, thing);
        if (byName.size() < most / 8 && most > SHRUNK_MIN) {
            byName = new HashMap<>(byName);
            most = byName.size();
        }
    }

    boolean has(String name) {
        return byName.containsKey(name);
    }

    int size() {
        return byName.size();
    }

    boolean isEmpty() {
        return byName.isEmpty();
    }

    /** The memory taken, nearly, without names and things themselves. */
    long heldBytes() {
        return 2 * HeldBytes.REFERENCE * most + HeldBytes.ENTRY * byName.size();
    }
}
