package dev.millrace.bench.peers;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;

/** A server with as much of Redis as {@link RedisListDialect} asks for, so that loads can be tested without one. */
final class FakeRedis implements Server, AutoCloseable {
    private final ServerSocket listening;
    private final BlockingQueue<String> ready = new LinkedBlockingQueue<>();
    private final Map<String, Boolean> doing = new ConcurrentHashMap<>();
    private final List<Socket> sockets = new ArrayList<>();
    private final AtomicInteger acks = new AtomicInteger();

    FakeRedis() throws IOException {
        listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::accept);
    }

    @Override
    public int port() {
        return listening.getLocalPort();
    }

    @Override
    public double processorSeconds() {
        return acks.get() / 1e6;
    }

    int readyCount() {
        return ready.size();
    }

    int doingCount() {
        return doing.size();
    }

    int ackCount() {
        return acks.get();
    }

    private void accept() {
        while (!listening.isClosed()) {
            try {
                Socket socket = listening.accept();
                synchronized (sockets) {
                    sockets.add(socket);
                }
                Thread.ofVirtual().start(() -> serve(socket));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            InputStream in = new BufferedInputStream(socket.getInputStream());
            OutputStream out = socket.getOutputStream();
            while (true) {
                List<String> command = new ArrayList<>();
                for (int left = Integer.parseInt(line(in).substring(1)); left > 0; left--) {
                    int length = Integer.parseInt(line(in).substring(1));
                    command.add(new String(in.readNBytes(length), StandardCharsets.US_ASCII));
                    line(in);
                }
                out.write(answer(command).getBytes(StandardCharsets.US_ASCII));
            }
        } catch (IOException | NumberFormatException | InterruptedException gone) {
            // The client is.
        }
    }

    private String answer(List<String> command) throws InterruptedException {
        switch (command.getFirst()) {
            case "LPUSH" -> ready.add(command.get(2));
            case "LMOVE" -> {
                String task = ready.poll();
                if (task != null) {
                    doing.put(task, true);
                }
                return task == null ? "$-1\r\n" : "$" + task.length() + "\r\n" + task + "\r\n";
            }
            case "BRPOP" -> {
                String task = ready.take();
                return "*2\r\n$5\r\nbench\r\n$" + task.length() + "\r\n" + task + "\r\n";
            }
            case "LREM" -> {
                acks.incrementAndGet();
                return doing.remove(command.get(3)) == null ? ":0\r\n" : ":1\r\n";
            }
            default -> {
                return "-ERR unknown command\r\n";
            }
        }
        return ":1\r\n";
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int unit = in.read(); unit != '\n'; unit = in.read()) {
            if (unit < 0) {
                throw new IOException("closed");
            }
            line.append(unit == '\r' ? "" : (char) unit);
        }
        return line.toString();
    }

    @Override
    public void close() throws IOException {
        listening.close();
        synchronized (sockets) {
            for (Socket socket : sockets) {
                socket.close();
            }
        }
    }
}
