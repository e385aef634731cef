package dev.millrace.bench.peers;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.locks.LockSupport;

/** What the machine itself takes in the same minutes: no server can be faster. */
final class Floors {
    private static final int BLOCK_BYTES = 4_096;

    private Floors() {}

    /** Writes of 4 KiB with an fsync of their data each, over blocks that are there. */
    static Latency fsync(Path folder, int count) throws IOException {
        Path file = folder.resolve("floor");
        Latency latency = new Latency();
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            ByteBuffer block = ByteBuffer.allocateDirect(BLOCK_BYTES);
            for (int index = 0; index < count; index++) {
                channel.write(block.clear(), (long) index * BLOCK_BYTES);
            }
            channel.force(true);
            for (int index = 0; index < count; index++) {
                long startNs = System.nanoTime();
                channel.write(block.clear(), (long) index * BLOCK_BYTES);
                channel.force(false);
                latency.add(System.nanoTime() - startNs);
            }
        } finally {
            Files.deleteIfExists(file);
        }
        return latency;
    }

    /**
     * Round trips of 200 bytes between two threads over a socket, one every {@code paceUs}; with 0, one after another.
     */
    static Latency roundTrips(int count, int paceUs) throws IOException, InterruptedException {
        Latency latency = new Latency();
        try (ServerSocketChannel listening = ServerSocketChannel.open()
                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
            Thread echo = new Thread(() -> echo(listening), "echo");
            echo.start();
            try (SocketChannel channel = SocketChannel.open(listening.getLocalAddress())) {
                channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
                ByteBuffer message = ByteBuffer.allocateDirect(ClosedLoad.PAYLOAD_BYTES);
                long nextNs = System.nanoTime();
                for (int index = 0; index < count; index++) {
                    nextNs += 1_000L * paceUs;
                    for (long leftNs = nextNs - System.nanoTime(); paceUs > 0 && leftNs > 0; leftNs = nextNs - System.nanoTime()) {
                        LockSupport.parkNanos(leftNs);
                    }
                    long startNs = System.nanoTime();
                    exchange(channel, message);
                    latency.add(System.nanoTime() - startNs);
                }
            }
            echo.join();
        }
        return latency;
    }

    private static void exchange(SocketChannel channel, ByteBuffer message) throws IOException {
        message.clear();
        while (message.hasRemaining()) {
            channel.write(message);
        }
        message.clear();
        while (message.hasRemaining()) {
            if (channel.read(message) < 0) {
                throw new IOException("the echo ended");
            }
        }
    }

    private static void echo(ServerSocketChannel listening) {
        try (SocketChannel channel = listening.accept()) {
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            ByteBuffer bytes = ByteBuffer.allocateDirect(BLOCK_BYTES);
            while (channel.read(bytes.clear()) >= 0) {
                bytes.flip();
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
            }
        } catch (IOException e) {
            throw new IllegalStateException("the echo of the floor broke", e);
        }
    }
}
