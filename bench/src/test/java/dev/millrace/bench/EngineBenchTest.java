package dev.millrace.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Each benchmark that is bounded by a count, once and small: that it works, not how fast. */
class EngineBenchTest {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @Test
    void run_eachBenchmark_printsItsCommandAndFigures() throws Exception {
        expectFigure("cycles n=1000 rounds=3 window=10 uri=memory:", "a second, 3");
        expectFigure("rates backlogs=1000 n=1000 rounds=1", "kept, 1,000: of plain, 1,000");
        expectFigure("latency n=100 rounds=1 threads=3 paceUs=1 warm=10 uri=memory:", "put p99");
        expectFigure("wake n=3 rounds=2 warm=10 kind=virtual uri=memory:", "µs, 2");
        expectFigure("park n=3 rounds=2", "µs, 2");
        expectFigure("backlog n=1000 rounds=1", "s for 1,000 tasks, 1");
    }

    private void expectFigure(String command, String figure) throws Exception {
        out.reset();
        assertThat(run(command)).as(err.toString(StandardCharsets.UTF_8)).isZero();
        assertThat(out.toString(StandardCharsets.UTF_8)).startsWith("bench/run " + command.split(" ")[0]).contains(figure);
    }

    @Test
    void run_unknownName_printsUsage() throws Exception {
        assertThat(run("cycle")).isEqualTo(2);
        assertThat(err.toString(StandardCharsets.UTF_8)).startsWith("usage: bench/run");
    }

    @Test
    void run_wrongOption_isRefusedBeforeAnythingRuns() throws Exception {
        List<String> wrong = List.of(
                "cycles n=0", "cycles uri=foo:", "rates features=none", "rates window=4001", "cleaning rate=5", "open",
                "open uri=memory: cold=true", "backlog durability=FAST", "park uri=memory:", "lateness max=10001",
                "peers peers=none", "peers loads=none", "peers promises=hope", "peers rounds=0", "peers durability=SYNC");
        for (String command : wrong) {
            err.reset();
            assertThat(run(command)).as(command).isEqualTo(2);
            assertThat(err.toString(StandardCharsets.UTF_8)).as(command).startsWith("bench: ");
        }
    }

    private int run(String command) throws Exception {
        return EngineBench.run(
                List.of(command.split(" ")),
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8));
    }
}
