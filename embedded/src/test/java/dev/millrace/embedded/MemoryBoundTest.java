package dev.millrace.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.api.ErrorCode;
import dev.millrace.api.KeyMode;
import dev.millrace.api.Millrace;
import dev.millrace.api.MillraceException;
import dev.millrace.api.OpenOptions;
import dev.millrace.api.Put;
import dev.millrace.api.QueueStats;
import dev.millrace.api.Task;
import dev.millrace.api.TaskQueue;
import dev.millrace.testkit.Clause;
import dev.millrace.testkit.ForEngine;
import java.util.Collections;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** {@code memory:} keeps no more payloads than it may (G7). */
@ForEngine("memory:")
class MemoryBoundTest {
    private static final int BYTES_MAX = 1 << 20;
    private static final int PAYLOAD_BYTES = 10_000;

    private final Millrace mill =
            Millrace.open("memory:", OpenOptions.defaults().withMemoryBytesMax(BYTES_MAX));
    private final TaskQueue<byte[]> jobs = mill.queue("jobs");

    @AfterEach
    void close() {
        mill.close();
    }

    @Test
    @Clause({"G7", "T14"})
    void put_pastTheMemory_isOverloadedUntilOneIsAcked() {
        int stored = fill(PAYLOAD_BYTES);
        assertThat(stored).isBetween(BYTES_MAX * 9 / 10 / PAYLOAD_BYTES, BYTES_MAX / PAYLOAD_BYTES);
        QueueStats before = jobs.stats();
        refused(() -> jobs.put(new byte[PAYLOAD_BYTES]));
        assertThat(jobs.stats().total()).isEqualTo(before.total());
        assertThat(jobs.stats().putCount()).isEqualTo(before.putCount());

        Task<byte[]> task = Objects.requireNonNull(jobs.take());
        assertThat(task.payload()).hasSize(PAYLOAD_BYTES);
        refused(() -> jobs.put(new byte[PAYLOAD_BYTES]));
        task.ack();

        jobs.put(new byte[PAYLOAD_BYTES]);
        refused(() -> jobs.put(new byte[PAYLOAD_BYTES]));
    }

    @Test
    @Clause({"G7", "T25 put many"})
    void putAll_pastTheMemory_storesNone() {
        refused(() -> jobs.putAll(Collections.nCopies(BYTES_MAX / PAYLOAD_BYTES + 1, new byte[PAYLOAD_BYTES])));
        assertThat(jobs.stats().total()).isZero();
        jobs.putAll(Collections.nCopies(50, new byte[PAYLOAD_BYTES]));
        assertThat(jobs.stats().total()).isEqualTo(50);
    }

    @Test
    @Clause("G7")
    void put_ofEmptyPayloads_isBoundedToo() {
        assertThat(fill(0)).isBetween(BYTES_MAX / 128 / 2, BYTES_MAX / 128);
    }

    @Test
    @Clause({"G7", "T23"})
    void replace_forEver_takesNoMoreThanTheLast() {
        for (int count = 0; count < 1_000; count++) {
            jobs.put(new byte[PAYLOAD_BYTES], Put.options().withKey("key", KeyMode.REPLACE));
        }
        assertThat(jobs.stats().total()).isOne();
    }

    @Test
    @Clause({"G7", "T20"})
    void purge_ofAFullMemory_makesRoom() {
        int stored = fill(PAYLOAD_BYTES);
        jobs.purge();
        assertThat(jobs.stats().total()).isZero();
        assertThat(fill(PAYLOAD_BYTES)).isEqualTo(stored);
    }

    /** Puts until one is refused; how many were not. */
    private int fill(int payloadBytes) {
        for (int stored = 0; stored <= BYTES_MAX; stored++) {
            try {
                jobs.put(new byte[payloadBytes]);
            } catch (MillraceException refusal) {
                assertThat(refusal.code()).isEqualTo(ErrorCode.OVERLOADED);
                return stored;
            }
        }
        throw new AssertionError("more tasks than bytes were stored");
    }

    private static void refused(Runnable put) {
        assertThatThrownBy(put::run)
                .isInstanceOfSatisfying(
                        MillraceException.class,
                        refusal -> assertThat(refusal.code()).isEqualTo(ErrorCode.OVERLOADED))
                .hasMessageContaining("memoryBytesMax=" + BYTES_MAX);
    }
}
