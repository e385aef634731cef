package dev.millrace.core;

import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/** The open sessions, by a small number that fits into a task's fields. */
final class SessionTable {
    private final List<@Nullable CoreSession> byNumber = new ArrayList<>();
    private final PriorityQueue<Integer> freeNumbers = new PriorityQueue<>();

    SessionTable() {
        byNumber.add(null);
    }

    /** A new session; null when 2²⁴ are open. */
    @Nullable CoreSession open(long id, long silenceMaxMs, Object attachment) {
        Integer free = freeNumbers.poll();
        int number = free == null ? byNumber.size() : free;
        if (number >= TaskTable.HOLDERS_MAX) {
            return null;
        }
        CoreSession session = new CoreSession(id, number, silenceMaxMs, attachment);
        if (free == null) {
            byNumber.add(session);
        } else {
            byNumber.set(number, session);
        }
        return session;
    }

    CoreSession get(int number) {
        CoreSession session = number < byNumber.size() ? byNumber.get(number) : null;
        if (session == null) {
            throw new IllegalStateException("no session has number " + number);
        }
        return session;
    }

    void remove(CoreSession session) {
        byNumber.set(session.number, null);
        freeNumbers.add(session.number);
        session.number = 0;
    }

    /** The open sessions, in the order of their numbers. */
    List<CoreSession> all() {
        List<CoreSession> open = new ArrayList<>();
        for (CoreSession session : byNumber) {
            if (session != null) {
                open.add(session);
            }
        }
        return open;
    }
}
