package dev.millrace.core;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The open sessions, by a small number that fits into a task's fields, and the tasks that each holds. */
final class SessionTable {
    private final TaskTable table;
    private final Numbered<CoreSession> byNumber = new Numbered<>();
    private int heldCount;

    SessionTable(TaskTable table) {
        this.table = table;
    }

    /** A new session; null when 2²⁴ are open. */
    @Nullable CoreSession open(long id, long silenceMaxMs, Object attachment) {
        int number = byNumber.firstFree();
        if (number >= TaskTable.HOLDERS_MAX) {
            return null;
        }
        CoreSession session = new CoreSession(id, number, silenceMaxMs, attachment);
        byNumber.set(number, session);
        return session;
    }

    CoreSession get(int number) {
        CoreSession session = byNumber.get(number);
        if (session == null) {
            throw new IllegalStateException("no session has number " + number);
        }
        return session;
    }

    void remove(CoreSession session) {
        byNumber.remove(session.number);
        session.number = 0;
    }

    /** The open sessions, in the order of their numbers. */
    List<CoreSession> all() {
        List<CoreSession> open = new ArrayList<>();
        for (int number = byNumber.nextUsed(1); number > 0; number = byNumber.nextUsed(number + 1)) {
            open.add(get(number));
        }
        return open;
    }

    /** The memory taken, nearly. */
    long heldBytes() {
        long sessions = all().stream().mapToLong(CoreSession::heldBytes).sum();
        return sessions + byNumber.heldBytes();
    }

    // --- The tasks they hold

    /** How many all of them hold; those that were purged are among them until they are swept. */
    int heldCount() {
        return heldCount;
    }

    /** The session holds the task, as its latest. */
    void hold(int slot, CoreSession session) {
        table.holder(slot, session.number);
        table.previous(slot, 0);
        table.next(slot, session.heldHead);
        if (session.heldHead != 0) {
            table.previous(session.heldHead, slot);
        }
        session.heldHead = slot;
        session.heldCount++;
        heldCount++;
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
        session.heldCount--;
        heldCount--;
    }
}
