package dev.millrace.cli;

import org.jspecify.annotations.Nullable;

/**
 * One item of the input.
 *
 * @param bytes the item, byte for byte; its beginning only, if it is too long
 * @param length how many bytes it has
 * @param line which line of the input it is, from 1
 * @param problem why it cannot be used, in a few words; null if it can
 */
record Item(byte[] bytes, long length, long line, @Nullable String problem) {
    Item withProblem(String newProblem) {
        return new Item(bytes, length, line, newProblem);
    }
}
