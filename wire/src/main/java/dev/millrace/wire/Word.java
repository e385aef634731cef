package dev.millrace.wire;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/** The words with a meaning among the arguments, at most eight letters long; on the wire in any case. */
enum Word {
    ATTEMPTS,
    AUTH,
    BACKOFF,
    BURIED,
    COUNT,
    CREDIT,
    CURSOR,
    DEFAULT,
    DELAY,
    DELAYED,
    DETACHED,
    DOCS,
    FORCE,
    GETNAME,
    GROUP,
    ID,
    INFO,
    KEEP,
    KEY,
    KILL,
    LIST,
    MODE,
    NO_EVICT,
    NO_TOUCH,
    NONE,
    PRIORITY,
    PRODUCER,
    QUEUES,
    READY,
    REASON,
    REPLACE,
    RERUN,
    SEQUENCE,
    SETINFO,
    SETNAME,
    TAG,
    TAKEN,
    TIMEOUT,
    TTL,
    TTR,
    USER;

    private static final int TABLE_BITS = 8;
    private static final @Nullable Word[] TABLE = table();

    private final String onWire = name().replace('_', '-');
    private final byte[] bulk = Field.bulk(onWire);
    private final long packed = Packed.of(onWire, 0);

    /** As it is written. */
    String onWire() {
        return onWire;
    }

    /** As an argument. */
    byte[] bulk() {
        return bulk;
    }

    /** The word that these bytes are, or null if they are none. */
    static @Nullable Word find(ByteBuf source, int index, int length) {
        if (length > Packed.BYTES_MAX || length == 0) {
            return null;
        }
        long packed = Packed.of(source, index, length);
        int place = Packed.hash(packed, TABLE_BITS);
        for (Word word = TABLE[place]; word != null; word = TABLE[place]) {
            if (word.packed == packed && word.onWire.length() == length) {
                return word;
            }
            place = place + 1 & TABLE.length - 1;
        }
        return null;
    }

    private static @Nullable Word[] table() {
        @Nullable Word[] table = new @Nullable Word[1 << TABLE_BITS];
        for (Word word : values()) {
            int place = Packed.hash(word.packed, TABLE_BITS);
            while (table[place] != null) {
                place = place + 1 & table.length - 1;
            }
            table[place] = word;
        }
        return table;
    }
}
