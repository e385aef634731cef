package dev.millrace.wire;

/**
 * What SESSION.RESUME answers.
 *
 * @param id the session's number, from now on that of the connection
 * @param graceMs how long it lives on without a connection, as it was granted
 * @param held how many tasks it has taken
 */
public record SessionResumed(long id, long graceMs, long held) {}
