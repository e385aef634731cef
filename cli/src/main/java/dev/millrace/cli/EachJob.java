package dev.millrace.cli;

import dev.millrace.api.Millrace;
import dev.millrace.api.QueueStats;
import dev.millrace.api.TaskInfo;
import dev.millrace.api.TaskPage;
import dev.millrace.api.TaskQueue;
import dev.millrace.api.TaskState;
import dev.millrace.pool.ProcessRunner;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * One call of `each`.
 *
 * <p><b>Idea.</b> The job is a queue in a folder. The loader puts the items, the workers take and run them, and what is
 * done leaves the queue; so whatever ends this process, the queue knows what is left. An item's number is the sequence of
 * its put, so the queue also knows how far loading came. What the queue cannot know lies beside it: whether the input is
 * the one it was ({@link HashFile}), and what came of each item ({@link Results}).
 *
 * <p><b>Order.</b> Nothing is changed before the input was compared with what is known. Then the results file is made to
 * agree with the queue; then commands run, while the rest of the input is loaded.
 *
 * <p><b>Threads.</b> The loader's, which reads; the workers', one for each command that may run; this one, which waits; the
 * display's. The {@link StopSwitch} ends them all, whoever throws it.
 */
final class EachJob {
    private static final int PAGE = 10_000;

    private final EachOptions options;
    private final Console console;
    private final JobFolder folder;
    private final OutputRelay relay;
    private final StopSwitch stop = new StopSwitch();
    private final Stopping stopping;

    EachJob(EachOptions options, Console console) {
        this.options = options;
        this.console = console;
        this.folder = new JobFolder(options.folder());
        this.relay = new OutputRelay(console);
        this.stopping = new Stopping(stop, relay);
    }

    static ItemReader reader(EachOptions options, InputStream input) {
        byte separator = (byte) (options.mode() == ItemSource.Mode.NUL ? 0 : '\n');
        return new ItemReader(input, separator, JobFolder.ITEM_BYTES_MAX);
    }

    int run(InputStream input) throws IOException, InterruptedException {
        requireResultsUsable();
        if (options.fresh()) {
            folder.forget();
        }
        requireResultsOfThisJob();
        console.signals().onSignal(stopping::onSignal);
        try (Millrace mill = folder.open()) {
            return run(input, mill);
        }
    }

    private int run(InputStream input, Millrace mill) throws IOException, InterruptedException {
        TaskQueue<byte[]> queue = mill.queue(JobFolder.QUEUE);
        JobRecord before = folder.readRecord(mill);
        long last = queue.lastSequence(JobFolder.QUEUE);
        FinishedInputs finished = new FinishedInputs(folder.inputs());
        try (HashFile hashes = HashFile.open(folder.hashes())) {
            Loader loader = new Loader(
                    new ItemSource(reader(options, input), options.mode()),
                    new Loader.Known(options.name(), last, hashes, finished, options.add()),
                    queue,
                    stop);
            LoaderThread loading = new LoaderThread(loader);
            loading.awaitCompared();
            if (stop.cause() != null) {
                return new EachSummary(options, folder, console).stoppedBeforeStart(stop.cause());
            }
            if (!options.keepOrder() && OrderedOutput.isWaiting(folder.order())) {
                throw RefusedException.usage("job " + options.name() + " keeps output that waits for its turn, from a call with"
                        + " --keep-order; give that option again, or start over with --fresh");
            }
            recordJob(before, last);
            long recovered = options.results() == null ? 0 : repairResults(queue, options.results(), last);
            int exitCode;
            try (OrderedOutput ordered = options.keepOrder() ? openOrdered(queue, last) : null) {
                exitCode = run(queue, loading, ordered, last, recovered);
            }
            if (loading.loader.coversAll() && stop.cause() == null) {
                finished.add(loader.storedLast(), loader.hashValue());
            }
            return exitCode;
        }
    }

    private int run(
            TaskQueue<byte[]> queue, LoaderThread loading, @Nullable OrderedOutput ordered, long last, long recovered)
            throws IOException, InterruptedException {
        QueueStats stats = queue.stats();
        Backlog backlog = new Backlog(stats.ready() + stats.delayed());
        Progress progress = new Progress(backlog, loading.loader, inputBytes());
        long doneBefore = last - stats.total();
        stop.onStop(backlog::giveUp);
        try (Results results = options.results() == null ? null : Results.append(options.results());
                ProcessRunner commands = stopping.startRunner(options.concurrency())) {
            Acks acks = new Acks(stop);
            EachItems items = new EachItems(new EachItems.Tools(
                    options, commands, relay, ordered, results, folder.output(), backlog, progress, acks, stop));
            Workers workers = new Workers("each", options.concurrency(), queue.async(), items, stop);
            stop.onStop(workers::withdraw);
            stop.onStop(loading::interrupt);
            loading.go(backlog);
            workers.start();
            ProgressDisplay display = options.quiet() ? null : ProgressDisplay.start(progress, relay, console);
            backlog.awaitEnd();
            workers.withdraw();
            workers.await();
            acks.await();
            if (display != null) {
                display.end();
            }
        }
        return new EachSummary(options, folder, console)
                .ended(queue, progress, loading.loader, doneBefore, recovered, stop.cause());
    }

    // --- Before it starts

    private void requireResultsUsable() {
        Path results = options.results();
        if (results != null && Files.exists(results) && !Files.isRegularFile(results)) {
            throw RefusedException.usage("--results=" + results + " is not a regular file; name one, or a new one");
        }
        Path parent = results == null ? null : results.toAbsolutePath().getParent();
        if (parent != null && !Files.isDirectory(parent)) {
            throw RefusedException.usage("--results=" + results + ": the folder " + parent + " does not exist");
        }
        if (results != null && !Files.isWritable(Files.exists(results) ? results : parent)) {
            throw RefusedException.usage("--results=" + results + " cannot be written by this user");
        }
    }

    /** A new job must not add to a file that has results already: they would be there twice, or of something else. */
    private void requireResultsOfThisJob() throws IOException {
        Path results = options.results();
        if (results == null || !Files.exists(results) || Files.size(results) == 0) {
            return;
        }
        if (options.fresh()) {
            Files.newByteChannel(results, java.nio.file.StandardOpenOption.WRITE, java.nio.file.StandardOpenOption.TRUNCATE_EXISTING)
                    .close();
        } else if (!Files.exists(folder.record())) {
            throw RefusedException.usage("--results=" + results + " exists, and job " + options.name()
                    + " is new; name a new file, or give --fresh to write it anew");
        }
    }

    private void recordJob(@Nullable JobRecord before, long last) throws IOException {
        Path results = options.results();
        JobRecord now = new JobRecord(
                options.commandShown(),
                options.fingerprint(),
                results == null ? "" : results.toAbsolutePath().normalize().toString());
        if (now.equals(before)) {
            return;
        }
        if (before != null && last > 0) {
            // Allowed: to mend a command and go on is what a name is good for. Only a job that was named comes here.
            if (!before.fingerprint().equals(now.fingerprint())) {
                console.say("job " + options.name() + " was begun with another command (" + before.command()
                        + "); what that one did stays done, --fresh runs all items with this one");
            }
            if (!before.results().equals(now.results())) {
                console.say("results of items done before are "
                        + (before.results().isEmpty() ? "nowhere" : "in " + before.results()) + ", not in this file");
            }
        }
        now.write(folder.record());
    }

    /** Makes the results file agree with the queue; how many items turned out to be done. */
    private long repairResults(TaskQueue<byte[]> queue, Path results, long last) throws IOException {
        if (!ResultsRepair.isThere(results)) {
            return 0;
        }
        Unfinished unfinished = Unfinished.of(queue, PAGE);
        ResultsRepair repair = new ResultsRepair(results, unfinished.numbers(), last);
        repair.run();
        repair.succeeded().stream().forEach(index -> queue.delete(unfinished.id(index)));
        return repair.succeeded().cardinality();
    }

    private OrderedOutput openOrdered(TaskQueue<byte[]> queue, long last) throws IOException {
        long[] unfinished = Unfinished.of(queue, PAGE).numbers();
        return OrderedOutput.open(
                folder.order(), relay, stop, number -> number <= last && Arrays.binarySearch(unfinished, number) < 0);
    }

    private long inputBytes() throws IOException {
        Path input = options.input();
        return input != null && Files.isRegularFile(input) ? Files.size(input) : -1;
    }

    // --- Loading

    /** The loader on its thread, which may be stuck in a read when all others have ended; so it is a daemon. */
    private final class LoaderThread {
        private final Loader loader;
        private final Thread thread;
        private final CompletableFuture<@Nullable Void> compared = new CompletableFuture<>();
        private final CountDownLatch mayLoad = new CountDownLatch(1);
        private volatile @Nullable Backlog backlog;

        LoaderThread(Loader loader) {
            this.loader = loader;
            this.thread = Thread.ofPlatform().daemon().name("millrace-each-loader").unstarted(this::run);
            stop.onStop(() -> compared.complete(null));
            thread.start();
        }

        void awaitCompared() throws IOException, InterruptedException {
            try {
                compared.get();
            } catch (ExecutionException failure) {
                switch (failure.getCause()) {
                    case RefusedException refused -> throw refused;
                    case IOException unreadable ->
                        throw RefusedException.usage("reading the input failed: " + Failures.told(unreadable));
                    case null, default -> throw new IllegalStateException(failure);
                }
            }
        }

        void go(Backlog filled) {
            backlog = filled;
            mayLoad.countDown();
        }

        void interrupt() {
            thread.interrupt();
        }

        private void run() {
            try {
                loader.skipKnown();
            } catch (IOException | RuntimeException failure) {
                compared.completeExceptionally(failure);
                return;
            }
            compared.complete(null);
            try {
                mayLoad.await();
                loader.load(java.util.Objects.requireNonNull(backlog));
            } catch (InterruptedException | InterruptedIOException stopped) {
                // Whoever threw the switch says why.
            } catch (IOException | RuntimeException failure) {
                stop.stop(ExitCode.STOPPED, "loading failed: " + Loader.told(failure));
            }
        }
    }

    /** The items that are ready or delayed, by number, with their tasks' ids. */
    private record Unfinished(long[] numbers, long[] ids) {
        static Unfinished of(TaskQueue<byte[]> queue, int page) {
            long[][] pairs = new long[16][];
            int count = 0;
            for (TaskState state : new TaskState[] {TaskState.READY, TaskState.DELAYED}) {
                long cursor = 0;
                do {
                    TaskPage<byte[]> tasks = queue.list(state, cursor, page);
                    for (TaskInfo<byte[]> task : tasks.tasks()) {
                        NumberedItem item = NumberedItem.read(task.payload());
                        if (item != null) {
                            if (count == pairs.length) {
                                pairs = Arrays.copyOf(pairs, 2 * count);
                            }
                            pairs[count++] = new long[] {item.number(), task.id().number()};
                        }
                    }
                    cursor = tasks.nextCursor();
                } while (cursor != 0);
            }
            long[][] sorted = Arrays.copyOf(pairs, count);
            Arrays.sort(sorted, (one, other) -> Long.compare(one[0], other[0]));
            return new Unfinished(
                    Arrays.stream(sorted).mapToLong(pair -> pair[0]).toArray(),
                    Arrays.stream(sorted).mapToLong(pair -> pair[1]).toArray());
        }

        dev.millrace.api.TaskId id(int index) {
            return new dev.millrace.api.TaskId(JobFolder.QUEUE, ids[index]);
        }
    }
}
