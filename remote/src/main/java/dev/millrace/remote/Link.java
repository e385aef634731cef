package dev.millrace.remote;

import dev.millrace.api.ErrorCode;
import dev.millrace.api.engine.Answer;
import dev.millrace.api.engine.Command;
import dev.millrace.wire.AnswerReader;
import dev.millrace.wire.CommandWriter;
import dev.millrace.wire.ProtocolException;
import dev.millrace.wire.Reply;
import dev.millrace.wire.ReplyLimits;
import dev.millrace.wire.ReplyParser;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.List;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * A connection to the server, from its beginning to its end: commands to bytes, bytes to replies. It says who it is by
 * itself. What cannot be understood ends it. Used on the loop's thread.
 */
final class Link extends ChannelInboundHandlerAdapter {
    /** So much is put together before it is handed to the network. */
    private static final int OUTPUT_BYTES_MAX = 256 << 10;

    private static final int OUTPUT_BYTES_FIRST = 1 << 10;

    private final Target target;
    private final ReplyParser parser = new ReplyParser(ReplyLimits.USUAL);
    private final CommandWriter writer = new CommandWriter();
    private Listener listener;
    private @Nullable Channel channel;
    /** Replies that are not complete, in a buffer that needs no release; null for none. */
    private @Nullable ByteBuf input;
    /** What is to be sent; null for nothing. */
    private @Nullable ByteBuf output;

    private boolean isGreeted;
    private boolean isOver;
    private long sessionId;

    /** Who is told what happens. */
    interface Listener {
        /** The server has greeted, and is ready for commands. */
        void greeted(Link link);

        /** What the server says next. */
        void replied(Link link, Reply reply) throws ProtocolException;

        /** Everything that was there to be read has been told. */
        void readEnded(Link link);

        /** The connection is over, or could not be made; told once, and not after {@link Link#close}. */
        void broken(Link link, Answer.Failed why);
    }

    Link(Target target, Listener listener) {
        this.target = target;
        this.listener = listener;
    }

    Target target() {
        return target;
    }

    /** Whether commands can be written. */
    boolean isReady() {
        return isGreeted && !isOver;
    }

    /** The session's number, as the server's greeting named it. */
    long sessionId() {
        return sessionId;
    }

    /** Tells somebody else from now on. */
    void listener(Listener successor) {
        listener = successor;
    }

    // --- Writing

    /** Where to write a command. */
    CommandWriter writer() {
        ByteBuf buffer = output;
        if (buffer != null && buffer.readableBytes() >= OUTPUT_BYTES_MAX) {
            flush();
            buffer = null;
        }
        if (buffer == null) {
            buffer = Unpooled.buffer(OUTPUT_BYTES_FIRST);
            output = buffer;
        }
        return writer.onto(buffer);
    }

    /** Sends what was written. */
    void flush() {
        ByteBuf buffer = output;
        output = null;
        if (buffer != null && channel != null && !isOver) {
            channel.writeAndFlush(buffer);
        }
    }

    // --- Being a handler

    @Override
    public void channelActive(ChannelHandlerContext context) {
        channel = context.channel();
        if (isOver) {
            context.close();
            return;
        }
        Target.Login login = target.login();
        writer().words(login == null
                ? new String[] {"HELLO", "3"}
                : new String[] {"HELLO", "3", "AUTH", login.user(), login.password()});
        flush();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf chunk = (ByteBuf) message;
        try {
            if (!isOver) {
                ByteBuf all = joined(chunk);
                read(all);
                input = isOver || !all.isReadable() ? null : kept(all, chunk);
            }
        } finally {
            chunk.release();
        }
    }

    /** What is left of replies that began before, and the chunk after it. */
    private ByteBuf joined(ByteBuf chunk) {
        ByteBuf begun = input;
        if (begun == null) {
            return chunk;
        }
        if (begun.writableBytes() < chunk.readableBytes()) {
            // At least twice as much as there is, so that a large reply is not copied with every read.
            int bytes = Math.max(2 * begun.readableBytes(), begun.readableBytes() + chunk.readableBytes());
            begun = Unpooled.buffer(bytes).writeBytes(begun);
        }
        return begun.writeBytes(chunk);
    }

    /** The network's own buffer is the network's again. */
    private static ByteBuf kept(ByteBuf all, ByteBuf chunk) {
        return all == chunk ? Unpooled.buffer(2 * chunk.readableBytes()).writeBytes(chunk) : all;
    }

    private void read(ByteBuf bytes) {
        try {
            for (Reply reply = parser.next(bytes); reply != null; reply = parser.next(bytes)) {
                receive(reply);
                if (isOver) {
                    return;
                }
            }
        } catch (ProtocolException nonsense) {
            fail("what it says cannot be understood: " + nonsense.told());
        }
    }

    private void receive(Reply reply) throws ProtocolException {
        if (isGreeted) {
            listener.replied(this, reply);
        } else if (reply instanceof Reply.Problem problem) {
            end(refusal(problem));
        } else if (reply instanceof Reply.Fields greeting) {
            sessionId = sessionId(greeting);
            isGreeted = true;
            listener.greeted(this);
        } else {
            fail("it does not greet as a server of Millrace does");
        }
    }

    private static long sessionId(Reply.Fields greeting) {
        List<Reply> pairs = greeting.pairs();
        for (int index = 0; index + 1 < pairs.size(); index += 2) {
            if (pairs.get(index) instanceof Reply.Bulk key
                    && key.text().equals("id")
                    && pairs.get(index + 1) instanceof Reply.Whole id) {
                return id.value();
            }
        }
        return 0;
    }

    /** A code that is only for logging in, or of a later server, becomes the caller's mistake. */
    private Answer.Failed refusal(Reply.Problem problem) throws ProtocolException {
        Answer.Failed failed = (Answer.Failed) AnswerReader.read(new Command.Beat(), problem);
        String who = target.login() == null ? "a client without a name" : "user " + target.login();
        String remedy = switch (failed.code()) {
            case NO_AUTH -> remedy();
            case BAD_ARGUMENT -> target.login() == null ? "" : "; leave user and password out of the uri where a server has no users";
            default -> "";
        };
        return new Answer.Failed(
                failed.code() == ErrorCode.INTERNAL ? ErrorCode.BAD_ARGUMENT : failed.code(),
                target.place() + " does not let " + who + " in: " + problem.code() + " " + problem.message() + remedy);
    }

    /** A server tells who speaks in plain where it wants TLS, and whose login is wrong, by the same code. */
    private String remedy() {
        String user = target.login() == null ? "name a user" : "correct the user, or the password or token";
        return target.security() == null
                ? "; " + user + " in " + Target.FORM + ", or name whom to trust with ?tls= where the server speaks TLS"
                : "; " + user + " in " + Target.FORM;
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        if (!isOver) {
            listener.readEnded(this);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        fail("the connection was closed");
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        String disagreement = isGreeted ? null : Handshake.refusal(cause, target);
        if (disagreement == null) {
            fail(words(cause));
        } else {
            end(new Answer.Failed(ErrorCode.NO_AUTH, target.place() + ": " + disagreement));
        }
    }

    /** What a failure says of itself; that of TLS is wrapped. */
    static String words(Throwable cause) {
        Throwable root = cause.getCause() instanceof SSLException wrapped ? wrapped : cause;
        String message = root.getMessage();
        return message == null ? root.getClass().getSimpleName() : message;
    }

    // --- The end

    /** The network could not connect. */
    void refused(String why) {
        fail(why);
    }

    /** Ends a connection that is of no use any more. */
    void fail(String why) {
        end(new Answer.Failed(ErrorCode.OVERLOADED, target.place() + ": " + why));
    }

    private void end(Answer.Failed why) {
        if (!isOver) {
            close();
            listener.broken(this, why);
        }
    }

    /** Closes the connection without a word, and tells nobody. Idempotent. */
    void close() {
        isOver = true;
        input = null;
        output = null;
        if (channel != null) {
            channel.close();
        }
    }
}
