package dev.millrace.core;

import java.util.LinkedHashMap;
import java.util.Map;

/** A session: who holds tasks and waits for them (G3). Made by {@link TaskMachine#openSession}. */
public final class CoreSession extends Deadline {
    /** A map of waits that never had more stays as it is. */
    private static final int SHRUNK_MIN = 1_024;

    private final long id;
    private final Object attachment;
    final long silenceMaxMs;
    /** Among the sessions that are open, or hold something still; 0 after that. */
    int number;
    /** The tasks it holds, linked through the task table, the latest take first. */
    int heldHead;

    int heldCount;

    private boolean isEnding;
    private boolean isSilent;
    long lastHeardMs;
    /** By token, in the order they began. */
    Map<Object, Waiter> waiters = new LinkedHashMap<>(4);
    /** The most waits since their map was made: for so many it has room. */
    private int most;

    CoreSession(long id, int number, long silenceMaxMs, Object attachment) {
        this.id = id;
        this.number = number;
        this.silenceMaxMs = silenceMaxMs;
        this.attachment = attachment;
    }

    void begin(Waiter wait) {
        waiters.put(wait.token, wait);
        most = Math.max(most, waiters.size());
    }

    void end(Waiter wait) {
        waiters.remove(wait.token);
        if (waiters.isEmpty() && most > SHRUNK_MIN) {
            waiters = new LinkedHashMap<>(4);
            most = 0;
        }
    }

    /** The memory taken by its waits, nearly. */
    long heldBytes() {
        return 2 * HeldBytes.REFERENCE * most + HeldBytes.ENTRY * waiters.size();
    }

    /** The number that messages name it by. */
    public long id() {
        return id;
    }

    /** What the shell gave along when it opened the session. */
    public Object attachment() {
        return attachment;
    }

    /** How many tasks it holds; those that were purged are among them until they are swept. */
    public int heldCount() {
        return heldCount;
    }

    /** It has ended, and its tasks go back. */
    void end(boolean silent) {
        isEnding = true;
        isSilent = silent;
    }

    /** Whether it ended since nothing was heard of it. */
    boolean isSilent() {
        return isSilent;
    }

    /** Whether it has not ended. */
    public boolean isOpen() {
        return number != 0 && !isEnding;
    }
}
