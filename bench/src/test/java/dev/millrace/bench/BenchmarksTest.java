package dev.millrace.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collection;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Runs each benchmark once and as briefly as can be: that they work, not how fast. */
class BenchmarksTest {
    @Test
    void taskMachine_eachFeature_runs() throws RunnerException {
        assertThat(run(TaskMachineBenchmark.class, "backlog", "1000")).hasSize(5);
    }

    @Test
    void journal_eachDurability_runs() throws RunnerException {
        assertThat(run(JournalBenchmark.class, "pairsOfCommit", "16")).hasSize(2);
    }

    @Test
    void wire_eachBuffer_runs() throws RunnerException {
        assertThat(run(WireBenchmark.class, "version", "3")).hasSize(6);
    }

    private static Collection<RunResult> run(Class<?> benchmark, String parameter, String value) throws RunnerException {
        Options options = new OptionsBuilder()
                .include(benchmark.getName() + "\\.")
                .param(parameter, value)
                .forks(0)
                .warmupIterations(0)
                .measurementIterations(1)
                .measurementTime(TimeValue.milliseconds(10))
                .shouldFailOnError(true)
                .verbosity(VerboseMode.SILENT)
                .build();
        return new Runner(options).run();
    }
}
