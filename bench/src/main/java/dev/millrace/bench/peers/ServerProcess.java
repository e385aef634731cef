package dev.millrace.bench.peers;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A server that was started for the load, and ends with it. It listens on this machine alone. */
final class ServerProcess implements Server, AutoCloseable {
    private static final int START_SECONDS_MAX = 180;
    private static final int END_SECONDS_MAX = 20;
    private static final int POLL_MS = 20;
    /** What the kernel counts processor time in, wherever it runs on hardware of today (USER_HZ). */
    private static final int TICKS_PER_SECOND = 100;

    private final Process process;
    private final int port;

    private ServerProcess(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    /**
     * Starts one, and waits until it can be connected to.
     *
     * @param environment what is added to that of the generator
     * @param log where it writes what it has to say
     */
    static ServerProcess start(List<String> command, Map<String, String> environment, int port, Path log)
            throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectInput(new File("/dev/null"))
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        builder.environment().putAll(environment);
        Process process = builder.start();
        ServerProcess server = new ServerProcess(process, port);
        long untilNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS_MAX);
        while (!server.isListening()) {
            if (!process.isAlive() || System.nanoTime() > untilNs) {
                server.close();
                throw new IOException(String.join(" ", command) + " does not listen on port " + port + "; it said: "
                        + Files.readString(log).strip());
            }
            process.waitFor(POLL_MS, TimeUnit.MILLISECONDS);
        }
        return server;
    }

    /** A port that is free. */
    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private boolean isListening() {
        try (Client client = Client.connect(port)) {
            return client.channel().isConnected();
        } catch (IOException refused) {
            return false;
        }
    }

    @Override
    public int port() {
        return port;
    }

    long pid() {
        return process.pid();
    }

    /** The kernel counts in hundredths. */
    @Override
    public double processorSeconds() throws IOException {
        String stat = Files.readString(Path.of("/proc/" + pid() + "/stat"));
        // The name of the program, in parentheses, may hold blanks; times are the 14th and 15th of all fields.
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / (double) TICKS_PER_SECOND;
    }

    /** Asks it to end, and sees to it that it does. */
    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(END_SECONDS_MAX, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
