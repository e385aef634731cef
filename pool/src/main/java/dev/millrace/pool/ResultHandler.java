package dev.millrace.pool;

import org.jspecify.annotations.Nullable;

/**
 * Makes of a command's result what the caller wants to keep. It runs on the caller's thread while the slot, and so the
 * output in its scratch files, still belongs to this command; the slot takes no other command until it returns.
 */
@FunctionalInterface
public interface ResultHandler<T extends @Nullable Object, X extends Exception> {
    /** What {@link ProcessRunner#run} is to return; what it throws, that throws. */
    T handle(ProcessResult result) throws X;
}
