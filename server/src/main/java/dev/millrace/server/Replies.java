package dev.millrace.server;

import dev.millrace.api.engine.Answer;
import dev.millrace.api.engine.Push;
import dev.millrace.wire.AnswerWriter;
import dev.millrace.wire.ReplyWriter;
import dev.millrace.wire.Shape;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What a connection says, in the order in which it was asked. The engine answers at the end of the loop's turn; what
 * the server answers by itself waits for the answers to the commands before it.
 */
final class Replies {
    private static final int BUFFER_BYTES_MIN = 256;
    private static final int BUFFER_BYTES_USUAL_MAX = 64 << 10;
    /** So many replies of the server's own may wait: what a client sends makes each, but it may be shorter by far. */
    static final int WAITING_MAX = 4_096;

    private final ByteBufAllocator allocator;
    private final Counters counters;
    private final ReplyWriter writer = new ReplyWriter();
    private final AnswerWriter answers = new AnswerWriter(writer);
    private final Queue<Waiting> waiting = new ArrayDeque<>();
    /** How many commands the engine was given whose answers come in order, and how many of them it has answered. */
    private long askedCount;

    private long answeredCount;
    /** Whether something long waits to be said, so that nothing else is to be done for the client before. */
    private boolean isLongWaiting;

    private @Nullable ByteBuf out;
    /** Whether nobody will read anything more. */
    private boolean isDropped;
    /** How large the next buffer is made: about what the last turn took. */
    private int bufferBytes = BUFFER_BYTES_MIN;

    /**
     * A reply of the server's own.
     *
     * @param after how many answers come before it
     */
    private record Waiting(long after, Consumer<ReplyWriter> reply) {}

    Replies(ByteBufAllocator allocator, Counters counters) {
        this.allocator = allocator;
        this.counters = counters;
    }

    int version() {
        return writer.version();
    }

    /** The engine was given a command whose answer comes in order. */
    void asked() {
        askedCount++;
    }

    /** Whether nothing that was asked is still to be answered. */
    boolean isComplete() {
        return askedCount == answeredCount;
    }

    /**
     * What was asked last is answered at length: little of that may wait at once, or a few bytes would fill the memory.
     */
    void askedMuch() {
        isLongWaiting = !isComplete();
    }

    /** Whether no further command may be carried out before what was asked is answered. */
    boolean areTooMany() {
        return isLongWaiting || waiting.size() >= WAITING_MAX;
    }

    /** How much there is to be sent. */
    int unsentBytes() {
        return out == null ? 0 : out.readableBytes();
    }

    /** The engine's answer to the first command that has none yet. */
    void answer(Shape shape, Answer answer) {
        if (!isDropped) {
            begin();
            answers.write(shape, answer);
            answered();
        }
    }

    /** {@link #answer(Shape, Answer)} in words of the server's own. */
    void answer(Consumer<AnswerWriter> words) {
        if (!isDropped) {
            begin();
            words.accept(answers);
            answered();
        }
    }

    private void answered() {
        answeredCount++;
        for (Waiting next = waiting.peek(); next != null && next.after <= answeredCount; next = waiting.peek()) {
            waiting.remove();
            next.reply.accept(writer);
        }
        isLongWaiting &= !isComplete();
    }

    /** The server's own reply, which may also change the protocol for those after it. */
    void reply(Consumer<ReplyWriter> reply) {
        if (isDropped) {
            return;
        }
        if (isComplete()) {
            begin();
            reply.accept(writer);
        } else {
            waiting.add(new Waiting(askedCount, reply));
            if (waiting.size() == WAITING_MAX) {
                counters.met(Limit.WAITING_REPLIES_MAX);
            }
        }
    }

    /** A push, which is in no order with the answers. */
    void taken(String tag, Answer answer) {
        if (!isDropped) {
            begin();
            answers.taken(tag, answer);
        }
    }

    void lost(Push.Lost lost) {
        if (writer.version() == 3 && !isDropped) {
            begin();
            answers.lost(lost);
        }
    }

    private void begin() {
        if (out == null) {
            out = allocator.ioBuffer(bufferBytes);
            writer.onto(out);
        }
    }

    /** What is to be sent, which is then the caller's; null for nothing. */
    @Nullable ByteBuf takeOut() {
        ByteBuf taken = out;
        if (taken != null) {
            out = null;
            bufferBytes = Math.clamp(taken.readableBytes() + (taken.readableBytes() >> 2), BUFFER_BYTES_MIN, BUFFER_BYTES_USUAL_MAX);
        }
        return taken;
    }

    /** Nobody will read them, nor what may be added. */
    void drop() {
        isDropped = true;
        waiting.clear();
        ByteBuf unsent = takeOut();
        if (unsent != null) {
            unsent.release();
        }
    }
}
