package dev.millrace.core;

/**
 * What a put did.
 *
 * @param id the task
 * @param state its state; GONE when it was stored before and is gone
 * @param dueMs when it becomes ready, in ms since 1970; 0 unless DELAYED until then
 * @param repeated the producer had stored this sequence before, under this id
 * @param existing a task with the put's key was there, with this id
 */
public record StoredTask(long id, State state, long dueMs, boolean repeated, boolean existing) {}
