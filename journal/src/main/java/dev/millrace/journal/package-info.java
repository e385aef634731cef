/**
 * The durable log: batches of records in checksummed, recycled segments, and their recovery after a crash.
 *
 * <p>This package knows nobody. It has no clock and no randomness, and no thread but one that only reads ahead while a
 * folder is opened: times and the folder's id are handed in, and every effect goes through {@link
 * dev.millrace.journal.Disk}. What a record means is its caller's business; the journal keeps the bytes, says what it
 * lost, and frees the oldest segments once the caller lets go of them. Read {@link dev.millrace.journal.Journal} first,
 * then {@code Format} for the bytes and {@code Recovery} for how a folder is opened.
 */
@NullMarked
package dev.millrace.journal;

import org.jspecify.annotations.NullMarked;
