package dev.millrace.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** How the server's process ends: SIGTERM waits for those who hold tasks, a second one for nobody. */
@Timeout(120)
class DrainProcessTest {
    @TempDir
    private Path folder;

    private String started = "";
    private Process server = new ProcessBuilder("true").start();

    DrainProcessTest() throws IOException {}

    @AfterEach
    void kill() {
        server.destroyForcibly();
    }

    @Test
    void terminated_whileATaskIsHeld_waitsForItsVerdict_andStoresIt() throws Exception {
        int port = start("--drain", "1h");
        try (Peer holder = new Peer(port); Peer waiting = new Peer(port)) {
            assertThat(holder.ask("TASK.PUT mail hello", 8)).contains("ready");
            assertThat(holder.ask("TASK.TAKE mail", 25)).contains("hello");
            waiting.say("TASK.TAKE other TIMEOUT -1");
            terminate();

            awaitLog("draining: nobody can connect");
            assertThat(waiting.line()).startsWith("-CLOSED the server is about to end");
            awaitLog("draining: waiting for verdicts on tasks=1 of sessions=1");
            assertThatThrownBy(() -> greet(port)).isInstanceOf(IOException.class);
            assertThat(holder.ask("TASK.ACK mail 1:1", 8)).contains("acked");

            awaitLog("drained: nobody who is connected holds a task");
            awaitLog("closing: what was accepted is stored and answered; connections=2");
            awaitLog("closed");
            assertThat(server.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(server.exitValue()).isZero();
        }
        start();
        assertThat(started).contains(" 0 tasks recovered");
    }

    @Test
    void terminatedTwice_waitsForNobody_andTheTaskIsThereAgain() throws Exception {
        int port = start("--set", "limits.drainMs=3600000");
        try (Peer holder = new Peer(port)) {
            holder.ask("TASK.PUT mail hello", 8);
            holder.ask("TASK.TAKE mail", 25);
            terminate();
            awaitLog("draining: waiting for verdicts on tasks=1 of sessions=1");

            terminate();
            awaitLog("the drain is cut short; what is still held goes back: tasks=1 of sessions=1");
            assertThat(server.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(server.exitValue()).isZero();
        }
        try (Peer next = new Peer(start())) {
            assertThat(next.ask("TASK.TAKE mail", 25)).contains("1:2", "hello");
        }
    }

    /**
     * Half of the holders never give a verdict, the others one at a time, spread over more than the drain: each verdict
     * that was answered counts, and all else is ready again.
     * {@code -Dmillrace.holders=200 -Dmillrace.held=25 -Dmillrace.drainMs=10000} is the large run.
     */
    @Test
    void terminated_whileManyHold_endsAtItsLimit_andLosesNoVerdict() throws Exception {
        int holders = Integer.getInteger("millrace.holders", 20);
        int heldByEach = Integer.getInteger("millrace.held", 10);
        int drainMs = Integer.getInteger("millrace.drainMs", 1_500);
        List<Peer> all = new ArrayList<>();
        long acked = 0;
        long took;
        try {
            int port = start("--set", "limits.drainMs=" + drainMs);
            for (int count = 0; count < holders; count++) {
                all.add(new Peer(port));
            }
            take(all, heldByEach);
            terminate();
            long beganNs = System.nanoTime();
            awaitLog("draining: waiting for verdicts on tasks=" + holders * heldByEach + " of sessions=" + holders);
            acked = ackOverMoreThan(drainMs, beganNs, all.subList(0, holders / 2), heldByEach);
            awaitLog("the drain has taken drainMs=" + drainMs + "; what is still held goes back: tasks=");
            assertThat(server.waitFor(60, TimeUnit.SECONDS)).isTrue();
            took = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - beganNs);
            assertThat(server.exitValue()).isZero();
        } finally {
            for (Peer peer : all) {
                peer.close();
            }
        }

        long left = (long) holders * heldByEach - acked;
        start();
        System.out.println("SIGTERM with " + holders + " holders of " + heldByEach + ", drainMs=" + drainMs + ": exited after ms=" + took
                + ", verdicts=" + acked + ", ready after the restart=" + left);
        assertThat(acked).isPositive();
        assertThat(started).contains(" " + left + " tasks recovered");
    }

    /**
     * The system may let somebody in until the server's loop has come to closing the port; who came so is cut off
     * unheard.
     */
    private static void greet(int port) throws IOException {
        try (Peer late = new Peer(port)) {
            if (late.ask("PING", 1).startsWith("null")) {
                throw new IOException("cut off");
            }
        }
    }

    private static void take(List<Peer> holders, int each) throws IOException {
        for (Peer holder : holders) {
            for (int count = 0; count < each; count++) {
                holder.say("TASK.PUT mail hello");
                holder.say("TASK.TAKE mail");
            }
        }
        for (Peer holder : holders) {
            for (int count = 0; count < each; count++) {
                holder.lines(8);
                holder.receipt(holder.lines(25));
            }
        }
    }

    /**
     * One verdict of each at a time, and signs of life meanwhile, until the server has ended; how many verdicts were
     * answered.
     */
    private static long ackOverMoreThan(int drainMs, long beganNs, List<Peer> holders, int each) throws IOException {
        long acked = 0;
        for (int count = 0; count < each; count++) {
            long dueNs = TimeUnit.MILLISECONDS.toNanos(drainMs) * count * 5 / (each * 4L);
            while (System.nanoTime() - beganNs < dueNs && holders.getFirst().tryAsk("PING", 1).contains("PONG")) {
                Thread.onSpinWait();
            }
            for (Peer holder : holders) {
                acked += holder.tryAsk("TASK.ACK mail " + holder.receipts.get(count), 8).contains("acked") ? 1 : 0;
            }
        }
        return acked;
    }

    /** Starts a server in the folder, and answers with its port. */
    private int start(String... options) throws IOException {
        List<String> all = new ArrayList<>(
                List.of("server", "--listen", "127.0.0.1:0", "--folder", folder.resolve("data").toString()));
        all.addAll(List.of(options));
        server = Cli.process(Main.class, List.of(), all.toArray(String[]::new)).start();
        started = String.valueOf(server.inputReader(UTF_8).readLine());
        Matcher listening = Pattern.compile("listening on 127\\.0\\.0\\.1:(\\d+); .*").matcher(started);
        assertThat(listening.matches()).as(started).isTrue();
        return Integer.parseInt(listening.group(1));
    }

    /** Not by {@link Process#destroy}, which stops listening to the log. */
    private void terminate() throws IOException, InterruptedException {
        assertThat(new ProcessBuilder("kill", "-TERM", String.valueOf(server.pid())).start().waitFor()).isZero();
    }

    private void awaitLog(String told) throws IOException {
        BufferedReader log = server.errorReader(UTF_8);
        String line;
        do {
            line = log.readLine();
            assertThat(line).as("a line of the log with: " + told).isNotNull();
        } while (!line.contains(told));
    }

    /** A connection that speaks in lines. */
    private static final class Peer implements AutoCloseable {
        private final Socket socket;
        private final BufferedReader in;
        private final List<String> receipts = new ArrayList<>();

        Peer(int port) throws IOException {
            socket = new Socket("127.0.0.1", port);
            in = new BufferedReader(new InputStreamReader(socket.getInputStream(), UTF_8));
        }

        void say(String command) throws IOException {
            socket.getOutputStream().write((command + "\r\n").getBytes(UTF_8));
        }

        String line() throws IOException {
            return String.valueOf(in.readLine());
        }

        /** Sends a command, and answers with so many lines of its answer. */
        String ask(String command, int lines) throws IOException {
            say(command);
            return lines(lines);
        }

        /** {@link #ask}, of a server that may be gone. */
        String tryAsk(String command, int lines) {
            try {
                return ask(command, lines);
            } catch (IOException gone) {
                return "";
            }
        }

        String lines(int count) throws IOException {
            StringBuilder answer = new StringBuilder();
            for (int left = count; left > 0; left--) {
                answer.append(line()).append('\n');
            }
            return answer.toString();
        }

        /** Keeps the receipt of a task that was taken. */
        void receipt(String taken) {
            Matcher receipt = Pattern.compile("^\\d+:\\d+$", Pattern.MULTILINE).matcher(taken);
            assertThat(receipt.find()).as(taken).isTrue();
            receipts.add(receipt.group());
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}
