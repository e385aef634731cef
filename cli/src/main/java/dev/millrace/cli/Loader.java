package dev.millrace.cli;

import dev.millrace.api.MillraceException;
import dev.millrace.api.Put;
import dev.millrace.api.TaskQueue;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Reads the input: compares what an earlier call had loaded, then puts the rest.
 *
 * <p>An item's number is its producer's sequence. Its hash is written before it is put, so the hash file always covers
 * the last item stored. Belongs to one thread, which may be stuck in a read for as long as nobody writes; the others
 * ask only for the counters.
 */
final class Loader {
    /** Items that are put at once. */
    private static final int BATCH_MAX = 64;
    /**
     * A batch of so many bytes is put without waiting for more; with the item that reaches it, far below the engine's
     * limit.
     */
    private static final int BATCH_BYTES = 4 << 20;

    private static final int SHOWN_BYTES = 60;

    /** What the input is compared with. */
    record Known(String job, String producer, long last, HashFile hashes, FinishedInputs finished, boolean add) {}

    private final ItemSource source;
    private final Known known;
    private final TaskQueue<byte[]> queue;
    private final StopSwitch stop;
    private final InputHash hash;
    private final List<NumberedItem> batch = new ArrayList<>();
    private long batchBytes;
    private final AtomicLong storedLast;

    /** The last item that was read, and so the next one's number less one. */
    private volatile long number;

    private volatile boolean inputEnded;

    Loader(ItemSource source, Known known, TaskQueue<byte[]> queue, StopSwitch stop) {
        this.source = source;
        this.known = known;
        this.queue = queue;
        this.stop = stop;
        // Added items are compared with those of the call before, if that did not come to its end.
        this.number = known.add() ? known.finished().lastEnd() : 0;
        this.hash = new InputHash(known.finished().hash(number));
        this.storedLast = new AtomicLong(known.last());
    }

    /** The last item that is in the queue for sure, or was. */
    long storedLast() {
        return storedLast.get();
    }

    long bytesRead() {
        return source.reader().bytesRead();
    }

    /** The hash over all items read, once {@link #load} has returned. */
    long hashValue() {
        return hash.value();
    }

    /** Whether the input was read to its end, and all that was ever loaded is in it. */
    boolean coversAll() {
        return inputEnded && number == storedLast.get();
    }

    // --- What is known

    /**
     * Reads the items that were loaded before, and compares them.
     *
     * @throws RefusedException if they differ
     */
    void skipKnown() throws IOException {
        long same = number;
        while (number < known.last()) {
            Item item = source.next();
            if (item == null) {
                requireEndKnown();
                inputEnded = true;
                return;
            }
            long itsNumber = number + 1;
            long itsHash = hash.add(item);
            boolean differs = known.hashes().knows(itsNumber) && known.hashes().hash(itsNumber) != itsHash
                    || known.finished().isEnd(itsNumber) && known.finished().hash(itsNumber) != itsHash;
            if (differs) {
                throw different(same + 1, itsNumber, item);
            }
            if (known.hashes().knows(itsNumber)) {
                same = itsNumber;
            }
            number = itsNumber;
        }
    }

    private RefusedException different(long from, long to, Item item) {
        String which = from == to
                ? "item " + to + ", now '" + Text.shown(item.bytes(), SHOWN_BYTES) + "', differs"
                : "an item from " + from + " to " + to + " differs";
        return RefusedException.usage("job " + known.job() + " was loaded with other input: " + which + "; " + remedy());
    }

    private void requireEndKnown() {
        if (!known.add() && known.finished().isEnd(number)) {
            return;
        }
        throw RefusedException.usage("job " + known.job() + " was loaded with other input: this one ends after item " + number
                + ", but " + known.last() + " were loaded; " + remedy());
    }

    private String remedy() {
        return known.add()
                ? "an earlier call with those items was interrupted: repeat it as it was first, or start over with --fresh"
                : "--fresh forgets the job and starts over, --add takes these as further items";
    }

    // --- The rest

    /**
     * Puts all further items; returns at the end of the input, or when stopped.
     *
     * @throws InterruptedIOException if interrupted within a read
     */
    void load(Backlog backlog) throws IOException, InterruptedException {
        source.reader().beforeRead(this::putBatch);
        while (!inputEnded && !stop.isOn()) {
            Item item = source.next();
            if (item == null) {
                inputEnded = true;
            } else {
                add(item, backlog);
            }
        }
        putBatch();
        backlog.allLoaded();
    }

    private void add(Item item, Backlog backlog) throws IOException, InterruptedException {
        number++;
        known.hashes().add(number, hash.add(item));
        NumberedItem numbered = NumberedItem.of(number, item);
        batch.add(numbered);
        batchBytes += numbered.bytes().length;
        if (!backlog.tryAdd()) {
            // What waits here may be all that would make room.
            putBatchButLast();
            backlog.add();
        }
        if (batch.size() == BATCH_MAX || batchBytes >= BATCH_BYTES) {
            putBatch();
        }
    }

    private void putBatchButLast() throws IOException {
        NumberedItem last = batch.removeLast();
        putBatch();
        batch.add(last);
        batchBytes = last.bytes().length;
    }

    /**
     * The batch is stored as a whole or not at all, one after the other: what is missing after a failure is at the end.
     */
    private void putBatch() throws IOException {
        if (batch.isEmpty()) {
            return;
        }
        if (stop.isOn()) {
            throw new InterruptedIOException();
        }
        known.hashes().write();
        long first = batch.getFirst().number();
        List<byte[]> payloads = batch.stream().map(NumberedItem::payload).toList();
        try {
            queue.putAll(payloads, Put.options().withProducer(known.producer(), first));
            storedLast.set(first + batch.size() - 1);
        } catch (MillraceException failure) {
            stop.stop(ExitCode.STOPPED, told(failure));
        }
        batch.clear();
        batchBytes = 0;
    }

    static String told(Throwable failure) {
        Throwable cause = failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        return switch (cause) {
            case MillraceException known -> Failures.told(known);
            case RefusedException refused -> refused.told();
            case IOException io -> Failures.told(io);
            default -> cause.toString();
        };
    }
}
