package dev.millrace.cli;

/** Counts what becomes of items. Safe for use by several threads. */
interface Tally {
    /** So many commands more run, or less. */
    void running(int change);

    /** An item failed, and is tried again. */
    void retried();

    /** An item is done for good. */
    void done(long number);

    /** An item failed for good. */
    void failed(long number);
}
