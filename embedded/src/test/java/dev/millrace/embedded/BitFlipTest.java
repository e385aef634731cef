package dev.millrace.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.millrace.api.Durability;
import dev.millrace.api.OpenOptions;
import dev.millrace.api.Put;
import dev.millrace.api.engine.Command;
import dev.millrace.testkit.model.Cast;
import dev.millrace.testkit.model.Difference;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * That the judge of flipped bits judges: of an engine that notices none, and has lost what was in the damaged batch.
 */
class BitFlipTest {
    private static final int SEGMENT_HEADER_BYTES = 4096;
    private static final int PUTS = 60;
    private static final String QUEUE = Cast.small().queues().getFirst();

    private final OpenOptions options = Simulation.options(Durability.SYNC);
    private final DiskSubject.Opener opener = DiskSubject.opener(Workload.CLEANING);

    /** An end in order bears witness to all before it. */
    @Test
    void requireNoticed_anywhereInALogThatWasClosed_isUnforgiving() {
        DiskSubject subject = worked(5);
        assertThat(subject.closeInOrder()).isTrue();
        SimulatedDisk disk = subject.disk();
        int flips = 0;
        for (String name : segments(disk)) {
            List<Integer> batches = batches(disk.contents(name));
            for (int batch = 0; batch < vouchedFor(disk, name, batches); batch++) {
                for (int offset : List.of(batches.get(batch), batches.get(batch) + 20, batches.get(batch + 1) - 1)) {
                    flips++;
                    assertThatExceptionOfType(Difference.class)
                            .as("%s at offset %s", name, offset)
                            .isThrownBy(() -> new BitFlip(disk, name, offset, 3).requireNoticed(forgetful()))
                            .withMessageContaining("nobody noticed");
                }
            }
        }
        assertThat(flips).isGreaterThan(20);
    }

    /**
     * After the death of a process nothing says yet that its last batch was durable; nor is what lies behind it
     * anybody's.
     */
    @Test
    void requireNoticed_inTheLastBatchOrBehindIt_forgives() {
        DiskSubject subject = worked(5);
        SimulatedDisk disk = subject.disk();
        String newest = newest(disk);
        List<Integer> batches = batches(disk.contents(newest));
        int end = batches.getLast();
        for (int offset : List.of(batches.get(batches.size() - 2) + 1, end - 1, end, end + 50, disk.bytes(newest) - 1)) {
            assertThatCode(() -> new BitFlip(disk, newest, offset, 3).requireNoticed(forgetful()))
                    .as("%s at offset %s", newest, offset)
                    .doesNotThrowAnyException();
        }
    }

    /** A header bears witness to what came before it, and who had a promise in the segment has a whole batch there. */
    @Test
    void requireNoticed_inTheHeaderBeforeATornFirstBatch_forgives() {
        DiskSubject subject = worked(PUTS);
        assertThat(subject.closeInOrder()).isTrue();
        SimulatedDisk disk = subject.disk();
        String newest = newest(disk);
        BitFlip flip = new BitFlip(disk, newest, 13, 2);
        assertThatExceptionOfType(Difference.class).isThrownBy(() -> flip.requireNoticed(forgetful()));
        clear(disk, newest, SEGMENT_HEADER_BYTES + 16);
        assertThatCode(() -> flip.requireNoticed(forgetful())).doesNotThrowAnyException();
    }

    /** A roll makes all before it durable, but a header that was torn is not known to be one. */
    @Test
    void requireNoticed_inTheLastBatchBeforeATornHeader_forgives() {
        SimulatedDisk disk = worked(PUTS).disk();
        String newest = newest(disk);
        String before = segments(disk).stream()
                .filter(name -> number(disk, name) == number(disk, newest) - 1)
                .findFirst()
                .orElseThrow();
        int end = batches(disk.contents(before)).getLast();
        BitFlip flip = new BitFlip(disk, before, end - 1, 3);
        assertThatExceptionOfType(Difference.class).isThrownBy(() -> flip.requireNoticed(forgetful()));
        clear(disk, newest, 45);
        assertThatCode(() -> flip.requireNoticed(forgetful())).doesNotThrowAnyException();
    }

    private static void clear(SimulatedDisk disk, String name, int from) {
        byte[] bytes = disk.contents(name);
        for (int at = from; at < bytes.length; at++) {
            for (int bit = 0; bit < Byte.SIZE; bit++) {
                if ((bytes[at] & 1 << bit) != 0) {
                    disk.flip(name, at, bit);
                }
            }
        }
    }

    private static String newest(SimulatedDisk disk) {
        return segments(disk).stream()
                .max((one, other) -> Long.compare(number(disk, one), number(disk, other)))
                .orElseThrow();
    }

    /**
     * Puts and, beyond so many tasks, ends. With few tasks the log goes round the slots, so that behind each segment's
     * last batch lies an older life's.
     */
    private DiskSubject worked(int tasksMax) {
        Random random = new Random(7);
        DiskSubject subject = new DiskSubject(options, new SimulatedDisk(random), opener);
        long nowMs = Simulation.START_MS;
        subject.begin(nowMs);
        subject.open(1, 0);
        for (int put = 1; put <= PUTS; put++) {
            byte[] payload = new byte[200 + random.nextInt(900)];
            random.nextBytes(payload);
            subject.submit(1, put, new Command.Put(QUEUE, ByteBuffer.wrap(payload), Put.options()));
            if (put > tasksMax) {
                subject.submit(1, -put, new Command.Delete(QUEUE, put - tasksMax, false));
            }
            subject.end();
            subject.begin(++nowMs);
        }
        subject.end();
        return subject;
    }

    /**
     * How many of a segment's batches were durable for sure: in the newest those that its end says so of, a TRIM before
     * it not among them.
     */
    private static int vouchedFor(SimulatedDisk disk, String name, List<Integer> batches) {
        int count = batches.size() - 1;
        if (segments(disk).stream().anyMatch(other -> number(disk, other) > number(disk, name))) {
            return count;
        }
        ByteBuffer bytes = bytes(disk.contents(name));
        long syncedThrough = bytes.getLong(batches.get(count - 1) + 16);
        return (int) IntStream.range(0, count)
                .filter(batch -> bytes.getLong(batches.get(batch) + 8) <= syncedThrough)
                .count();
    }

    /** Opens the damaged disk as if it were a new one, and the other as it is. */
    private Function<SimulatedDisk, Shard> forgetful() {
        List<SimulatedDisk> opened = new ArrayList<>();
        return disk -> {
            opened.add(disk);
            return opener.open(opened.size() == 1 ? new SimulatedDisk(new Random(1)) : disk, options);
        };
    }

    // --- The log, read by its lengths and sequences alone

    private static List<String> segments(SimulatedDisk disk) {
        List<String> log = new ArrayList<>();
        for (String name : disk.names()) {
            if (name.endsWith(".seg") && batches(disk.contents(name)).size() > 1) {
                log.add(name);
            }
        }
        return log;
    }

    private static long number(SimulatedDisk disk, String name) {
        return bytes(disk.contents(name)).getLong(24);
    }

    /** Where each batch begins, and the last one ends. */
    private static List<Integer> batches(byte[] segment) {
        ByteBuffer from = bytes(segment);
        List<Integer> batches = new ArrayList<>();
        int at = SEGMENT_HEADER_BYTES;
        batches.add(at);
        for (long sequence = from.getLong(40);
                at + 40 <= segment.length && from.getInt(at) == 0x5441_424D && from.getLong(at + 8) == sequence;
                sequence++) {
            at += from.getInt(at + 32);
            batches.add(at);
        }
        return batches;
    }

    private static ByteBuffer bytes(byte[] segment) {
        return ByteBuffer.wrap(segment).order(ByteOrder.LITTLE_ENDIAN);
    }
}
