package dev.millrace.api;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A look at a task that takes nothing (T1).
 *
 * @param id the task
 * @param state where it is in its life
 * @param priority 0 is the most urgent
 * @param due when a DELAYED task becomes ready; null in other states
 * @param attempts how often it was taken
 * @param failures how often it failed (T22)
 * @param reason why it was buried; null when none was given or it is not BURIED
 * @param payload the payload, decoded
 * @param <T> the payload's type
 */
public record TaskInfo<T>(
        TaskId id,
        TaskState state,
        long priority,
        @Nullable Instant due,
        int attempts,
        int failures,
        @Nullable String reason,
        T payload) {}
