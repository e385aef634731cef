package dev.millrace.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.api.MillraceException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class CommandInfoTest {
    @Test
    void docs_ofAPut_tellArgumentsAsRedisDoes() throws ProtocolException {
        String docs = written(2, Request.Commands.Part.DOCS, List.of("Task.Put", "no.such"));

        assertThat(docs).startsWith("*2\r\n$8\r\ntask.put\r\n*8\r\n$7\r\nsummary\r\n$13\r\nStores a task\r\n");
        assertThat(told(docs))
                .contains("[name, queue, type, key, display_text, queue]")
                .contains("[name, ms, type, integer, display_text, ms, token, DELAY, flags, [optional]]")
                .contains("[name, mode, type, oneof, token, MODE, flags, [optional], arguments, ["
                        + "[name, keep, type, pure-token, display_text, keep, token, KEEP], ")
                .contains("[name, group, type, string, display_text, group, token, GROUP], "
                        + "[name, limit, type, integer, display_text, limit]");
    }

    @Test
    void docs_inRESP3_areMaps() throws ProtocolException {
        String docs = written(3, Request.Commands.Part.DOCS, List.of());
        Reply reply = reply(docs);

        assertThat(reply).isInstanceOf(Reply.Fields.class);
        assertThat(((Reply.Fields) reply).pairs()).hasSize(2 * Verb.values().length);
    }

    @Test
    void info_ofKnownAndUnknown_tellsArityAndKeys() throws ProtocolException {
        assertThat(told(written(2, Request.Commands.Part.INFO, List.of("TASK.TAKE", "GET", "quit"))))
                .isEqualTo("[[task.take, -2, [write, blocking], 1, 1, 1, [@take], [], [], []], null, "
                        + "[quit, 1, [noscript], 0, 0, 0, [@connection], [], [], []]]");
        assertThat(told(written(2, Request.Commands.Part.COUNT, List.of()))).isEqualTo("" + Verb.values().length);
        assertThat(told(written(2, Request.Commands.Part.LIST, List.of()))).contains("task.put, task.putall");
    }

    @Test
    void arity_ofEachVerb_isTheLeastItReads() {
        assertThat(CommandInfo.arity(Verb.TASK_PUT)).isEqualTo(-3);
        assertThat(CommandInfo.arity(Verb.TASK_PUTALL)).isEqualTo(-5);
        assertThat(CommandInfo.arity(Verb.TASK_KICK)).isEqualTo(-4);
        assertThat(CommandInfo.arity(Verb.TASK_LIST)).isEqualTo(-3);
        assertThat(CommandInfo.arity(Verb.TASK_SEQUENCE)).isEqualTo(3);
        assertThat(CommandInfo.arity(Verb.SELECT)).isEqualTo(2);
        assertThat(CommandInfo.arity(Verb.AUTH)).isEqualTo(-2);
    }

    /** The table and the reader must agree: one argument less than the table asks for is refused, with the usage. */
    @Test
    void arguments_oneLessThanTheArity_areRefusedByTheReader() throws ProtocolException {
        for (Verb verb : Verb.values()) {
            int least = Math.abs(CommandInfo.arity(verb));
            if (least == 1) {
                continue;
            }
            String line = verb.onWire() + " 1".repeat(least - 2) + "\r\n";
            RequestParser parser = new RequestParser(new NameCache(), WireLimits.USUAL);
            assertThat(parser.next(Bytes.buffer(line))).isTrue();
            CommandReader reader = new CommandReader(CommandReader.Payloads.COPIED);
            assertThatThrownBy(() -> reader.read(verb, parser.arguments()))
                    .as(line)
                    .isInstanceOf(MillraceException.class)
                    .hasMessageStartingWith("BAD_ARGUMENT ")
                    .hasMessageContaining("usage: " + verb.usage());
        }
    }

    private static String written(int version, Request.Commands.Part part, List<String> names) {
        ByteBuf out = Unpooled.buffer();
        ReplyWriter replies = new ReplyWriter().onto(out);
        replies.version(version);
        new CommandInfo(replies).write(new Request.Commands(part, names));
        return Bytes.text(out);
    }

    private static Reply reply(String bytes) throws ProtocolException {
        return Objects.requireNonNull(new ReplyParser(ReplyLimits.USUAL).next(Bytes.buffer(bytes)));
    }

    private static String told(String bytes) throws ProtocolException {
        return told(reply(bytes));
    }

    private static String told(Reply reply) {
        return switch (reply) {
            case Reply.Word word -> word.text();
            case Reply.Bulk bulk -> bulk.text();
            case Reply.Whole whole -> Long.toString(whole.value());
            case Reply.Nothing nothing -> "null";
            case Reply.Items items -> items.items().stream().map(CommandInfoTest::told).toList().toString();
            case Reply.Fields fields -> fields.pairs().stream().map(CommandInfoTest::told).toList().toString();
            default -> throw new IllegalArgumentException(Collections.singleton(reply).toString());
        };
    }
}
