package dev.millrace.bench;

import dev.millrace.journal.Durability;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Commits of put and ack pairs to a journal in a folder beneath the working directory; the counter {@code pairs} tells
 * pairs a second.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(2)
@SuppressWarnings("NullAway.Init") // JMH calls open before anything else.
public class JournalBenchmark {
    @Param({"WRITTEN", "SYNC"})
    public Durability durability;

    @Param({"1", "16", "256", "4096"})
    public int pairsOfCommit;

    private Path folder;
    private JournalLoad load;

    /** Pairs, which JMH divides by the time, too. */
    @State(Scope.Thread)
    @AuxCounters(AuxCounters.Type.OPERATIONS)
    public static class Counters {
        public long pairs;
    }

    @Setup(Level.Trial)
    public void open() throws IOException {
        folder = Folders.make();
        load = new JournalLoad(folder, durability);
    }

    @TearDown(Level.Trial)
    public void close() throws IOException {
        load.close();
        Folders.delete(folder);
    }

    @Benchmark
    public void commit(Counters counters) {
        counters.pairs += pairsOfCommit;
        load.commit(pairsOfCommit);
    }
}
