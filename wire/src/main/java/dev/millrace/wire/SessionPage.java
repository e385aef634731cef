package dev.millrace.wire;

import java.util.List;

/**
 * What SESSION.LIST answers.
 *
 * @param nextCursor to go on with; 0 at the end
 * @param sessions by their numbers
 */
public record SessionPage(long nextCursor, List<Entry> sessions) {
    /** Keeps a copy of the list. */
    public SessionPage {
        sessions = List.copyOf(sessions);
    }

    /**
     * A session.
     *
     * @param isConnected whether it has a connection
     * @param user who is logged in, or was
     * @param name its connection's; empty for none
     * @param peer the client's address
     * @param sinceMs when it was opened, in ms since 1970
     * @param held how many tasks it has taken
     * @param waiting how many takes of it wait
     * @param graceMs how long it may live without a connection
     * @param graceLeftMs how much of that is left, where it has none
     */
    public record Entry(
            long id,
            boolean isConnected,
            String user,
            String name,
            String peer,
            long sinceMs,
            long held,
            long waiting,
            long graceMs,
            long graceLeftMs) {}
}
