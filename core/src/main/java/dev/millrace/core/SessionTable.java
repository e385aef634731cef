package dev.millrace.core;

import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/** The open sessions, by a small number that fits into a task's fields, and the tasks that each holds. */
final class SessionTable {
    private final TaskTable table;
    private final List<@Nullable CoreSession> byNumber = new ArrayList<>();
    private final PriorityQueue<Integer> freeNumbers = new PriorityQueue<>();

    SessionTable(TaskTable table) {
        this.table = table;
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

    // --- The tasks they hold

    /** The session holds the task, as its latest. */
    void hold(int slot, CoreSession session) {
        table.holder(slot, session.number);
        table.previous(slot, 0);
        table.next(slot, session.heldHead);
        if (session.heldHead != 0) {
            table.previous(session.heldHead, slot);
        }
        session.heldHead = slot;
    }

    /** Nobody holds the task any more. */
    void unhold(int slot) {
        CoreSession session = get(table.holder(slot));
        int previous = table.previous(slot);
        int next = table.next(slot);
        if (previous == 0) {
            session.heldHead = next;
        } else {
            table.next(previous, next);
        }
        if (next != 0) {
            table.previous(next, previous);
        }
        table.holder(slot, 0);
    }
}
