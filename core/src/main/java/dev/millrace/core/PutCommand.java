package dev.millrace.core;

import org.jspecify.annotations.Nullable;

/**
 * A put as it was asked for.
 *
 * @param delayMs until it is ready; 0 = at once
 * @param priority 0 first
 * @param maxAttempts failures until it is buried; 0 = as the queue is configured
 * @param ttrMs how long a take may last without a touch; 0 = as the queue is configured
 * @param ttlMs until it expires; 0 = never
 * @param key of which one task lives at a time, or null
 * @param keyRule what to do when one does
 * @param group of which only so many are taken at once, or null
 * @param groupLimit how many; 0 without a group
 * @param producer who counts the sequence, or null
 * @param sequence the producer's number of the put
 */
public record PutCommand(
        long delayMs,
        long priority,
        int maxAttempts,
        long ttrMs,
        long ttlMs,
        @Nullable String key,
        KeyRule keyRule,
        @Nullable String group,
        int groupLimit,
        @Nullable String producer,
        long sequence) {}
