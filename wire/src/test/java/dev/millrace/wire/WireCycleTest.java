package dev.millrace.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.api.TaskState;
import dev.millrace.api.engine.Answer;
import dev.millrace.api.engine.Command;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** A put, a take and an ack as the server reads them, and what it answers, byte by byte. */
class WireCycleTest {
    private final RequestParser parser = new RequestParser(new NameCache(), WireLimits.USUAL);
    private final CommandReader reader = new CommandReader(CommandReader.Payloads.SHARED);
    private final ByteBuf out = Unpooled.buffer();
    private final ReplyWriter replies = new ReplyWriter().onto(out);
    private final AnswerWriter answers = new AnswerWriter(replies);

    @Test
    void commands_ofALifeCycle_areRead() throws ProtocolException {
        ByteBuf in = Bytes.buffer(Bytes.array("task.put", "mail", "hello", "DELAY", "5", "key", "k", "MODE", "Rerun")
                + "TASK.TAKE mail TIMEOUT -1\r\n"
                + Bytes.array("TASK.ACK", "mail", "17:2"));

        Command.Put put = (Command.Put) next(in);
        assertThat(put.queue()).isEqualTo("mail");
        assertThat(Bytes.text(put.payload())).isEqualTo("hello");
        assertThat(put.options().delayMs()).isEqualTo(5);
        assertThat(next(in)).isEqualTo(new Command.Take("mail", -1));
        assertThat(next(in)).isEqualTo(new Command.Ack("mail", 17, 2));
        assertThat(parser.next(in)).isFalse();
        assertThat(in.isReadable()).isFalse();
    }

    @Test
    void answers_ofALifeCycle_areMaps() {
        replies.version(3);
        answers.write(Shape.STORED, new Answer.Stored(17, TaskState.DELAYED, 5_000, false, true));
        assertThat(written()).isEqualTo("%4\r\n$2\r\nid\r\n:17\r\n$5\r\nstate\r\n$7\r\ndelayed\r\n$3\r\ndue\r\n:5000\r\n"
                + "$8\r\nexisting\r\n#t\r\n");
        replies.version(2);
        answers.write(Shape.TAKEN, new Answer.Taken("mail", 17, 2, 1, 0, 1_000, ByteBuffer.wrap(
                "hello".getBytes(StandardCharsets.US_ASCII))));
        assertThat(written()).isEqualTo("*14\r\n$2\r\nid\r\n:17\r\n$5\r\nqueue\r\n$4\r\nmail\r\n$7\r\nreceipt\r\n$4\r\n17:2\r\n"
                + "$7\r\nattempt\r\n:2\r\n$8\r\nfailures\r\n:1\r\n$8\r\npriority\r\n:1000\r\n$7\r\npayload\r\n$5\r\nhello\r\n");
        answers.write(Shape.TAKEN, new Answer.Taken("mail", 17, 1, 0, 5, 1_000, ByteBuffer.wrap(new byte[] {'x'})));
        assertThat(written()).isEqualTo("*16\r\n$2\r\nid\r\n:17\r\n$5\r\nqueue\r\n$4\r\nmail\r\n$7\r\nreceipt\r\n$4\r\n17:1\r\n"
                + "$11\r\nmaxAttempts\r\n:5\r\n$7\r\nattempt\r\n:1\r\n$8\r\nfailures\r\n:0\r\n$8\r\npriority\r\n:1000\r\n"
                + "$7\r\npayload\r\n$1\r\nx\r\n");
        answers.write(Shape.ACKED, new Answer.Done(17, null));
        assertThat(written()).isEqualTo("*4\r\n$2\r\nid\r\n:17\r\n$7\r\noutcome\r\n$5\r\nacked\r\n");
    }

    private Command next(ByteBuf in) throws ProtocolException {
        assertThat(parser.next(in)).isTrue();
        Verb verb = Objects.requireNonNull(Verb.find(parser.arguments()));
        return ((Request.Task) reader.read(verb, parser.arguments())).command();
    }

    private String written() {
        String text = Bytes.text(out);
        out.clear();
        return text;
    }
}
