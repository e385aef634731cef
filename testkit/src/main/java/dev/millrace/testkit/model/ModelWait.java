package dev.millrace.testkit.model;

import java.util.List;

/**
 * A take that waits (T9); immutable.
 *
 * @param many whether it is answered with a list, of at most {@code count}
 * @param deadlineMs a time that never comes, if it waits for ever
 */
record ModelWait(long session, long token, List<String> queues, boolean many, int count, long deadlineMs) {}
