package dev.millrace.journal;

import java.nio.ByteBuffer;

/**
 * A record that was read, by {@link Journal#read}. One object serves all reads of a journal: it is valid until the next
 * one.
 */
public final class Record {
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0).asReadOnlyBuffer();

    private long position;
    private int type;
    private int schema;
    private int queue;
    private ByteBuffer head = NOTHING;
    private ByteBuffer body = NOTHING;

    Record() {}

    Record set(long position, int type, int schema, int queue, ByteBuffer head, ByteBuffer body) {
        this.position = position;
        this.type = type;
        this.schema = schema;
        this.queue = queue;
        this.head = head;
        this.body = body;
        return this;
    }

    /** Where it is. */
    public long position() {
        return position;
    }

    /** 0 to 255. */
    public int type() {
        return type;
    }

    /** 0 to 255. */
    public int schema() {
        return schema;
    }

    /** The queue's number, as it was appended. */
    public int queue() {
        return queue;
    }

    /** Little-endian and read-only; the journal owns it. */
    public ByteBuffer head() {
        return head;
    }

    /** Little-endian and read-only; the journal owns it. */
    public ByteBuffer body() {
        return body;
    }
}
