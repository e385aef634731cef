package dev.millrace.core;

import org.jspecify.annotations.Nullable;

/**
 * A put as it was asked for.
 *
 * @param delayMs until it is ready; 0 = at once
 * @param priority 0 first
 * @param maxAttempts failures until it is buried; 0 = without limit
 * @param producer who counts the sequence, or null
 * @param sequence the producer's number of the put
 */
public record PutCommand(
        long delayMs, long priority, int maxAttempts, @Nullable String producer, long sequence) {}
