/**
 * The state machine: sessions and tasks. It has no thread, no I/O, no clock and no randomness: commands and times come
 * in, records go out through {@link dev.millrace.core.TaskLog} and answers through {@link dev.millrace.core.Replies}.
 * The same commands at the same times give the same records and answers. Everything here is used by one thread at a
 * time.
 */
@NullMarked
package dev.millrace.core;

import org.jspecify.annotations.NullMarked;
