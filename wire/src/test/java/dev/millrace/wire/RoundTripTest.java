package dev.millrace.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.api.engine.Answer;
import dev.millrace.api.engine.Command;
import dev.millrace.api.engine.Push;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * What one half of the wire writes the other half reads: any command, and any answer in either version, wherever the
 * bytes are cut on their way. {@code -Dwire.seed=n} plays another run, {@code -Dwire.rounds=n} a longer one.
 */
class RoundTripTest {
    private static final long SEED = Long.getLong("wire.seed", 20_261_122);
    private static final int ROUNDS = Integer.getInteger("wire.rounds", 12);

    @Test
    void command_written_isReadAsItWas() {
        eachCommand((wire, command) -> {
            ByteBuf bytes = written(command, null);
            RequestParser parser = parser();
            assertThat(requireNext(parser, bytes)).isEqualTo(command);
            assertThat(tryNext(parser, bytes)).isNull();
            assertThat(bytes.isReadable()).isFalse();
        });
    }

    @Test
    void command_cutAtAnyByte_isReadOnceItIsWhole() {
        eachCommand((wire, command) -> {
            ByteBuf whole = written(command, null);
            for (int cut = 0; cut < Math.min(whole.readableBytes(), 300); cut++) {
                RequestParser parser = parser();
                assertThat(tryNext(parser, whole.copy(0, cut))).as("cut at %d", cut).isNull();
                // The same bytes elsewhere, as after a buffer was moved.
                assertThat(requireNext(parser, whole.copy())).as("cut at %d", cut).isEqualTo(command);
            }
        });
    }

    @Test
    void commands_byteByByte_areReadInTurn() {
        eachCommand((wire, command) -> {
            ByteBuf whole = Unpooled.buffer();
            CommandWriter writer = new CommandWriter().onto(whole);
            writer.write(command);
            writer.write(command);
            RequestParser parser = parser();
            ByteBuf in = Unpooled.buffer();
            int found = 0;
            while (whole.isReadable()) {
                in.writeByte(whole.readByte());
                Command read = tryNext(parser, in);
                if (read != null) {
                    assertThat(read).isEqualTo(command);
                    found++;
                    parser.skip(in);
                }
                in.discardReadBytes();
            }
            assertThat(found).isEqualTo(2);
            assertThat(in.isReadable()).isFalse();
        });
    }

    @Test
    void take_withATag_keepsIt() {
        eachCommand((wire, command) -> {
            if (command instanceof Command.Take || command instanceof Command.TakeMany) {
                String tag = wire.name();
                Request.Task request = requireTask(parser(), written(command, tag));
                assertThat(request.command()).isEqualTo(command);
                assertThat(request.tag()).isEqualTo(tag);
            }
        });
    }

    @Test
    void answer_inEitherVersion_isReadAsItWas() {
        eachCommand((wire, command) -> {
            Answer answer = wire.answer(command);
            for (int version = 2; version <= 3; version++) {
                ByteBuf bytes = written(version, shape(command), answer);
                assertThat(read(command, bytes)).as("RESP%d", version).isEqualTo(answer);
                assertThat(bytes.isReadable()).isFalse();
            }
        });
    }

    @Test
    void answer_cutAtAnyByte_isReadOnceItIsWhole() {
        eachCommand((wire, command) -> {
            Answer answer = wire.answer(command);
            for (int version = 2; version <= 3; version++) {
                ByteBuf whole = written(version, shape(command), answer);
                for (int cut = 0; cut < Math.min(whole.readableBytes(), 300); cut++) {
                    ReplyParser parser = new ReplyParser(ReplyLimits.USUAL);
                    ByteBuf in = whole.copy(0, cut);
                    assertThat(tryReply(parser, in)).as("cut at %d", cut).isNull();
                    in.writeBytes(whole, cut, whole.readableBytes() - cut);
                    assertThat(answer(command, Objects.requireNonNull(tryReply(parser, in)))).isEqualTo(answer);
                }
            }
        });
    }

    @Test
    void ackOfOne_inABatch_isAnsweredAsABatch() throws ProtocolException {
        Command.AckMany one =
                new Command.AckMany("mail", List.of(new Command.AckMany.Held(17, 2)));
        assertThat(requireNext(parser(), written(one, null))).isEqualTo(new Command.Ack("mail", 17, 2));

        Answer done = new Answer.Done(17, null);
        assertThat(read(one, written(3, Shape.ACKED, done))).isEqualTo(new Answer.Each(List.of(done)));
    }

    @Test
    void pushes_written_areReadAsTheyWere() throws ProtocolException {
        RandomWire wire = new RandomWire(new SplittableRandom(SEED));
        for (Answer answer : List.of(
                wire.taken(),
                new Answer.TakenMany(List.of(wire.taken(), wire.taken())),
                new Answer.Nothing(),
                wire.failed())) {
            ByteBuf out = Unpooled.buffer();
            new AnswerWriter(version(3, out)).taken("a tag", answer);
            assertThat(AnswerReader.push(pushed(out))).isEqualTo(new PushMessage.Tagged("a tag", answer));
        }
        Push.Lost lost = new Push.Lost("mail", Long.MAX_VALUE, 65_535);
        ByteBuf out = Unpooled.buffer();
        new AnswerWriter(version(3, out)).lost(lost);
        assertThat(AnswerReader.push(pushed(out))).isEqualTo(new PushMessage.Lost(lost));
    }

    @Test
    void sessionAnswers_inEitherVersion_areReadAsTheyWere() throws ProtocolException {
        for (int version = 2; version <= 3; version++) {
            ByteBuf out = Unpooled.buffer();
            AnswerWriter writer = new AnswerWriter(version(version, out));
            SessionGrant granted = new SessionGrant(Long.MAX_VALUE, "secret", 5_000);
            SessionGrant none = new SessionGrant(4, null, 0);
            SessionResumed resumed = new SessionResumed(4, 60_000, 1L << 40);
            writer.granted(granted);
            writer.granted(none);
            writer.resumed(resumed);

            assertThat(AnswerReader.granted(reply(out))).isEqualTo(granted);
            assertThat(AnswerReader.granted(reply(out))).isEqualTo(none);
            assertThat(AnswerReader.resumed(reply(out))).isEqualTo(resumed);
        }
    }

    @Test
    void held_withAReceiptThatIsNone_isNonsense() {
        for (String receipt : List.of("", "17", ":", ":1", "17:", "a:b", "99999999999999999999:1", "1:99999999999")) {
            String bytes = "%3\r\n$6\r\ncursor\r\n:0\r\n$4\r\nheld\r\n:1\r\n$5\r\ntasks\r\n*1\r\n"
                    + "%2\r\n$5\r\nqueue\r\n$1\r\nq\r\n$7\r\nreceipt\r\n$" + receipt.length() + "\r\n" + receipt + "\r\n";
            assertThatThrownBy(() -> AnswerReader.read(new Command.ListHeld(0, 1), reply(Bytes.buffer(bytes))))
                    .as(receipt)
                    .isInstanceOf(ProtocolException.class);
        }
    }

    private static Reply reply(ByteBuf bytes) {
        return Objects.requireNonNull(tryReply(new ReplyParser(ReplyLimits.USUAL), bytes));
    }

    private static void eachCommand(BiConsumer<RandomWire, Command> check) {
        for (int round = 0; round < ROUNDS; round++) {
            for (int kind = 0; kind < RandomWire.KINDS; kind++) {
                long seed = SEED + 1_000L * round + kind;
                RandomWire wire = new RandomWire(new SplittableRandom(seed));
                Command command = wire.command(kind);
                try {
                    check.accept(wire, command);
                } catch (AssertionError | RuntimeException failure) {
                    throw new AssertionError("seed=" + SEED + " round=" + round + " kind=" + kind + ": " + command, failure);
                }
            }
        }
    }

    private static RequestParser parser() {
        return new RequestParser(new NameCache(), WireLimits.USUAL);
    }

    private static ByteBuf written(Command command, @Nullable String tag) {
        ByteBuf bytes = Unpooled.buffer();
        new CommandWriter().onto(bytes).write(command, tag);
        return bytes;
    }

    private static Command requireNext(RequestParser parser, ByteBuf in) {
        return Objects.requireNonNull(tryNext(parser, in), "no command");
    }

    private static @Nullable Command tryNext(RequestParser parser, ByteBuf in) {
        Request.Task task = tryTask(parser, in);
        return task == null ? null : task.command();
    }

    private static Request.Task requireTask(RequestParser parser, ByteBuf in) {
        return Objects.requireNonNull(tryTask(parser, in), "no command");
    }

    private static Request.@Nullable Task tryTask(RequestParser parser, ByteBuf in) {
        try {
            if (!parser.next(in)) {
                return null;
            }
        } catch (ProtocolException nonsense) {
            throw new AssertionError(nonsense);
        }
        Verb verb = Objects.requireNonNull(Verb.find(parser.arguments()), "no verb");
        CommandReader reader = new CommandReader(CommandReader.Payloads.COPIED);
        return switch (reader.read(verb, parser.arguments())) {
            case Request.Task task -> task;
            case Request.Ping ping -> new Request.Task(new Command.Beat(), Shape.PONG, null);
            case Request other -> throw new AssertionError(other);
        };
    }

    private static Shape shape(Command command) {
        return requireTask(parser(), written(command, null)).shape();
    }

    private static ReplyWriter version(int version, ByteBuf out) {
        ReplyWriter replies = new ReplyWriter().onto(out);
        replies.version(version);
        return replies;
    }

    private static ByteBuf written(int version, Shape shape, Answer answer) {
        ByteBuf out = Unpooled.buffer();
        new AnswerWriter(version(version, out)).write(shape, answer);
        return out;
    }

    private static Answer read(Command command, ByteBuf bytes) {
        return answer(command, Objects.requireNonNull(tryReply(new ReplyParser(ReplyLimits.USUAL), bytes)));
    }

    private static Answer answer(Command command, Reply reply) {
        try {
            return AnswerReader.read(command, reply);
        } catch (ProtocolException nonsense) {
            throw new AssertionError(nonsense);
        }
    }

    private static @Nullable Reply tryReply(ReplyParser parser, ByteBuf in) {
        try {
            return parser.next(in);
        } catch (ProtocolException nonsense) {
            throw new AssertionError(nonsense);
        }
    }

    private static Reply.Pushed pushed(ByteBuf bytes) {
        return (Reply.Pushed) Objects.requireNonNull(tryReply(new ReplyParser(ReplyLimits.USUAL), bytes));
    }
}
