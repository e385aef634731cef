package dev.millrace.cli;

/**
 * A line of the screen.
 *
 * @param text without control characters, no wider than the screen
 * @param style how it looks
 */
record TopLine(String text, Style style) {
    /** What a line is; the terminal knows what that looks like. */
    enum Style {
        PLAIN,
        HEADING,
        /** A queue that is paused. */
        PAUSED,
        /** A queue with buried tasks, and what goes wrong. */
        ALARM
    }
}
