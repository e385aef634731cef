package dev.millrace.bench.peers;

import java.util.Arrays;

/** What a server has said. One object serves all replies of a load. */
final class Reply {
    /** The slot of a reply to the command that was sent first of those without one. */
    static final int IN_ORDER = -1;

    /** What kinds there are. */
    enum Kind {
        /** A put or an ack is done. */
        DONE,
        /** A task was taken; {@link #receipt} names it. */
        TAKEN,
        /** There was nothing to take. */
        EMPTY,
        /** Something that no command asked for. */
        NEWS,
        /** The server asks whether somebody is there; {@link Dialect#reassure} answers. */
        QUESTION
    }

    private Kind kind = Kind.NEWS;
    private int slot = IN_ORDER;
    private byte[] receipt = new byte[64];
    private int receiptLength;

    Kind kind() {
        return kind;
    }

    int slot() {
        return slot;
    }

    byte[] receipt() {
        return receipt;
    }

    int receiptLength() {
        return receiptLength;
    }

    void is(Kind which) {
        is(which, IN_ORDER);
    }

    void is(Kind which, int ofSlot) {
        kind = which;
        slot = ofSlot;
    }

    /** Keeps by what the task is acked. */
    void receipt(byte[] source, int start, int length) {
        if (length > receipt.length) {
            receipt = new byte[2 * length];
        }
        System.arraycopy(source, start, receipt, 0, length);
        receiptLength = length;
    }

    byte[] receiptCopy() {
        return Arrays.copyOf(receipt, receiptLength);
    }
}
