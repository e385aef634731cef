package dev.millrace.core;

import org.jspecify.annotations.Nullable;

/**
 * A stored task as it is when its record is written: by a put, by one that rewrites it, or by a copy.
 *
 * @param queue the queue's number
 * @param id the task
 * @param state READY or DELAYED; in a copy, any
 * @param dueMs when it becomes ready, in ms since 1970; 0 unless it is DELAYED until then
 * @param expiresMs when it expires, likewise; 0 = never
 * @param ttrMs how long a take may last; 0 = as the queue is configured
 * @param priority 0 first
 * @param maxAttempts failures until it is buried; 0 = as the queue is configured
 * @param attempts how often it was taken
 * @param failures how often it failed
 * @param engineDeaths how often it was held when the engine died
 * @param key of which it is the first or the successor, or null
 * @param group of which only so many are taken at once, or null
 * @param groupLimit how many; 0 without a group
 * @param firstId the task that it waits for as a successor; 0 if it does not
 * @param producer who counts the sequence, or null
 * @param sequence the producer's number of the put; 0 without a producer
 * @param reason why it was buried, or null
 */
public record TaskRecord(
        int queue,
        long id,
        State state,
        long dueMs,
        long expiresMs,
        long ttrMs,
        long priority,
        int maxAttempts,
        int attempts,
        int failures,
        int engineDeaths,
        @Nullable String key,
        @Nullable String group,
        int groupLimit,
        long firstId,
        @Nullable String producer,
        long sequence,
        @Nullable String reason) {
    /** The same with this key. */
    public TaskRecord withKey(@Nullable String key) {
        return new TaskRecord(
                queue, id, state, dueMs, expiresMs, ttrMs, priority, maxAttempts, attempts, failures, engineDeaths,
                key, group, groupLimit, firstId, producer, sequence, reason);
    }
}
