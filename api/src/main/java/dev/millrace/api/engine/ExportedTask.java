package dev.millrace.api.engine;

import dev.millrace.api.TaskState;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A task as a {@link StoreDoctor} read it.
 *
 * @param queue the queue's name; {@code #} and a number if the name was lost
 * @param id the task
 * @param state its state; one that was TAKEN would be READY after opening
 * @param priority 0 first
 * @param dueMs when it becomes ready, in ms since 1970; 0 unless it is DELAYED until then
 * @param expiresMs when it expires, likewise; 0 = never
 * @param attempts how often it was taken
 * @param failures how often it failed
 * @param key the key that it has, or waits for; null if it has none, or lost it to its successor
 * @param group its group, or null
 * @param reason why it was buried, or null
 * @param payload valid during the call only
 */
public record ExportedTask(
        String queue,
        long id,
        TaskState state,
        long priority,
        long dueMs,
        long expiresMs,
        int attempts,
        int failures,
        @Nullable String key,
        @Nullable String group,
        @Nullable String reason,
        ByteBuffer payload) {}
