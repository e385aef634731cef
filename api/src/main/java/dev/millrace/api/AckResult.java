package dev.millrace.api;

import org.jspecify.annotations.Nullable;

/**
 * What became of one receipt among many (T25).
 *
 * @param receipt the take it was about
 * @param failure null when the task is acked and gone; otherwise why this one was refused, which changed nothing
 */
public record AckResult(Receipt receipt, @Nullable MillraceException failure) {
    /** {@return whether the task is acked} */
    public boolean isAcked() {
        return failure == null;
    }
}
