package dev.millrace.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.api.Codec;
import dev.millrace.api.Durability;
import dev.millrace.api.ErrorCode;
import dev.millrace.api.Millrace;
import dev.millrace.api.MillraceException;
import dev.millrace.api.OpenOptions;
import dev.millrace.api.Task;
import dev.millrace.api.TaskQueue;
import dev.millrace.server.MillraceServer;
import dev.millrace.server.ServerOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The engine as users open it, with sockets and a server. What it answers is for the contract; here it is about the
 * network.
 */
@Timeout(60)
class RemoteEngineTest {
    private static final Duration LONG = Duration.ofSeconds(30);

    @TempDir
    private Path folder;

    @Test
    void open_byItsScheme_putsTakesAndAcks() throws InterruptedException {
        try (MillraceServer server = start(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
                Millrace mill = Millrace.open(uri(server.address()))) {
            TaskQueue<String> mails = mill.queue("mail", Codec.text());
            assertThat(mill.session().id()).isPositive();
            mails.put("Hello");

            try (Task<String> task = Objects.requireNonNull(mails.take(LONG))) {
                assertThat(task.payload()).isEqualTo("Hello");
                task.ack();
            }
            assertThat(mails.stats().total()).isZero();
        }
    }

    /** The take that waits holds nothing up, though all share one connection. */
    @Test
    void take_thatWaits_isAnsweredByAPutOfTheSameSession() throws Exception {
        try (MillraceServer server = start(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
                Millrace mill = Millrace.open(uri(server.address()))) {
            TaskQueue<String> mails = mill.queue("mail", Codec.text());
            CompletableFuture<@Nullable Task<String>> waiting =
                    mails.async().takeWhenReady().toCompletableFuture();
            mails.put("Hello");

            Task<String> task = waiting.get(30, TimeUnit.SECONDS);
            assertThat(task).isNotNull();
            assertThat(task.payload()).isEqualTo("Hello");
        }
    }

    @Test
    void serverRestart_isSurvivedByAWaitingTakeAndByPuts() throws Exception {
        MillraceServer first = start(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        InetSocketAddress address = first.address();
        try (Millrace mill = Millrace.open(uri(address))) {
            TaskQueue<String> mails = mill.queue("mail", Codec.text());
            mails.put("before").id();
            CompletableFuture<@Nullable Task<String>> waiting =
                    mill.queue("other", Codec.text()).async().takeWhenReady().toCompletableFuture();
            mails.stats();
            first.close();
            try (MillraceServer second = start(address)) {
                assertThat(second.recovery().tasks()).isOne();
                mails.put("after");
                mill.queue("other", Codec.text()).put("at last");

                Task<String> task = waiting.get(30, TimeUnit.SECONDS);
                assertThat(task).isNotNull();
                assertThat(task.payload()).isEqualTo("at last");
                assertThat(mails.stats().ready()).isEqualTo(2);
            }
        }
    }

    @Test
    void open_whereNobodyListens_failsAtOnceAndSaysWhatToDo() throws IOException {
        int free;
        try (ServerSocket taken = new ServerSocket(0)) {
            free = taken.getLocalPort();
        }

        assertThatThrownBy(() -> Millrace.open("millrace://ada:secret@127.0.0.1:" + free))
                .isInstanceOfSatisfying(MillraceException.class, refused -> {
                    assertThat(refused.code()).isEqualTo(ErrorCode.OVERLOADED);
                    assertThat(refused.told()).contains("127.0.0.1:" + free, "millrace server", "uri");
                    assertThat(refused.told()).doesNotContain("secret");
                });
    }

    @Test
    void open_ofAHostThatNobodyKnows_isRefused() {
        assertThatThrownBy(() -> Millrace.open("millrace://no-such-host.invalid"))
                .isInstanceOf(MillraceException.class)
                .hasMessageContaining("no-such-host.invalid");
    }

    private MillraceServer start(InetSocketAddress address) {
        return MillraceServer.start(ServerOptions.of("embedded:" + folder.resolve("data"))
                .withListen(address)
                .withEngine(OpenOptions.defaults().withDurability(Durability.WRITTEN)));
    }

    private static String uri(InetSocketAddress address) {
        return "millrace://127.0.0.1:" + address.getPort();
    }
}
