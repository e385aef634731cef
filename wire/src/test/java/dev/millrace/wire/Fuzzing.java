package dev.millrace.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.api.MillraceException;
import dev.millrace.api.engine.Command;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** What must hold for any bytes; used by the seeded fuzzer and by Jazzer. */
final class Fuzzing {
    static final WireLimits REQUEST_LIMITS = new WireLimits(50, 5_000, 20_000, 1_000);
    static final ReplyLimits REPLY_LIMITS = new ReplyLimits(500, 5_000, 20_000, 1_000);

    private Fuzzing() {}

    /** Reads the bytes as requests, whole, byte by byte, and in pieces, which must give the same. */
    static void requests(byte[] bytes, SplittableRandom random) {
        List<String> whole = requestsCut(bytes, bytes.length, null);
        assertThat(requestsCut(bytes, 1, null)).isEqualTo(whole);
        assertThat(requestsCut(bytes, 0, random)).isEqualTo(whole);
    }

    /** The same for replies. */
    static void replies(byte[] bytes, SplittableRandom random, Command asked) {
        List<String> whole = repliesCut(bytes, bytes.length, null, asked);
        assertThat(repliesCut(bytes, 1, null, asked)).isEqualTo(whole);
        assertThat(repliesCut(bytes, 0, random, asked)).isEqualTo(whole);
    }

    static Shape shape(Command command) {
        ByteBuf bytes = Unpooled.buffer();
        new CommandWriter().onto(bytes).write(command);
        RequestParser parser = new RequestParser(new NameCache(), WireLimits.USUAL);
        try {
            assertThat(parser.next(bytes)).isTrue();
        } catch (ProtocolException nonsense) {
            throw new AssertionError(nonsense);
        }
        Verb verb = Objects.requireNonNull(Verb.find(parser.arguments()));
        Request request = new CommandReader(CommandReader.Payloads.COPIED).read(verb, parser.arguments());
        return request instanceof Request.Task task ? task.shape() : Shape.PONG;
    }

    private static List<String> requestsCut(byte[] bytes, int pieceBytes, @Nullable SplittableRandom random) {
        RequestParser parser = new RequestParser(new NameCache(), REQUEST_LIMITS);
        CommandReader reader = new CommandReader(CommandReader.Payloads.SHARED);
        List<String> found = new ArrayList<>();
        ByteBuf in = Unpooled.buffer();
        for (int at = 0; at < bytes.length; ) {
            int piece = Math.min(bytes.length - at, random == null ? pieceBytes : 1 + random.nextInt(20));
            in.writeBytes(bytes, at, piece);
            at += piece;
            try {
                while (parser.next(in)) {
                    found.add(read(reader, parser.arguments()));
                }
            } catch (ProtocolException nonsense) {
                requireOneLine(nonsense.getMessage());
                found.add("closed: " + nonsense.code());
                return found;
            }
            // What waits for its end is never more than one command with what came along with its last bytes.
            assertThat(in.readableBytes()).isLessThanOrEqualTo(REQUEST_LIMITS.commandBytesMax() + 20);
            in.discardReadBytes();
        }
        return found;
    }

    private static String read(CommandReader reader, Arguments arguments) {
        assertThat(arguments.count()).isBetween(1, REQUEST_LIMITS.argumentsMax());
        Verb verb = Verb.find(arguments);
        if (verb == null) {
            requireOneLine(Verb.unknown(arguments).message());
            return "unknown " + arguments.shown(0);
        }
        try {
            return shown(reader.read(verb, arguments));
        } catch (MillraceException refusal) {
            requireOneLine(refusal.told());
            return "refused " + refusal.code() + " " + refusal.told();
        }
    }

    private static String shown(Request request) {
        return switch (request) {
            case Request.Ping ping -> "ping " + (ping.text() == null ? "" : ping.text().length);
            case Request.Echo echo -> "echo " + echo.text().length;
            case Request other -> other.toString();
        };
    }

    private static List<String> repliesCut(byte[] bytes, int pieceBytes, @Nullable SplittableRandom random, Command asked) {
        ReplyParser parser = new ReplyParser(REPLY_LIMITS);
        List<String> found = new ArrayList<>();
        ByteBuf in = Unpooled.buffer();
        for (int at = 0; at < bytes.length; ) {
            int piece = Math.min(bytes.length - at, random == null ? pieceBytes : 1 + random.nextInt(20));
            in.writeBytes(bytes, at, piece);
            at += piece;
            try {
                for (Reply reply = parser.next(in); reply != null; reply = parser.next(in)) {
                    found.add(read(asked, reply));
                }
            } catch (ProtocolException nonsense) {
                requireOneLine(nonsense.getMessage());
                found.add("closed: " + nonsense.code());
                return found;
            }
            assertThat(in.readableBytes()).isLessThanOrEqualTo(REPLY_LIMITS.bulkBytesMax() + 20);
            in.discardReadBytes();
        }
        return found;
    }

    private static String read(Command asked, Reply reply) {
        try {
            return reply instanceof Reply.Pushed pushed
                    ? AnswerReader.push(pushed).toString()
                    : AnswerReader.read(asked, reply).toString();
        } catch (ProtocolException nonsense) {
            requireOneLine(nonsense.getMessage());
            return "nonsense " + nonsense.getMessage();
        }
    }

    /** What is said to the other end is short, and of one line. */
    private static void requireOneLine(@Nullable String message) {
        assertThat(message).isNotNull().hasSizeLessThan(1_000).doesNotContain("\r", "\n").doesNotContain("Exception");
    }
}
