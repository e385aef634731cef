package dev.millrace.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How many items are in the queue and neither done nor buried. It bounds how far loading runs ahead of the commands,
 * and tells when all is done. Safe for use by several threads.
 */
final class Backlog {
    /** The most items that wait in the queue: enough to hide any delay of loading, few enough to cost nothing. */
    static final int AHEAD_MAX = 10_000;

    private final Semaphore room;
    private final AtomicLong unfinished;
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile boolean loaded;

    /** There are already so many; kicked ones may have made them more than the bound. */
    Backlog(long already) {
        room = new Semaphore((int) Math.max(Integer.MIN_VALUE / 2, AHEAD_MAX - already));
        unfinished = new AtomicLong(already);
    }

    long unfinished() {
        return unfinished.get();
    }

    boolean isLoaded() {
        return loaded;
    }

    /** Makes room for one more at once, if there is any. */
    boolean tryAdd() {
        if (!room.tryAcquire()) {
            return false;
        }
        unfinished.incrementAndGet();
        return true;
    }

    /** Waits for room for one more. */
    void add() throws InterruptedException {
        room.acquire();
        unfinished.incrementAndGet();
    }

    void finished() {
        room.release();
        unfinished.decrementAndGet();
        checkEnd();
    }

    /** Nothing more will be added. */
    void allLoaded() {
        loaded = true;
        checkEnd();
    }

    /** Ends the waiting, although work is left. */
    void giveUp() {
        ended.countDown();
    }

    void awaitEnd() throws InterruptedException {
        ended.await();
    }

    private void checkEnd() {
        if (loaded && unfinished.get() == 0) {
            ended.countDown();
        }
    }
}
