package dev.millrace.wire;

import dev.millrace.api.KeyMode;
import dev.millrace.api.Limits;
import dev.millrace.api.Put;
import org.jspecify.annotations.Nullable;

/** Reads the options of a put; used again for every one, so that nothing but the result is allocated. */
final class PutOptions {
    private long delayMs;
    private long priority;
    private int maxAttempts;
    private long ttrMs;
    private long ttlMs;
    private @Nullable String key;
    private KeyMode keyMode = KeyMode.KEEP;
    private @Nullable String group;
    private int groupLimit;
    private @Nullable String producer;
    private long sequence;

    /** All that the cursor has left. */
    Put read(ArgumentCursor cursor) {
        if (!cursor.more()) {
            return Put.options();
        }
        clear();
        while (cursor.more()) {
            option(cursor.option(), cursor);
        }
        return new Put(
                delayMs, priority, maxAttempts, ttrMs, ttlMs, key, keyMode, group, groupLimit, producer, sequence);
    }

    private void clear() {
        delayMs = 0;
        priority = Put.PRIORITY_DEFAULT;
        maxAttempts = 0;
        ttrMs = 0;
        ttlMs = 0;
        key = null;
        keyMode = KeyMode.KEEP;
        group = null;
        groupLimit = 0;
        producer = null;
        sequence = 0;
    }

    private void option(Word option, ArgumentCursor cursor) {
        switch (option) {
            case DELAY -> delayMs = cursor.delayMs();
            case PRIORITY -> priority = cursor.integer("PRIORITY", 0, Limits.PRIORITY_MAX);
            case ATTEMPTS -> maxAttempts = (int) cursor.integer("ATTEMPTS", 0, Limits.ATTEMPTS_MAX);
            case TTR -> ttrMs = cursor.durationMs("TTR");
            case TTL -> ttlMs = cursor.durationMs("TTL");
            case KEY -> key = cursor.text("key");
            case MODE -> keyMode = mode(cursor);
            case GROUP -> {
                group = cursor.name("group");
                groupLimit = cursor.count("GROUP limit", Integer.MAX_VALUE);
            }
            case PRODUCER -> producer = cursor.name("producer");
            case SEQUENCE -> sequence = cursor.integer("SEQUENCE", 1, Long.MAX_VALUE);
            default -> throw cursor.unexpected(option);
        }
    }

    private static KeyMode mode(ArgumentCursor cursor) {
        return switch (cursor.word("keep, replace or rerun")) {
            case KEEP -> KeyMode.KEEP;
            case REPLACE -> KeyMode.REPLACE;
            case RERUN -> KeyMode.RERUN;
            default -> throw cursor.wrong("MODE is none of keep, replace, rerun");
        };
    }
}
