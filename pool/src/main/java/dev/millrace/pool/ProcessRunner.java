package dev.millrace.pool;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Runs many short external commands, so many at once, and leaves none behind.
 *
 * <p><b>Idea.</b> Starting a process costs this large process more than a small one. So each slot keeps a {@linkplain
 * Shell resident shell} and feeds it commands, all words quoted, output redirected to scratch files. The shell leads a
 * session, hence a process group: a signal to the group reaches a command with all its children, and Ctrl-C at the
 * terminal reaches none of them; what that means is for the caller to decide. One more shell, the {@linkplain Guardian
 * guardian}, sends the signals, and clears everything away when the runner is closed or this process is gone, be it by
 * {@code kill -9}. What a command leaves running in the background belongs to its slot and ends with it, at the latest
 * when the runner is closed; only what makes a session of its own escapes.
 *
 * <p><b>Concurrency.</b> A caller borrows a slot and owns it until its handler has returned. A platform thread itself
 * writes to and reads from the shell's pipes: no hand-off, two system calls a command. Such a read would hold a virtual
 * thread's carrier for as long as the command runs; for virtual callers, therefore, a platform thread does it while
 * they park. All methods may be called from any thread.
 *
 * <p><b>Environment.</b> Commands get that of this process as a POSIX {@code sh} passes it on: {@code PWD} is set, and
 * some shells drop variables whose names are no identifiers.
 */
public final class ProcessRunner implements AutoCloseable {
    private final Path scratch;
    private final Guardian guardian;
    private final List<Slot> slots;

    /** The free slots, the last used first: its shell is warm. */
    private final ConcurrentLinkedDeque<Slot> free;

    /** One for each free slot. Fair, so that closing is not overtaken, nor is anyone who waits. */
    private final Semaphore permits;

    private final ScheduledThreadPoolExecutor clock;
    private final ExecutorService stand;
    private final AtomicBoolean closed = new AtomicBoolean();

    /** Whether everything is cleared away. Only touched with all permits in hand. */
    private boolean cleared;

    private ProcessRunner(RunnerOptions options, String shellProgram, Path scratch, Guardian guardian) {
        this.scratch = scratch;
        this.guardian = guardian;
        clock = new ScheduledThreadPoolExecutor(1, daemon("millrace-pool-clock"));
        clock.setRemoveOnCancelPolicy(true);
        stand = Executors.newCachedThreadPool(daemon("millrace-pool-slot"));
        List<Slot> made = new ArrayList<>();
        for (int index = 0; index < options.slots(); index++) {
            made.add(new Slot(index, scratch, shellProgram, guardian, clock, options.grace()));
        }
        slots = List.copyOf(made);
        free = new ConcurrentLinkedDeque<>(slots);
        permits = new Semaphore(options.slots(), true);
    }

    /**
     * Starts a runner: makes its scratch folder and starts its guardian. Shells start when first needed.
     *
     * @throws IOException with a message for a person, if this system has no {@code setsid} or {@code sh}, or if the
     *     scratch folder or the guardian cannot be had; nothing is left behind then
     */
    public static ProcessRunner start(RunnerOptions options) throws IOException {
        return start(options, "sh");
    }

    static ProcessRunner start(RunnerOptions options, String shellProgram) throws IOException {
        requireProgram("setsid", "it keeps commands apart from the terminal and comes with util-linux");
        requireProgram("sh", "every POSIX system has one");
        Path scratch = Files.createTempDirectory(options.scratchParent().toAbsolutePath(), "millrace-pool-");
        try {
            if (!Path.of(scratch.toString()).equals(scratch)) {
                throw new IOException("the locale cannot express the scratch folder's name " + scratch
                        + "; choose a scratch parent with a plain name, or a UTF-8 locale");
            }
            return new ProcessRunner(options, shellProgram, scratch, Guardian.start(scratch, options.slots()));
        } catch (IOException notStarted) {
            Files.delete(scratch);
            throw notStarted;
        }
    }

    /**
     * Runs a command and hands what came of it to {@code handler}, on this thread. Waits for a free slot, first come,
     * first served, then for the command. An exit code other than 0, a passed time limit and a lost shell are results,
     * not exceptions.
     *
     * @return what the handler returned
     * @throws IllegalStateException if the runner was closed before the command began
     * @throws InterruptedException if interrupted while waiting for a slot; the command was not run. Once it runs, an
     *     interrupt waits for its end
     * @throws IOException if the input cannot be read, or a shell or the guardian cannot be started: the command was
     *     not run; or if a scratch file is gone or the guardian fails for good: it may have run
     * @throws X what the handler threw
     */
    public <T extends @Nullable Object, X extends Exception> T run(ProcessRequest request, ResultHandler<T, X> handler)
            throws IOException, InterruptedException, X {
        requireOpen();
        permits.acquire();
        try {
            requireOpen();
            Slot slot = free.pop();
            try {
                ProcessResult result =
                        Thread.currentThread().isVirtual() ? runElsewhere(slot, request) : slot.run(request);
                try {
                    return handler.handle(result);
                } finally {
                    slot.release(result);
                }
            } finally {
                free.push(slot);
            }
        } finally {
            permits.release();
        }
    }

    /**
     * Takes no more commands, waits until those that run have ended and their handlers have returned, then clears
     * everything away: shells, what was left in the background, scratch files. An interrupt waits. Closing again has no
     * effect but to wait likewise. Not to be called from a handler, for whose return it would wait.
     *
     * @throws IOException if the guardian failed, so that something may be left
     */
    @Override
    public void close() throws IOException {
        closed.set(true);
        permits.acquireUninterruptibly(slots.size());
        try {
            clear();
        } finally {
            permits.release(slots.size());
        }
    }

    /**
     * As {@link #close()}, but ends the commands that still run after {@code patience}: SIGTERM, and SIGKILL after the
     * grace. Their handlers run, and may find {@link ProcessEnd#RUNNER_CLOSED}. While another thread is closing without
     * such a bound, this may be called to hurry it. If interrupted, patience is over at once, and the interrupt is
     * kept.
     *
     * @param patience zero or less for none
     * @throws IOException as {@link #close()}
     */
    public void close(Duration patience) throws IOException {
        closed.set(true);
        boolean interrupted = false;
        try {
            if (permits.tryAcquire(slots.size(), TimeUnit.NANOSECONDS.convert(patience), TimeUnit.NANOSECONDS)) {
                permits.release(slots.size());
            } else {
                slots.forEach(Slot::cut);
            }
        } catch (InterruptedException hurry) {
            interrupted = true;
            slots.forEach(Slot::cut);
        }
        close();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void requireOpen() {
        if (closed.get()) {
            throw new IllegalStateException("the process runner is closed; start another");
        }
    }

    /** Runs it on a platform thread; there are at most as many of these as slots. */
    private ProcessResult runElsewhere(Slot slot, ProcessRequest request) throws IOException {
        CompletableFuture<ProcessResult> result = CompletableFuture.supplyAsync(
                () -> {
                    try {
                        return slot.run(request);
                    } catch (IOException failure) {
                        throw new UncheckedIOException(failure);
                    }
                },
                stand);
        try {
            return result.join();
        } catch (CompletionException failed) {
            if (failed.getCause() instanceof UncheckedIOException wrapped) {
                throw wrapped.getCause();
            }
            throw failed;
        }
    }

    /** With all permits in hand. The guardian kills the shells with their groups; then they are gone for sure. */
    private void clear() throws IOException {
        if (cleared) {
            return;
        }
        cleared = true;
        clock.shutdownNow();
        stand.shutdown();
        guardian.close();
        slots.forEach(Slot::close);
        if (Files.exists(scratch)) {
            throw new IOException("the scratch folder " + scratch + " could not be deleted; what it holds is not in use");
        }
    }

    private static void requireProgram(String name, String purpose) throws IOException {
        if (Executable.find(name) instanceof ExecutableLookup.Missing) {
            throw new IOException("Running commands needs the program " + name + " on PATH: " + purpose + ".");
        }
    }

    private static ThreadFactory daemon(String name) {
        return task -> {
            Thread thread = new Thread(task, name);
            thread.setDaemon(true);
            return thread;
        };
    }
}
