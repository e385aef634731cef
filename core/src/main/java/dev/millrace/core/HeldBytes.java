package dev.millrace.core;

/**
 * What structures take in memory is reckoned from their own numbers, so that a test can show that a multitude leaves
 * nothing behind; nothing depends on how the virtual machine lays out its objects.
 */
final class HeldBytes {
    /** Of a reference: 4 up to a heap of 32 GB. */
    static final long REFERENCE = Integer.BYTES;
    /** Of an entry of a map beside what it refers to. */
    static final long ENTRY = 48;

    private HeldBytes() {}
}
