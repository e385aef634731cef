package dev.millrace.bench;

import dev.millrace.api.Millrace;
import dev.millrace.api.Put;
import java.io.IOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Locale;

/** The memory that tasks take while they lie there, and how long an engine needs to find them again. */
final class Backlog {
    private static final int WINDOW = 1_024;

    private final Arguments arguments;
    private final Figures figures;
    private final int rounds;
    private final boolean isCold;

    Backlog(Arguments arguments, Figures figures) {
        this.arguments = arguments;
        this.figures = figures;
        this.rounds = arguments.number("rounds", 1, 1_000);
        this.isCold = arguments.isTrue("cold");
    }

    void run() throws IOException, InterruptedException {
        int n = arguments.number("n", 1, 200_000_000);
        try (Place place = new Place(arguments)) {
            try (Millrace mill = place.open()) {
                long before = memory();
                long startNs = System.nanoTime();
                new Load(WINDOW).puts(mill.queue("bench").async(), n, index -> Put.options());
                figures.add("put", n * 1e9 / (System.nanoTime() - startNs), "a second");
                figures.add("memory", (memory() - before) / (double) n, "bytes of heap and direct buffers a task");
            }
            for (int round = 0; round < rounds; round++) {
                reopen(place);
            }
        }
    }

    /** Only opens what is there already, in a process that has done nothing else. */
    void open() throws IOException, InterruptedException {
        if (arguments.textOrNull("uri") == null) {
            throw new Arguments.BadArgumentException("uri is missing; name the folder to open: uri=embedded:<folder>");
        }
        try (Place place = new Place(arguments)) {
            for (int round = 0; round < rounds; round++) {
                reopen(place);
            }
        }
    }

    private void reopen(Place place) throws IOException, InterruptedException {
        if (isCold) {
            Folders.forget(place.folder());
        }
        long startNs = System.nanoTime();
        try (Millrace mill = place.open()) {
            String tasks = String.format(Locale.ROOT, "s for %,d tasks", mill.queue("bench").stats().total());
            figures.add("reopen", (System.nanoTime() - startNs) / 1e9, tasks);
        }
    }

    /** What is in use after full collections. */
    private static long memory() throws InterruptedException {
        for (int round = 0; round < 3; round++) {
            System.gc();
            // What a collection leaves to cleaners, direct buffers above all, is given back a moment after it.
            Thread.sleep(Duration.ofMillis(200));
        }
        long direct = ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .mapToLong(BufferPoolMXBean::getMemoryUsed)
                .sum();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed() + direct;
    }
}
