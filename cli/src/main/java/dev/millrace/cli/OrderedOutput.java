package dev.millrace.cli;

import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Passes output on in the order of the items. What comes early waits on the disk, in a file an item, so that neither
 * its size nor its count needs memory, and so that it is still there after {@code kill -9}:
 *
 * <pre>
 *   printed    the last item whose output was passed on, and so were those before it: 8 bytes, big-endian
 *   17         of item 17: { bytes of standard output: 8 bytes }, standard output, standard error
 *   17.new     the same while it is written
 * </pre>
 *
 * <p>An item's file is whole before the item counts as done, and is deleted once it was passed on. So at the next call
 * a file of an item that is not done was in vain, and what is done without a file has nothing to pass on. Killed just
 * while something is passed on, that may be passed on again. To change the format: raise {@link JobRecord#FORMAT}.
 *
 * <p>Safe for use by several threads; files are written outside the lock.
 */
final class OrderedOutput implements Closeable {
    private static final String PRINTED = "printed";
    private static final String UNFINISHED_SUFFIX = ".new";
    private static final int BUFFER_BYTES = 16 << 10;

    private final Path folder;
    private final FileChannel printed;
    private final OutputRelay relay;
    private final StopSwitch stop;

    /** Whether an item was done when this call began. */
    private final LongPredicate wasDone;

    /** The item whose turn it is. */
    private long next;

    /** After a failure nothing more is passed on: what follows would stand in the wrong place. */
    private boolean broken;

    private OrderedOutput(Path folder, FileChannel printed, OutputRelay relay, StopSwitch stop, LongPredicate wasDone)
            throws IOException {
        this.folder = folder;
        this.printed = printed;
        this.relay = relay;
        this.stop = stop;
        this.wasDone = wasDone;
        ByteBuffer last = ByteBuffer.allocate(Long.BYTES);
        this.next = printed.read(last, 0) == Long.BYTES ? last.getLong(0) + 1 : 1;
    }

    /** Whether a call that kept the order left output here that waits for its turn. */
    static boolean isWaiting(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return false;
        }
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
            for (Path file : files) {
                if (number(file) > 0) {
                    return true;
                }
            }
        }
        return false;
    }

    /**
     * Goes on where the last call ended, and passes on what can be.
     *
     * @param wasDone which items are done already; they either have a file or nothing to pass on
     */
    static OrderedOutput open(Path folder, OutputRelay relay, StopSwitch stop, LongPredicate wasDone) throws IOException {
        Files.createDirectories(folder);
        FileChannel printed = FileChannel.open(
                folder.resolve(PRINTED), StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        OrderedOutput output = new OrderedOutput(folder, printed, relay, stop, wasDone);
        output.deleteWhatIsInVain();
        output.passOnWhatWaits();
        return output;
    }

    private void deleteWhatIsInVain() throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
            for (Path file : files) {
                long number = number(file);
                boolean isInVain = number > 0
                        ? number < next || !wasDone.test(number)
                        : file.toString().endsWith(UNFINISHED_SUFFIX);
                if (isInVain) {
                    Files.delete(file);
                }
            }
        }
    }

    /** The item whose file this is; 0 if it is none. */
    private static long number(Path file) {
        String name = file.getFileName().toString();
        boolean isNumber = !name.isEmpty() && name.length() <= 18 && name.chars().allMatch(unit -> unit >= '0' && unit <= '9');
        return isNumber ? Long.parseLong(name) : 0;
    }

    /**
     * Takes what came of an item: passes it on if it is its turn, else keeps it. An item that ran again after its turn,
     * since it was kicked, is passed on at once.
     *
     * @param result null for an item that was not run: it has nothing to pass on, but its turn
     * @return whether the item may count as done
     */
    boolean pass(long number, OutputRelay.@Nullable Output result) throws IOException {
        synchronized (this) {
            if (broken) {
                return false;
            }
            if (number <= next) {
                broken = result != null && !relay.pass(result, stop);
                if (broken) {
                    return false;
                }
                if (number == next) {
                    advance();
                    passOnWhatWaits();
                }
                return true;
            }
        }
        write(number, result);
        passOnWhatWaits();
        return true;
    }

    private void write(long number, OutputRelay.@Nullable Output result) throws IOException {
        Path unfinished = folder.resolve(number + UNFINISHED_SUFFIX);
        try (DataOutputStream out =
                new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(unfinished), BUFFER_BYTES))) {
            out.writeLong(result == null ? 0 : result.outBytes());
            if (result != null) {
                result.copyOut(out);
                result.copyErr(out);
            }
        }
        Files.move(unfinished, folder.resolve(Long.toString(number)), StandardCopyOption.ATOMIC_MOVE);
    }

    private synchronized void passOnWhatWaits() throws IOException {
        while (!broken) {
            Path file = folder.resolve(Long.toString(next));
            boolean isThere = Files.exists(file);
            if (!isThere && !wasDone.test(next)) {
                return;
            }
            if (isThere) {
                broken = !relay.pass(WaitingOutput.of(file), stop);
            }
            if (!broken) {
                advance();
                Files.deleteIfExists(file);
            }
        }
    }

    /** The turn is the next item's. */
    private void advance() throws IOException {
        printed.write(ByteBuffer.allocate(Long.BYTES).putLong(0, next), 0);
        next++;
    }

    @Override
    public void close() throws IOException {
        printed.close();
    }

    /** What a file holds. */
    private record WaitingOutput(Path file, long outBytes, long errBytes) implements OutputRelay.Output {
        static WaitingOutput of(Path file) throws IOException {
            try (DataInputStream in = new DataInputStream(Files.newInputStream(file))) {
                long outBytes = in.readLong();
                return new WaitingOutput(file, outBytes, Files.size(file) - Long.BYTES - outBytes);
            }
        }

        @Override
        public void copyOut(OutputStream target) throws IOException {
            copy(Long.BYTES, outBytes, target);
        }

        @Override
        public void copyErr(OutputStream target) throws IOException {
            copy(Long.BYTES + outBytes, errBytes, target);
        }

        private void copy(long from, long count, OutputStream target) throws IOException {
            byte[] buffer = new byte[BUFFER_BYTES];
            try (InputStream in = Files.newInputStream(file)) {
                in.skipNBytes(from);
                for (long left = count; left > 0; ) {
                    int length = in.readNBytes(buffer, 0, (int) Math.min(left, buffer.length));
                    if (length == 0) {
                        throw new EOFException(file + " is shorter than it says");
                    }
                    target.write(buffer, 0, length);
                    left -= length;
                }
            }
        }
    }
}
