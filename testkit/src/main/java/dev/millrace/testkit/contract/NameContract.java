package dev.millrace.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.api.Codec;
import dev.millrace.api.ErrorCode;
import dev.millrace.api.MillraceException;
import dev.millrace.api.Put;
import dev.millrace.api.QueueStats;
import dev.millrace.api.Task;
import dev.millrace.api.TaskQueue;
import dev.millrace.testkit.Clause;
import java.util.Arrays;
import java.util.List;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;

/** Names and payloads: what may be said, and that it comes back unchanged. */
public abstract class NameContract extends EngineContract {
    private static final int PAYLOAD_BYTES_MAX = 4_096;

    /** For subclasses. */
    protected NameContract() {}

    @Test
    @Clause({"G1", "G6"})
    void queue_badName_isRefused() {
        List<String> bad = List.of(
                "", "a\0", "\n", "tab\there", "\u007f", "\u0085", "\ud800", "\udc00\ud800", "x\ud83d", "a".repeat(256),
                "é".repeat(128), "😀".repeat(64));
        for (String name : bad) {
            refused(ErrorCode.BAD_ARGUMENT, () -> mill.queue(name), "queue name");
            refused(ErrorCode.BAD_ARGUMENT, () -> Put.options().withProducer(name, 1), "producer name");
            refused(ErrorCode.BAD_ARGUMENT, () -> jobs().lastSequence(name), "producer name");
        }
        assertThat(mill.queues()).isEmpty();
    }

    @Test
    @Clause({"G1", "G6"})
    void queue_nameOfAMegabyte_isRefusedInFewWords() {
        String name = "n".repeat(1 << 20);

        assertThat(Assertions.catchThrowable(() -> mill.queue(name)))
                .isInstanceOf(MillraceException.class)
                .satisfies(failure -> assertThat(failure.getMessage())
                        .hasSizeLessThan(500)
                        .contains("255")
                        .contains("1048576"));
    }

    @Test
    @Clause("G1")
    void queue_namesThatLookAlike_areKeptApart() {
        List<String> names = List.of(
                "jobs", "Jobs", "jobs ", " jobs", "jobs/1", "jobs:1", "a b", "é", "e\u0301", "{tag}", "*", "..", "\"'",
                "😀", "a".repeat(255), "a".repeat(254), "é".repeat(127) + "x", "😀".repeat(63) + "abc");
        for (String name : names) {
            mill.queue(name, Codec.text()).put(name);
        }

        assertThat(mill.queues()).extracting(QueueStats::queue).containsExactlyInAnyOrderElementsOf(names);
        for (String name : names) {
            TaskQueue<String> queue = mill.queue(name, Codec.text());
            assertThat(queue.stats().ready()).as(name).isOne();
            assertThat(drained(queue)).containsExactly(name);
        }
    }

    @Test
    @Clause("G2")
    void put_payloadOfAnyLengthAndContent_comesBackByteForByte() {
        TaskQueue<byte[]> queue = smallPayloads();
        for (int length : new int[] {0, 1, 2, 255, 256, PAYLOAD_BYTES_MAX - 1, PAYLOAD_BYTES_MAX}) {
            byte[] payload = new byte[length];
            for (int index = 0; index < length; index++) {
                payload[index] = (byte) (index * 31 + length);
            }
            byte[] expected = payload.clone();

            queue.put(payload);
            Arrays.fill(payload, (byte) -1);
            assertThat(there(queue.peek()).payload()).isEqualTo(expected);
            Task<byte[]> task = there(queue.take());
            Arrays.fill(task.payload(), (byte) -1);
            assertThat(task.payload()).isEqualTo(expected);
            task.ack();
        }
    }

    @Test
    @Clause({"G2", "T14"})
    void put_payloadBeyondTheLimit_isTooLarge() {
        TaskQueue<byte[]> queue = smallPayloads();

        refusedUnchanged(
                queue,
                ErrorCode.TOO_LARGE,
                () -> queue.put(new byte[PAYLOAD_BYTES_MAX + 1]),
                PAYLOAD_BYTES_MAX + 1,
                PAYLOAD_BYTES_MAX,
                "payloadBytesMax");
        refusedUnchanged(
                queue, ErrorCode.TOO_LARGE, () -> await(queue.async().put(new byte[PAYLOAD_BYTES_MAX + 1])));
    }

    @Test
    @Clause("G2")
    void put_payloadOfOneMebibyte_isWithinTheDefault() {
        TaskQueue<byte[]> queue = mill.queue("large");
        byte[] payload = new byte[1 << 20];
        Arrays.fill(payload, (byte) 7);

        queue.put(payload);

        assertThat(there(queue.take()).payload()).isEqualTo(payload);
        refusedUnchanged(queue, ErrorCode.TOO_LARGE, () -> queue.put(new byte[(1 << 20) + 1]));
    }

    @Test
    @Clause("G2")
    void put_emptyFalseZeroAndNullText_areValuesLikeOthers() {
        List<String> values = List.of("", "false", "0", "null", "\0", " ");
        values.forEach(jobs()::put);

        assertThat(drained(jobs())).containsExactlyElementsOf(values);
    }

    @Test
    @Clause({"G2", "T14"})
    void put_codecThatThrows_storesNothing() {
        TaskQueue<String> queue = mill.queue("jobs", failing());

        assertThat(Assertions.catchThrowable(() -> queue.put("x"))).hasMessage("encode");
        assertThat(Assertions.catchThrowable(() -> queue.async().put("x"))).hasMessage("encode");
        assertThat(jobs().stats().putCount()).isZero();
    }

    @Test
    @Clause("G2")
    void payload_codecThatThrows_leavesTheTaskTaken() {
        jobs().put("job");
        Task<String> task = taken(mill.queue("jobs", failing()));

        assertThat(Assertions.catchThrowable(task::payload)).hasMessage("decode");
        assertThat(jobs().stats().taken()).isOne();
        task.bury("cannot be read");
        assertThat(jobs().stats().buried()).isOne();
    }

    private TaskQueue<byte[]> smallPayloads() {
        reopen(options -> options.withPayloadBytesMax(PAYLOAD_BYTES_MAX));
        return mill.queue("bytes");
    }

    private static Codec<String> failing() {
        return new Codec<>() {
            @Override
            public byte[] encode(String payload) {
                throw new IllegalStateException("encode");
            }

            @Override
            public String decode(byte[] bytes) {
                throw new IllegalStateException("decode");
            }
        };
    }
}
