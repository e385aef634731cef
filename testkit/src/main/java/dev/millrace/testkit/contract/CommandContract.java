package dev.millrace.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.api.ErrorCode;
import dev.millrace.api.Put;
import dev.millrace.api.QueueStats;
import dev.millrace.api.SessionOptions;
import dev.millrace.api.engine.Answer;
import dev.millrace.api.engine.Command;
import dev.millrace.api.engine.Engine;
import dev.millrace.testkit.EngineClient;
import dev.millrace.testkit.EngineClient.Reply;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;

/** What the classes share that speak to the engine interface itself, in commands and answers. */
abstract class CommandContract extends EngineContract {
    static final String QUEUE = "jobs";
    static final int PAYLOAD_BYTES_MAX = 4_096;

    Engine engine;
    EngineClient client;

    @BeforeEach
    void openEngineInterface() {
        fixture.closeEngine();
        engine = fixture.openEngine(options -> options.withPayloadBytesMax(PAYLOAD_BYTES_MAX));
        client = open(SessionOptions.defaults());
    }

    final EngineClient open(SessionOptions options) {
        return new EngineClient(engine, options);
    }

    /** Stores a task that is ready at once; its id. */
    final long put(String payload) {
        return put(QUEUE, payload, Put.options());
    }

    final long put(String queue, String payload, Put options) {
        Answer answer = client.call(new Command.Put(queue, bytes(payload), options));
        return ((Answer.Stored) answer).id();
    }

    /** Begins to wait for a task of any of these queues, and returns when the engine knows. */
    final Reply waiting(EngineClient taker, String... queues) {
        Reply reply = taker.submit(new Command.Take(List.of(queues), -1));
        fixture.settle();
        return reply;
    }

    final QueueStats stats(String queue) {
        return ((Answer.Stats) client.call(new Command.Stats(queue))).stats();
    }

    /** The task that a take must have got, as {@code queue/payload}. */
    static String got(Reply reply) {
        return named((Answer.Taken) EngineClient.await(reply));
    }

    static String named(Answer.Taken taken) {
        return taken.queue() + "/" + text(taken.payload());
    }

    static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    static String text(ByteBuffer buffer) {
        return StandardCharsets.UTF_8.decode(buffer.duplicate()).toString();
    }

    static void requireFailed(ErrorCode code, Answer answer, String... said) {
        assertThat(answer).isInstanceOfSatisfying(Answer.Failed.class, failed -> {
            assertThat(failed.code()).as(failed.message()).isEqualTo(code);
            for (String word : said) {
                assertThat(failed.message()).contains(word);
            }
        });
    }
}
