package dev.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.api.Millrace;
import dev.millrace.api.QueueStats;
import dev.millrace.cli.Cli.Outcome;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CountDownLatch;
import java.util.function.IntConsumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** `top` on a terminal that is made up, and without one. */
@Timeout(60)
class TopCommandTest {
    @TempDir
    private Path temporary;

    @Test
    void screen_followsTheEngine_untilQIsPressed() throws Exception {
        try (Millrace mill = Millrace.open("memory:")) {
            mill.queue("mail").put("a".getBytes());
            MadeUpTerminal terminal = new MadeUpTerminal();
            terminal.when("mail 1 0 0", () -> mill.queue("mail").put("b".getBytes()));
            terminal.when("mail 2 0 0", () -> terminal.columns = 30);
            terminal.when("mail 2 0\n", () -> terminal.press('?'));
            terminal.when("Any key goes back", () -> terminal.press(' '));
            terminal.when("QUEUE", () -> terminal.press('q'));

            assertThat(run(terminal, mill::queues)).isZero();

            assertThat(terminal.steps).isEmpty();
        }
    }

    @Test
    void screen_engineThatFailsForAWhile_isSaidAndAskedAgain() throws Exception {
        Millrace gone = Millrace.open("memory:");
        gone.close();
        try (Millrace mill = Millrace.open("memory:")) {
            mill.queue("mail").put("a".getBytes());
            boolean[] isBack = new boolean[1];
            MadeUpTerminal terminal = new MadeUpTerminal();
            terminal.when("closed", () -> isBack[0] = true);
            terminal.when("1–1 of 1", () -> terminal.press('q'));

            assertThat(run(terminal, () -> isBack[0] ? mill.queues() : gone.queues())).isZero();
        }
    }

    /** An engine that does not answer holds up neither keys nor signals. */
    @Test
    void screen_engineThatDoesNotAnswer_canBeLeft() throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        Supplier<List<QueueStats>> silent = () -> {
            try {
                never.await();
            } catch (InterruptedException closed) {
                Thread.currentThread().interrupt();
            }
            return List.of();
        };
        MadeUpTerminal terminal = new MadeUpTerminal();
        terminal.when("no answer yet", () -> terminal.press('q'));
        assertThat(run(terminal, silent)).isZero();

        MadeUpTerminal other = new MadeUpTerminal();
        other.when("no answer yet", () -> other.signal(ExitCode.TERMINATED));
        assertThat(run(other, silent)).isEqualTo(143);
    }

    @Test
    void screen_terminalThatIsClosed_ends() throws Exception {
        MadeUpTerminal terminal = new MadeUpTerminal();
        terminal.when("no queues", () -> terminal.next = TopKey.of(TopKey.Kind.GONE));
        assertThat(run(terminal, List::of)).isEqualTo(129);
    }

    @Test
    void once_printsATable() {
        put("mail", "a", "b");
        put("sms", "c");

        Outcome outcome = top("--once", "--interval", "100ms");

        assertThat(outcome.exitCode()).isZero();
        assertThat(outcome.out().lines().map(line -> line.replaceFirst("\\d\\.\\ds", "1.2s"))).containsExactly(
                "QUEUE         READY DELAYED  TAKEN BURIED WAITING    AGE  PUT/s TAKE/s  ACK/s FAIL/s",
                "mail              2       0      0      0       0   1.2s      0      0      0      0",
                "sms               1       0      0      0       0   1.2s      0      0      0      0");
        assertThat(top("--once", "--interval", "100ms", "--sort", "queue", "--filter", "S").out().lines()).hasSize(2);
        assertThat(top("--once", "--interval", "100ms", "--filter", "none").out().lines()).hasSize(1);
    }

    @Test
    void json_printsAnObjectForEachQueue() {
        put("mail", "a", "b");

        Outcome outcome = top("--once", "--json", "--interval", "100ms");

        assertThat(outcome.out()).matches("\\{\"time\":\"[^\"]+Z\",\"queue\":\"mail\",\"ready\":2,\"delayed\":0,\"taken\":0,\"buried\":0,"
                + "\"waiting\":0,\"ageMs\":\\d+,\"paused\":false,\"putPerSecond\":0.0,\"takePerSecond\":0.0,\"ackPerSecond\":0.0,"
                + "\"failPerSecond\":0.0\\}\n");
    }

    /** A signal comes before the second sample: the handler is called as soon as it is known. */
    @Test
    void withoutATerminal_aSignalEndsIt() {
        put("mail", "a");

        Outcome outcome = Cli.run(
                InputStream.nullInputStream(), handler -> handler.accept(ExitCode.INTERRUPTED), "top", "--at", at(), "--interval", "1h");

        assertThat(outcome).extracting(Outcome::exitCode, Outcome::out).containsExactly(130, "");
    }

    @Test
    void mistakes_areOneSentence() {
        put("mail", "a");
        assertMistake("--interval is outside 100ms … 1h", "--interval", "99ms");
        assertMistake("--interval is outside 100ms … 1h", "--interval", "61m");
        assertMistake("--sort='size' is no column; use queue, ready,", "--sort", "size");
        assertThat(Cli.run("", "top", "--at", "embedded:" + temporary.resolve("none")).err()).contains("does not exist");
        assertThat(temporary.resolve("none")).doesNotExist();
    }

    private void assertMistake(String told, String... options) {
        Outcome outcome = top(options);
        assertThat(outcome.exitCode()).isEqualTo(2);
        assertThat(outcome.err()).startsWith("millrace: ").contains(told).hasLineCount(1);
    }

    private void put(String queue, String... payloads) {
        List<String> args = new ArrayList<>(List.of("put", queue, "--at", at()));
        args.addAll(List.of(payloads));
        assertThat(Cli.run("", args.toArray(String[]::new)).exitCode()).isZero();
    }

    private Outcome top(String... options) {
        List<String> args = new ArrayList<>(List.of("top", "--at", at()));
        args.addAll(List.of(options));
        return Cli.run("", args.toArray(String[]::new));
    }

    private String at() {
        return "embedded:" + temporary.resolve("queues");
    }

    private static int run(MadeUpTerminal terminal, Supplier<List<QueueStats>> queues) throws IOException {
        TopView view = new TopView("memory:", ZoneOffset.UTC, TopColumn.READY, "");
        try (TopSampler sampler = TopSampler.start(queues, Duration.ofMillis(1))) {
            TopScreen screen = new TopScreen(terminal, view, sampler);
            terminal.onSignal = screen::stop;
            return screen.run();
        }
    }

    /** Does something each time a screen shows what was waited for; the test's limit of time says that it never did. */
    private static final class MadeUpTerminal implements TopTerminal {
        private record Step(Predicate<String> isMet, Runnable then) {}

        private final Queue<Step> steps = new ArrayDeque<>();
        private int columns = 100;
        private TopKey next = TopKey.NONE;
        private IntConsumer onSignal = exitCode -> {};

        void when(String shown, Runnable then) {
            steps.add(new Step(screen -> screen.contains(shown), then));
        }

        void press(char character) {
            next = TopKey.of(character);
        }

        void signal(int exitCode) {
            onSignal.accept(exitCode);
        }

        @Override
        public int columns() {
            return columns;
        }

        @Override
        public int rows() {
            return 20;
        }

        @Override
        public void show(List<TopLine> lines) {
            String screen = String.join("\n", lines.stream()
                    .map(line -> line.text().replaceAll(" +", " ").stripTrailing())
                    .toList());
            Step step = steps.peek();
            if (step != null && step.isMet().test(screen)) {
                steps.remove();
                step.then().run();
            }
        }

        @Override
        public TopKey readKey(long timeoutMs) throws IOException {
            TopKey key = next;
            next = TopKey.NONE;
            if (Thread.interrupted()) {
                throw new InterruptedIOException("waited too long for " + steps.size() + " more screens");
            }
            Thread.yield();
            return key;
        }

        @Override
        public void close() {}
    }
}
