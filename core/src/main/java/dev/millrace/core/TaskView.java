package dev.millrace.core;

import org.jspecify.annotations.Nullable;

/**
 * A task as it is at one moment.
 *
 * @param queue the queue's name
 * @param id the task
 * @param home where its record is
 * @param state its state
 * @param priority 0 first
 * @param dueMs when it becomes ready, in ms since 1970; 0 unless DELAYED
 * @param attempts how often it was taken
 * @param failures how often it failed
 * @param maxAttempts at which failure it is buried, by its put or else by its queue; 0 = without limit
 * @param reason why it was buried, or null
 */
public record TaskView(
        String queue,
        long id,
        long home,
        State state,
        long priority,
        long dueMs,
        int attempts,
        int failures,
        int maxAttempts,
        @Nullable String reason) {}
