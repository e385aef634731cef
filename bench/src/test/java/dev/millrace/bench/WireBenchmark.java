package dev.millrace.bench;

import dev.millrace.api.TaskState;
import dev.millrace.api.engine.Answer;
import dev.millrace.api.engine.Command;
import dev.millrace.wire.AnswerWriter;
import dev.millrace.wire.CommandReader;
import dev.millrace.wire.CommandWriter;
import dev.millrace.wire.NameCache;
import dev.millrace.wire.ProtocolException;
import dev.millrace.wire.ReplyWriter;
import dev.millrace.wire.RequestParser;
import dev.millrace.wire.Shape;
import dev.millrace.wire.Verb;
import dev.millrace.wire.WireLimits;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/**
 * What the native wire costs a server for a put, a take and an ack of one task: finding and reading the commands, and
 * writing their answers, without sockets and without an engine. Sixteen life cycles lie in the buffer, as one read of a
 * pipeline brings them.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class WireBenchmark {
    private static final int CYCLES = 16;
    private static final int PAYLOAD_BYTES = 200;
    private static final String QUEUE = "mail";
    private static final int ID = 1_234_567;

    /** Where bytes are read from and written to. */
    @Param({"direct", "heap"})
    public String buffer = "";

    /** Of RESP. */
    @Param({"2", "3"})
    public int version;

    private final RequestParser parser = new RequestParser(new NameCache(), WireLimits.USUAL);
    private final CommandReader reader = new CommandReader(CommandReader.Payloads.SHARED);
    private final ReplyWriter replies = new ReplyWriter();
    private final AnswerWriter answers = new AnswerWriter(replies);
    private final Answer stored = new Answer.Stored(ID, TaskState.READY, 0, false, false);
    private final Answer taken =
            new Answer.Taken(QUEUE, ID, 1, 0, 0, 1_000, ByteBuffer.allocateDirect(PAYLOAD_BYTES));
    private final Answer done = new Answer.Done(ID, null);
    private ByteBuf in = newBuffer();
    private ByteBuf out = newBuffer();

    /** Writes the commands as a client does. */
    @Setup(Level.Trial)
    public void fill() {
        in = newBuffer();
        out = newBuffer();
        replies.onto(out).version(version);
        CommandWriter writer = new CommandWriter().onto(in);
        for (int cycle = 0; cycle < CYCLES; cycle++) {
            writer.write(new Command.Put(QUEUE, ByteBuffer.allocate(PAYLOAD_BYTES)));
            writer.write(new Command.Take(QUEUE, 0));
            writer.write(new Command.Ack(QUEUE, ID, 1));
        }
    }

    /** Gives the buffers back. */
    @TearDown(Level.Trial)
    public void release() {
        in.release();
        out.release();
    }

    /** Commands to requests, per life cycle. */
    @Benchmark
    @OperationsPerInvocation(CYCLES)
    public void read(Blackhole hole) throws ProtocolException {
        in.readerIndex(0);
        while (parser.next(in)) {
            Verb verb = Objects.requireNonNull(Verb.find(parser.arguments()));
            hole.consume(reader.read(verb, parser.arguments()));
        }
    }

    /** Answers to bytes, per life cycle. */
    @Benchmark
    @OperationsPerInvocation(CYCLES)
    public ByteBuf write() {
        out.clear();
        for (int cycle = 0; cycle < CYCLES; cycle++) {
            answers.write(Shape.STORED, stored);
            answers.write(Shape.TAKEN, taken);
            answers.write(Shape.ACKED, done);
        }
        return out;
    }

    /** Only finding the commands, per life cycle. */
    @Benchmark
    @OperationsPerInvocation(CYCLES)
    public int find() throws ProtocolException {
        in.readerIndex(0);
        int arguments = 0;
        while (parser.next(in)) {
            arguments += parser.arguments().count();
        }
        return arguments;
    }

    private ByteBuf newBuffer() {
        int bytes = 64 << 10;
        return buffer.equals("heap")
                ? PooledByteBufAllocator.DEFAULT.heapBuffer(bytes)
                : PooledByteBufAllocator.DEFAULT.directBuffer(bytes);
    }
}
