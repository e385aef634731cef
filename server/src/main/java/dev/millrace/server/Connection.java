package dev.millrace.server;

import dev.millrace.api.ErrorCode;
import dev.millrace.api.MillraceException;
import dev.millrace.api.engine.Answer;
import dev.millrace.api.engine.EndReason;
import dev.millrace.wire.Arguments;
import dev.millrace.wire.ProtocolException;
import dev.millrace.wire.Request;
import dev.millrace.wire.RequestParser;
import dev.millrace.wire.Shape;
import dev.millrace.wire.Verb;
import dev.millrace.wire.WireLimits;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.WriteBufferWaterMark;
import java.io.IOException;
import java.net.SocketAddress;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * A client's connection: bytes to commands, answers to bytes. Commands are given to the engine as they are decoded, in
 * the turn of the loop that read them, and their answers go out together at its end.
 *
 * <p>It stops reading when its client does not read, when a take of its own waits and enough is sent ahead, and when
 * the answers of the turn hold too much (G7). Used on the loop's thread.
 */
final class Connection extends ChannelInboundHandlerAdapter {
    private static final System.Logger LOG = System.getLogger("dev.millrace.server");
    /** A secret cannot be guessed in so many tries, and a client that is mistaken notices earlier. */
    static final int WRONG_RESUMPTIONS_MAX = 10;

    private final ServerState server;
    private final Channel channel;
    private final Replies replies;
    private final RequestParser parser;
    private final ConnectionCommands commands;
    private final Login login;
    private final long openedNs;
    private final Silence silence;
    private final UnreadAnswers unread;
    private final Unconfirmed unconfirmed;
    /** Rings when nobody has logged in for too long. */
    private final Alarms.Alarm late = new Alarms.Alarm(this::onLate);

    private ClientSession session;
    /**
     * What was read and is not done yet: on the server's desk, or in a buffer of its own, which needs no release; null
     * for nothing.
     */
    private @Nullable ByteBuf input;

    /** What is in memory for it, as counted last. */
    private long countedBytes;

    private String lastVerb = "";
    /** How often it has named a session or a secret that was wrong. */
    private int wrongResumptions;
    /** Whether a task for the loop is under way that goes on with the input. */
    private boolean isGoingOn;
    /** Whether the input waits for the end of a turn that is full. */
    private boolean isTurnAwaited;
    /** Whether the input waits for the answer to a command before it. */
    private boolean isHeldUp;
    /** Whether nothing more is done for the client but to send what it was told. */
    private boolean isEnding;
    /** Whether the client has said goodbye, so that its session's end is no failure. */
    private boolean isFarewell;

    Connection(ServerState server, Channel channel, Confirmations confirmations) {
        this.server = server;
        this.channel = channel;
        this.replies = new Replies(channel.alloc(), server.counters());
        this.login = new Login(server);
        this.parser = new RequestParser(server.names(), wireLimits());
        this.commands = new ConnectionCommands(server, this);
        this.openedNs = server.alarms().nowNs();
        this.silence = new Silence(server, this);
        this.unread = new UnreadAnswers(server, this, channel);
        this.unconfirmed = new Unconfirmed(server, this, channel, confirmations);
        this.session = new ClientSession(server, this);
        limitUnsent();
    }

    private void limitUnsent() {
        int highBytes = server.limits().unsentBytesMax();
        channel.config().setWriteBufferWaterMark(new WriteBufferWaterMark(highBytes / 2, highBytes));
    }

    Replies replies() {
        return replies;
    }

    ClientSession session() {
        return session;
    }

    Login login() {
        return login;
    }

    @Nullable SocketAddress peer() {
        return channel.remoteAddress();
    }

    @Nullable SocketAddress local() {
        return channel.localAddress();
    }

    boolean isActive() {
        return channel.isActive();
    }

    /** The time now, by the clock of {@link #openedNs} and {@link Silence#lastHeardNs}. */
    long nowNs() {
        return server.alarms().nowNs();
    }

    long openedNs() {
        return openedNs;
    }

    /** When its client was last heard, and how long ago that may be. */
    Silence silence() {
        return silence;
    }

    /**
     * Whether the client waits in a take, as one that does one thing at a time, or is not read: then its silence proves
     * nothing.
     */
    boolean mayNotSpeak() {
        return session.isBlocked() || !channel.config().isAutoRead();
    }

    String lastVerb() {
        return lastVerb;
    }

    int inputBytes() {
        return input == null ? 0 : input.readableBytes();
    }

    ConnectionCommands commands() {
        return commands;
    }

    // --- Reading

    @Override
    public void channelActive(ChannelHandlerContext context) {
        server.connections().add(this);
        LOG.log(System.Logger.Level.DEBUG, () -> "connection opened: peer=" + peer() + " session=" + session.id());
        if (isEnding) {
            replies.reply(out -> out.error(
                    ErrorCode.CLOSED, "the server carries out nothing more: it ends, or its store broke, and its log says why"));
            flush();
        } else {
            expectLogin(openedNs);
        }
    }

    /** Closes the connection if nobody logs in within the time that there is for it, from then on. */
    private void expectLogin(long sinceNs) {
        if (login.isMissing()) {
            long withinNs = TimeUnit.MILLISECONDS.toNanos(server.logins().limits().loginWithinMs());
            server.alarms().set(late, sinceNs + withinNs);
        }
    }

    private void onLate() {
        if (login.isMissing() && !isEnding) {
            server.counters().loginLate();
            server.logins().late(peer());
            kill();
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf chunk = (ByteBuf) message;
        if (isEnding) {
            chunk.release();
            return;
        }
        server.counters().read(chunk.readableBytes());
        silence.heard();
        if (input == null) {
            input = server.desk().clear();
        } else if (input.writableBytes() < chunk.readableBytes()) {
            // At least twice as much as there is, so that a large command is not copied with every read.
            keep(Math.max(2 * input.readableBytes(), input.readableBytes() + chunk.readableBytes()));
        }
        input.writeBytes(chunk);
        chunk.release();
        work();
        if (input == server.desk()) {
            keep(input.readableBytes());
        }
        if (input != null || countedBytes > 0) {
            count();
            server.memory().require();
        }
    }

    // --- Memory

    /** Counts what is in memory for it: commands that lie here, and answers that were not read. */
    void count() {
        if (channel.isActive()) {
            int keptBytes = input == null || input == server.desk() ? 0 : input.capacity();
            long nowBytes = keptBytes + unread.bytes();
            server.memory().changed(nowBytes - countedBytes);
            countedBytes = nowBytes;
        }
    }

    long countedBytes() {
        return countedBytes;
    }

    /** It is closed, and takes nothing any more. */
    void uncount() {
        server.memory().changed(-countedBytes);
        countedBytes = 0;
    }

    /** Moves the input to a buffer of its own, with room for so many bytes. */
    private void keep(int bytes) {
        ByteBuf before = Objects.requireNonNull(input);
        input = Unpooled.buffer(bytes).writeBytes(before);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        if (replies.isComplete()) {
            flush();
        }
    }

    /** Does what the input asks for, as far as it may be done now. */
    private void work() {
        try {
            while (input != null && mayGoOn() && parser.next(input)) {
                perform(parser.arguments());
                sendMuch();
            }
        } catch (ProtocolException nonsense) {
            server.counters().refused();
            if (nonsense.code() == ErrorCode.TOO_LARGE) {
                server.counters().met(Limit.COMMAND_BYTES_MAX);
            }
            replies.reply(out -> out.error(nonsense.code(), nonsense.told()));
            end();
        }
        if (input != null) {
            parser.skip(input);
            if (!input.isReadable() || isEnding) {
                input = null;
            }
        }
        readOrWait();
    }

    /** Sends much at once, or many short questions with long answers would fill the memory before the turn's end. */
    private void sendMuch() {
        if (replies.unsentBytes() >= server.limits().unsentBytesMax()) {
            flush();
        }
    }

    private boolean mayGoOn() {
        isHeldUp = isHoldingBack();
        if (isEnding || isHeldUp || !channel.isWritable()) {
            return false;
        }
        if (server.engine().isTurnFull()) {
            // Asked for within the turn, the loop would come back in the same turn, again and again, and the turn not
            // end for long.
            isTurnAwaited = true;
            server.loop().atTurnEnd(() -> {
                isTurnAwaited = false;
                goOnLater();
            });
            return false;
        }
        return true;
    }

    /** Whether the next command must wait. */
    private boolean isHoldingBack() {
        return session.isHoldingBack() || login.isUnderWay() || replies.areTooMany();
    }

    private void goOnLater() {
        if (!isGoingOn) {
            isGoingOn = true;
            channel.eventLoop().execute(() -> {
                isGoingOn = false;
                work();
                if (replies.isComplete()) {
                    flush();
                }
            });
        }
    }

    /** Reads on, unless enough lies there already. */
    private void readOrWait() {
        boolean enough = inputBytes() >= heldBytesMax() && !isIncomplete();
        if (enough && channel.config().isAutoRead()) {
            server.counters().met(Limit.HELD_BYTES_MAX);
        }
        boolean isRead = !enough && !isEnding && channel.isWritable();
        if (isRead && !channel.config().isAutoRead()) {
            silence.maySpeak();
        }
        channel.config().setAutoRead(isRead);
    }

    /** Whether what lies there is the beginning of a command, whose rest is needed. */
    private boolean isIncomplete() {
        return !isHoldingBack() && channel.isWritable() && !isGoingOn && !isTurnAwaited;
    }

    private int heldBytesMax() {
        return login.isMissing() ? wireLimits().commandBytesMax() : server.limits().heldBytesMax();
    }

    /** Little for a client that has not said who it is. */
    private WireLimits wireLimits() {
        return login.isMissing() ? WireLimits.BEFORE_AUTH : server.wireLimits();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        if (channel.isWritable()) {
            goOnLater();
        } else {
            server.counters().met(Limit.UNSENT_BYTES_MAX);
            readOrWait();
        }
    }

    // --- Commands

    private void perform(Arguments arguments) {
        Verb verb = Verb.find(arguments);
        server.counters().command();
        try {
            if (verb == null) {
                Answer.Failed unknown = Verb.unknown(arguments);
                throw new MillraceException(unknown.code(), unknown.message());
            }
            login.requireFor(verb);
            lastVerb = verb.onWire();
            Request request = server.reader().read(verb, arguments);
            login.requireFor(verb, request);
            perform(request);
        } catch (MillraceException refused) {
            server.counters().refused();
            replies.reply(out -> out.error(refused.code(), refused.told()));
        } catch (RuntimeException defect) {
            LOG.log(System.Logger.Level.ERROR, "a command of " + peer() + " failed: " + lastVerb, defect);
            replies.reply(out -> out.error(ErrorCode.INTERNAL, "the server failed; its log says more"));
        }
    }

    private void perform(Request request) {
        switch (request) {
            case Request.Task task -> {
                session.submit(task);
                if (isAnsweredAtLength(task.shape())) {
                    replies.askedMuch();
                }
            }
            case Request.Consume consume -> session.consume(consume);
            case Request.Credit credit -> session.credit(credit);
            case Request.Cancel cancel -> session.cancel(cancel);
            default -> commands.perform(request);
        }
    }

    /** Whether a short command may get much more than payloads, which alone the engine counts in a turn. */
    private static boolean isAnsweredAtLength(Shape shape) {
        return switch (shape) {
            case PAGE, QUEUES, HELD -> true;
            default -> false;
        };
    }

    /** Begins as a new connection does: with a new session, nobody logged in, in RESP2, and without a name. */
    void reset() {
        session.close();
        session = new ClientSession(server, this);
        silence.expectWithin(0);
        login.forget();
        parser.limits(wireLimits());
        if (!late.isSet()) {
            expectLogin(nowNs());
        }
    }

    /**
     * Finds out who it is, and then does what is to be done if that was found; else the client is told. Later commands
     * wait.
     */
    void logIn(Request.Login asked, Runnable then) {
        login.begin(LoginFailures.keyOf(peer()), asked, new Login.Ended() {
            @Override
            public void in() {
                server.alarms().unset(late);
                parser.limits(wireLimits());
                then.run();
                goOnLater();
            }

            @Override
            public void refused(ErrorCode code, String told) {
                server.counters().refused();
                replies.reply(out -> out.error(code, told));
                goOnLater();
            }
        });
    }

    /**
     * The users, or the limits, have changed. A client that is nobody's any more is closed, and so is one that waits
     * for tasks which it may have no right to any more; what it had taken goes back as if nothing had happened. One
     * that had not logged in goes on.
     */
    void renewed() {
        Login.Renewal renewal = login.renew();
        boolean isWaiting = session.isBlocked() || session.subscriptionCount() > 0;
        if (renewal == Login.Renewal.ENDED || renewal == Login.Renewal.CHANGED && isWaiting) {
            LOG.log(System.Logger.Level.INFO, "the rights of " + peer() + " are over; its connection is closed");
            isFarewell = true;
            kill();
        } else {
            parser.limits(wireLimits());
            limitUnsent();
        }
    }

    /**
     * Goes on with another session instead of its own.
     *
     * @throws MillraceException NOT_FOUND for one that is over, or a wrong secret; DENIED for another user's;
     *     BAD_ARGUMENT when its own may have tasks
     */
    void resume(Request.Resume wish) {
        session.requireUnused();
        ClientSession found;
        try {
            found = server.sessions().require(wish.id(), wish.secret(), login.name());
        } catch (MillraceException wrong) {
            if (++wrongResumptions >= WRONG_RESUMPTIONS_MAX) {
                server.counters().met(Limit.RESUMPTIONS_MAX);
                end();
            }
            throw wrong;
        }
        if (found == session) {
            throw new MillraceException(
                    ErrorCode.BAD_ARGUMENT, "session " + wish.id() + " is this connection's own; there is nothing to resume");
        }
        session.close();
        session = found;
        found.resume(this);
    }

    // --- Writing

    /** Sends what there is to be said. */
    void flush() {
        if (!channel.isActive()) {
            return;
        }
        ByteBuf out = replies.takeOut();
        if (out != null) {
            server.counters().written(out.readableBytes());
            ChannelFuture sent = channel.writeAndFlush(out);
            unread.add(sent);
            unconfirmed.sent();
            if (isEnding && replies.isComplete()) {
                sent.addListener(ChannelFutureListener.CLOSE);
            }
            requireReader();
        } else if (isEnding && replies.isComplete()) {
            channel.writeAndFlush(channel.alloc().buffer(0)).addListener(ChannelFutureListener.CLOSE);
        }
        if (isHeldUp && !isHoldingBack()) {
            isHeldUp = false;
            goOnLater();
        }
    }

    private void requireReader() {
        if (unread.bytes() > 0 || countedBytes > 0) {
            count();
            server.memory().require();
        }
        unread.require();
    }

    // --- The end

    /** The client has said goodbye. */
    void farewell() {
        isFarewell = true;
        end();
    }

    /** Sends what was said, and closes the connection, since the server ends. */
    ChannelFuture goodbye() {
        end();
        flush();
        return channel.closeFuture();
    }

    /** Sends what was said, and then closes the connection. */
    void end() {
        isEnding = true;
    }

    /** Closes the connection at once, and its session as if the client were gone. */
    void kill() {
        isEnding = true;
        channel.close();
    }

    /** Its session goes on elsewhere: whatever the client still sends or is told is nothing to anybody. */
    void fence() {
        isEnding = true;
        isHeldUp = false;
        input = null;
        replies.drop();
        gone();
        channel.close();
    }

    private void gone() {
        uncount();
        server.connections().remove(this);
        silence.end();
        unread.end();
        unconfirmed.end();
        server.alarms().unset(late);
    }

    void sessionEnded(EndReason reason) {
        if (isEnding || !channel.isActive()) {
            return;
        }
        switch (reason) {
            case CLOSED -> {}
            case SILENT, ENGINE_CLOSED, ENGINE_BROKEN -> {
                LOG.log(System.Logger.Level.DEBUG, "the session of " + peer() + " ended: " + reason);
                end();
            }
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        isEnding = true;
        gone();
        LOG.log(
                System.Logger.Level.DEBUG,
                () -> "connection closed: peer=" + peer() + " session=" + session.id() + " farewell=" + isFarewell);
        if (isFarewell) {
            session.close();
        } else {
            session.connectionLost(this);
        }
        replies.drop();
        input = null;
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (cause.getCause() instanceof SSLException broken) {
            LOG.log(System.Logger.Level.WARNING, "TLS with " + peer() + " failed: " + broken.getMessage() + "; its connection is closed");
        } else if (cause instanceof IOException) {
            LOG.log(System.Logger.Level.DEBUG, "the connection of " + peer() + " broke: " + cause.getMessage());
        } else {
            LOG.log(System.Logger.Level.ERROR, "the connection of " + peer() + " is closed after a failure", cause);
        }
        channel.close();
    }
}
