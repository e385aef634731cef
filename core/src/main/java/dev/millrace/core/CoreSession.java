package dev.millrace.core;

import java.util.LinkedHashMap;
import java.util.Map;

/** A session: who holds tasks and waits for them (G3). Made by {@link TaskMachine#openSession}. */
public final class CoreSession extends Deadline {
    private final long id;
    private final Object attachment;
    final long silenceMaxMs;
    /** Among the sessions that are open; 0 after the end. */
    int number;
    /** The tasks it holds, linked through the task table, the latest take first. */
    int heldHead;

    long lastHeardMs;
    final Map<Object, Waiter> waiters = new LinkedHashMap<>(4);

    CoreSession(long id, int number, long silenceMaxMs, Object attachment) {
        this.id = id;
        this.number = number;
        this.silenceMaxMs = silenceMaxMs;
        this.attachment = attachment;
    }

    /** The number that messages name it by. */
    public long id() {
        return id;
    }

    /** What the shell gave along when it opened the session. */
    public Object attachment() {
        return attachment;
    }

    /** Whether it has not ended. */
    public boolean isOpen() {
        return number != 0;
    }
}
