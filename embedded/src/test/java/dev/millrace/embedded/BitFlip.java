package dev.millrace.embedded;

import dev.millrace.api.MillraceException;
import dev.millrace.api.engine.Command;
import dev.millrace.testkit.model.Cast;
import dev.millrace.testkit.model.Difference;
import dev.millrace.testkit.model.Event;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import java.util.zip.CRC32C;

/**
 * One flipped bit on a disk at rest. An engine that opens it must refuse it and name file and offset; or show exactly
 * what it shows without the damage, which then hit nothing that matters; or have lost the damaged batch and what
 * followed, if nothing bears witness that the batch had been durable. docs/FORMATS.md says why the last cannot be told
 * from a torn tail.
 */
final class BitFlip {
    private static final int SEGMENT_HEADER_BYTES = 4096;
    private static final int HEADER_CRC_AT = 72;
    private static final int BATCH_HEADER_BYTES = 40;

    private final SimulatedDisk disk;
    private final String name;
    private final int offset;
    private final int bit;

    BitFlip(SimulatedDisk disk, Random dice) {
        this.disk = disk;
        List<String> names = new ArrayList<>(disk.names());
        names.removeIf(each -> disk.bytes(each) == 0 || each.equals("lock"));
        name = names.get(dice.nextInt(names.size()));
        int length = disk.bytes(name);
        offset = dice.nextInt(3) == 0 ? dice.nextInt(Math.min(length, 128)) : dice.nextInt(length);
        bit = dice.nextInt(8);
    }

    BitFlip(SimulatedDisk disk, String name, int offset, int bit) {
        this.disk = disk;
        this.name = name;
        this.offset = offset;
        this.bit = bit;
    }

    void requireNoticed(Function<SimulatedDisk, Shard> opening) {
        SimulatedDisk damaged = disk.copy();
        damaged.flip(name, offset, bit);
        List<byte[]> before = contents(damaged);
        List<Event> seen;
        try {
            seen = look(opening.apply(damaged));
        } catch (MillraceException e) {
            DiskSubject.requireNamed(e, name.substring(name.lastIndexOf('/') + 1));
            requireUnchanged(before, contents(damaged));
            return;
        }
        List<Event> expected = look(opening.apply(disk.copy()));
        if (!seen.equals(expected) && hasWitness()) {
            throw new Difference("bit " + bit + " at offset " + offset + " of " + name + " was flipped, and nobody noticed: "
                    + seen + " instead of " + expected);
        }
    }

    private static List<byte[]> contents(SimulatedDisk disk) {
        return disk.names().stream().filter(name -> !name.equals("lock")).map(disk::contents).toList();
    }

    private static void requireUnchanged(List<byte[]> before, List<byte[]> after) {
        for (int index = 0; index < before.size(); index++) {
            if (before.size() != after.size() || !Arrays.equals(before.get(index), after.get(index))) {
                throw new Difference("a damaged folder was refused, but changed");
            }
        }
    }

    private static List<Event> look(Shard shard) {
        Reader reader = new Reader(shard);
        reader.begin(shard.nowMs());
        reader.open(1, 0);
        long token = 0;
        for (Command command : Cast.small().looks()) {
            reader.submit(1, ++token, command);
        }
        List<Event> seen = reader.end();
        shard.abandon();
        return seen;
    }

    /** Whether a batch after the damaged one, or a segment after it, says that the damaged one had been durable. */
    private boolean hasWitness() {
        byte[] bytes = disk.contents(name);
        ByteBuffer from = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        if (isFollowedBySegment(from.getLong(24))) {
            return true;
        }
        if (offset < SEGMENT_HEADER_BYTES) {
            // Without a whole batch the newest segment cannot be told from a torn roll; nobody was promised anything in
            // it.
            boolean isFirstBatchThere =
                    bytes.length >= SEGMENT_HEADER_BYTES && isBatch(from, SEGMENT_HEADER_BYTES, from.getLong(40));
            return !name.endsWith(".seg") || isFirstBatchThere;
        }
        long damaged = 0;
        long sequence = from.getLong(40);
        int end;
        for (int at = SEGMENT_HEADER_BYTES; isBatch(from, at, sequence); at = end, sequence++) {
            end = at + from.getInt(at + 32);
            if (offset >= at && offset < end) {
                damaged = sequence;
            } else if (damaged != 0 && from.getLong(at + 16) >= damaged) {
                return true;
            }
        }
        return false;
    }

    /**
     * Whether a batch header of this sequence is there, and whole. Behind the last batch of a recycled slot anything
     * may lie that looks like one, even the middle of an older one's payload.
     */
    private static boolean isBatch(ByteBuffer segment, int at, long sequence) {
        if (at < 0 || at + BATCH_HEADER_BYTES > segment.capacity() || segment.getLong(at + 8) != sequence) {
            return false;
        }
        return segment.getInt(at + 4) == checksum(segment, at, at + 8, BATCH_HEADER_BYTES - 8);
    }

    /** Salted as what begins at {@code at} is. */
    private static int checksum(ByteBuffer segment, int at, int from, int length) {
        CRC32C crc = new CRC32C();
        crc.update(segment.array(), from, length);
        long salt = mixed(mixed(mixed(segment.getLong(16)) + segment.getLong(24)) + at) >>> 32;
        return (int) (crc.getValue() ^ salt);
    }

    private static long mixed(long value) {
        long z = value + 0x9E37_79B9_7F4A_7C15L;
        z = (z ^ z >>> 30) * 0xBF58_476D_1CE4_E5B9L;
        z = (z ^ z >>> 27) * 0x94D0_49BB_1331_11EBL;
        return z ^ z >>> 31;
    }

    /** A header that a crash has torn is none, even where its number is written already. */
    private boolean isFollowedBySegment(long number) {
        for (String each : disk.names()) {
            byte[] bytes = disk.contents(each);
            ByteBuffer segment = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
            boolean isSegment = each.endsWith(".seg") && bytes.length >= SEGMENT_HEADER_BYTES;
            if (isSegment
                    && segment.getLong(24) == number + 1
                    && segment.getInt(HEADER_CRC_AT) == checksum(segment, 0, 0, HEADER_CRC_AT)) {
                return true;
            }
        }
        return false;
    }

    /** A shard that is only looked at. */
    private static final class Reader extends ShardSubject {
        Reader(Shard shard) {
            super(shard);
        }

        @Override
        boolean isIdle() {
            return true;
        }

        @Override
        boolean mayBreak() {
            return false;
        }

        @Override
        public boolean closeInOrder() {
            throw new UnsupportedOperationException("only looked at");
        }

        @Override
        public void kill(boolean losesPower, long seed) {
            throw new UnsupportedOperationException("only looked at");
        }

        @Override
        public long openAgain(long wallMs) {
            throw new UnsupportedOperationException("only looked at");
        }

        @Override
        public void fault(String fault, long amount) {
            throw new UnsupportedOperationException("only looked at");
        }

        @Override
        public boolean outlives(boolean losesPower) {
            return false;
        }

        @Override
        public boolean mayBeOverloaded() {
            return false;
        }
    }
}
