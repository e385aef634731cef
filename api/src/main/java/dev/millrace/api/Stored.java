package dev.millrace.api;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What {@code put} answers (T3): the task is stored, as durably as configured (G8).
 *
 * @param id the task
 * @param state READY or DELAYED; when {@code repeated}, its state now, or null when it is gone
 * @param due when a DELAYED task becomes ready; null in other states
 * @param repeated true when the producer had stored this sequence before (G10): nothing was stored again
 * @param existing true when a task with the put's key was there already (T23): {@code id} is that task's, which the put
 *     left alone or rewrote, as its mode says
 */
public record Stored(TaskId id, @Nullable TaskState state, @Nullable Instant due, boolean repeated, boolean existing) {}
