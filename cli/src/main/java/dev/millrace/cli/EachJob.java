package dev.millrace.cli;

import dev.millrace.api.QueueStats;
import dev.millrace.api.TaskQueue;
import dev.millrace.pool.ProcessRunner;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * One call of `each`.
 *
 * <p><b>Idea.</b> The job is a queue in a folder. The loader puts the items, the workers take and run them, and what is
 * done leaves the queue; so whatever ends this process, the queue knows what is left. An item's number is the sequence
 * of its put, so the queue also knows how far loading came. What the queue cannot know lies beside it: whether the
 * input is the one it was ({@link HashFile}), and what came of each item ({@link Results}).
 *
 * <p><b>On a server</b> ({@link JobPlace}) the queue is there, and what lies beside it here. Other machines take items
 * as well, and report what came of them, which is passed on and counted as if it had been run here.
 *
 * <p><b>Order.</b> Nothing is changed before the input was compared with what is known. Then the results file is made
 * to agree with the queue; then commands run, while the rest of the input is loaded.
 *
 * <p><b>Threads.</b> The loader's, which reads; the workers', one for each command that may run; this one, which waits;
 * the display's. The {@link StopSwitch} ends them all, whoever throws it.
 */
final class EachJob {
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

    static ItemReader reader(EachOptions options, InputStream input, int itemBytesMax) {
        byte separator = (byte) (options.mode() == ItemSource.Mode.NUL ? 0 : '\n');
        return new ItemReader(input, separator, itemBytesMax);
    }

    int run(InputStream input) throws IOException, InterruptedException {
        requireResultsUsable();
        String at = options.at();
        if (options.fresh() && at == null) {
            folder.forget();
        }
        requireResultsOfThisJob();
        console.signals().onSignal(stopping::onSignal);
        try (JobPlace opened = at == null
                ? JobPlace.inFolder(folder)
                : JobPlace.onServer(folder, at, options.name(), options.fresh())) {
            return run(input, opened);
        }
    }

    private int run(InputStream input, JobPlace place) throws IOException, InterruptedException {
        JobRecord before = place.readRecord();
        String producer = place.producer(before);
        FinishedInputs finished = new FinishedInputs(folder.inputs());
        try (HashFile hashes = HashFile.open(folder.hashes())) {
            long last = place.lastNumber(producer, hashes);
            Loader loader = new Loader(
                    new ItemSource(reader(options, input, place.itemBytesMax()), options.mode()),
                    new Loader.Known(options.name(), producer, last, hashes, finished, options.add()),
                    place.items(),
                    stop);
            LoaderThread loading = new LoaderThread(loader);
            loading.awaitCompared();
            if (stop.cause() != null) {
                return new EachSummary(options, place.shown(), console).stoppedBeforeStart(stop.cause());
            }
            if (!options.keepOrder() && OrderedOutput.isWaiting(folder.order())) {
                throw RefusedException.usage("job " + options.name() + " keeps output that waits for its turn, from a call with"
                        + " --keep-order; give that option again, or start over with --fresh");
            }
            recordJob(place, before, producer, last);
            if (options.results() != null) {
                repairResults(place, options.results(), last);
            }
            int exitCode;
            try (OrderedOutput ordered = options.keepOrder() ? openOrdered(place, last) : null) {
                exitCode = run(place, loading, ordered, last);
            }
            if (loading.loader.coversAll() && stop.cause() == null) {
                finished.add(loader.storedLast(), loader.hashValue());
            }
            return exitCode;
        }
    }

    private int run(JobPlace place, LoaderThread loading, @Nullable OrderedOutput ordered, long last)
            throws IOException, InterruptedException {
        QueueStats stats = place.items().stats();
        long left = place.isShared() ? Unfinished.of(place).numbers().length : stats.ready() + stats.delayed();
        Backlog backlog = new Backlog(left);
        Progress progress = new Progress(backlog, loading.loader, inputBytes());
        long doneBefore = last - left - stats.buried();
        Finished finished = place.isShared() ? new Finished() : null;
        JobTally tally = new JobTally(progress, backlog, finished, options.failFast(), stop);
        stop.onStop(backlog::giveUp);
        try (Results results = options.results() == null ? null : Results.append(options.results());
                ProcessRunner commands = stopping.startRunner(Math.max(1, options.concurrency()))) {
            PrintedOutcomes outcomes = new PrintedOutcomes(relay, ordered, results, folder.output(), stop);
            Acks acks = new Acks(stop);
            Queue<Long> lost = new ConcurrentLinkedQueue<>();
            EachItems.Lost onLost = place.isShared()
                    ? (task, item) -> lost.add(task.id().number())
                    : (task, item) -> stop.stop(ExitCode.STOPPED, "item " + item.number() + " was lost");
            EachItems items =
                    new EachItems(new EachItems.Tools(options, commands, outcomes, finished, tally, acks, onLost, stop));
            List<Workers> all = new ArrayList<>();
            all.add(new Workers("each", options.concurrency(), place.items().async(), noting(place, items), stop));
            TaskQueue<byte[]> reports = place.reports();
            if (reports != null && finished != null) {
                Reports reported = new Reports(outcomes, finished, tally, relay, stop);
                all.add(new Workers("reports", 1, reports.async(), noting(place, reported), stop));
            }
            place.begin();
            run(all, backlog, progress, loading);
            acks.await();
            place.remove(lost);
        }
        if (stop.cause() == null) {
            place.complete();
        }
        return new EachSummary(options, place.shown(), console)
                .ended(place.items(), progress, loading.loader, doneBefore, stop.cause());
    }

    /** Has noted that there are items, before the first one is handled: from then on some may be done. */
    private Workers.Handler noting(JobPlace place, Workers.Handler handler) {
        return (task, workers) -> {
            try {
                place.noteHad();
            } catch (IOException failure) {
                stop.stop(ExitCode.STOPPED, Failures.told(failure));
                return;
            }
            handler.handle(task, workers);
        };
    }

    /** Has it all run, and waits for its end. */
    private void run(List<Workers> all, Backlog backlog, Progress progress, LoaderThread loading) throws InterruptedException {
        all.forEach(workers -> stop.onStop(workers::withdraw));
        stop.onStop(loading::interrupt);
        loading.go(backlog);
        all.forEach(Workers::start);
        ProgressDisplay display = options.quiet() ? null : ProgressDisplay.start(progress, relay, console);
        backlog.awaitEnd();
        all.forEach(Workers::withdraw);
        for (Workers workers : all) {
            workers.await();
        }
        if (display != null) {
            display.end();
        }
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

    private void recordJob(JobPlace place, @Nullable JobRecord before, String producer, long last) throws IOException {
        Path results = options.results();
        JobRecord now = place.record(
                options.commandShown(),
                options.fingerprint(),
                results == null ? "" : results.toAbsolutePath().normalize().toString(),
                producer);
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

    /** Makes the results file agree with the queue, which items leave that turn out to be done. */
    private void repairResults(JobPlace place, Path results, long last) throws IOException {
        if (!ResultsRepair.isThere(results)) {
            return;
        }
        Unfinished unfinished = Unfinished.of(place);
        ResultsRepair repair = new ResultsRepair(results, unfinished.numbers(), last);
        repair.run();
        unfinished.remove(repair.succeeded().stream().mapToObj(index -> unfinished.numbers()[index]).toList());
    }

    private OrderedOutput openOrdered(JobPlace place, long last) throws IOException {
        Unfinished unfinished = Unfinished.of(place);
        return OrderedOutput.open(folder.order(), relay, stop, number -> number <= last && !unfinished.has(number));
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
}
