package dev.millrace.bench;

import dev.millrace.journal.Durability;
import dev.millrace.journal.FolderDisk;
import dev.millrace.journal.Journal;
import dev.millrace.journal.JournalOptions;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/** Commits of pairs: a put (48 bytes of head, 200 of body) and its ack (16 bytes of head), with nothing left alive. */
final class JournalLoad implements AutoCloseable {
    private static final int PUT = 1;
    private static final int ACK = 2;
    private static final int QUEUE = 7;
    private static final int PUT_HEAD_BYTES = 48;
    private static final int ACK_HEAD_BYTES = 16;
    private static final int PAYLOAD_BYTES = 200;
    /** By then segments have reached their largest size of 64 MiB, and each slot was in use once. */
    private static final long GROWN_BYTES = 512L << 20;
    private static final int GROWING_PAIRS = 1_024;
    /** As docs/FORMATS.md draws it. */
    private static final int BATCH_HEADER_BYTES = 40;

    private final Journal journal;
    private final boolean syncs;
    private final ByteBuffer payload = ByteBuffer.allocateDirect(PAYLOAD_BYTES);
    private long pairs;

    JournalLoad(Path folder, Durability durability) {
        JournalOptions options = JournalOptions.defaults().with(durability);
        syncs = durability == Durability.SYNC;
        journal = Journal.open(FolderDisk.at(folder), options, 1, 2, (p, t, s, q, ms, head, body) -> {});
    }

    void commit(int pairsOfCommit) {
        for (int index = 0; index < pairsOfCommit; index++) {
            pair(pairs++);
        }
        journal.release(journal.deadThrough());
        journal.commit(System.nanoTime() / 1_000_000, pairs);
        if (syncs) {
            journal.sync();
        }
    }

    /** Writes until the log only overwrites: what comes later is not charged with zeros that are written once. */
    void grow() {
        while (journal.stats().bytesAppended() < GROWN_BYTES) {
            commit(GROWING_PAIRS);
        }
    }

    /** What a commit takes in the log, if it is one batch. */
    int commitBytes(int pairsOfCommit) {
        long before = journal.stats().bytesAppended();
        commit(pairsOfCommit);
        return BATCH_HEADER_BYTES + Math.toIntExact(journal.stats().bytesAppended() - before);
    }

    private void pair(long id) {
        ByteBuffer put = journal.begin(PUT, 1, QUEUE, PUT_HEAD_BYTES, PAYLOAD_BYTES);
        put.putLong(id).putLong(0).putLong(0).putLong(0).putLong(0).putLong(0).put(payload.clear());
        long position = journal.end();
        journal.adopt(position);
        journal.begin(ACK, 1, QUEUE, ACK_HEAD_BYTES, 0).putLong(id).putLong(position);
        journal.end();
        journal.retire(position);
    }

    @Override
    public void close() {
        journal.close();
    }
}
