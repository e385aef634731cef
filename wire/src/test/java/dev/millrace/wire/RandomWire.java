package dev.millrace.wire;

import dev.millrace.api.ErrorCode;
import dev.millrace.api.KeyMode;
import dev.millrace.api.Limits;
import dev.millrace.api.Put;
import dev.millrace.api.QueueSettings;
import dev.millrace.api.QueueStats;
import dev.millrace.api.TaskState;
import dev.millrace.api.engine.Answer;
import dev.millrace.api.engine.Command;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Any command within its bounds, and any answer to it; the bounds themselves come often. */
final class RandomWire {
    /** How many kinds of commands there are. */
    static final int KINDS = 25;

    private final SplittableRandom random;

    RandomWire(SplittableRandom random) {
        this.random = random;
    }

    /** A command of one of the {@link #KINDS}. */
    Command command(int kind) {
        return switch (kind) {
            case 0 -> new Command.Put(name(), payload(), options());
            case 1 -> new Command.PutMany(name(), many(() -> new Command.PutMany.Item(payload(), options())));
            case 2 -> new Command.Take(queues(), timeoutMs());
            case 3 -> new Command.TakeMany(queues(), (int) number(1, Limits.BATCH_MAX), timeoutMs());
            case 4 -> new Command.Ack(name(), id(), attempt());
            case 5 -> new Command.AckMany(name(), ofTwoAtLeast(() -> new Command.AckMany.Held(id(), attempt())));
            case 6 -> new Command.Release(name(), id(), attempt(), durationMs());
            case 7 -> new Command.Fail(name(), id(), attempt(), random.nextBoolean() ? -1 : durationMs(), reason());
            case 8 -> new Command.Bury(name(), id(), attempt(), reason());
            case 9 -> new Command.Touch(name(), id(), attempt());
            case 10 -> new Command.Kick(name(), (int) number(1, Limits.BATCH_MAX));
            case 11 -> new Command.KickOne(name(), id());
            case 12 -> new Command.Peek(name(), random.nextBoolean() ? 0 : id());
            case 13 -> new Command.ListTasks(name(), state(), number(0, Long.MAX_VALUE), (int) number(1, Limits.BATCH_MAX));
            case 14 -> new Command.Delete(name(), id(), random.nextBoolean());
            case 15 -> new Command.Purge(name());
            case 16 -> new Command.Pause(name());
            case 17 -> new Command.Resume(name());
            case 18 -> new Command.Configure(name(), settings());
            case 19 -> new Command.Settings(name());
            case 20 -> new Command.Stats(name());
            case 21 -> new Command.LastSequence(name(), name());
            case 22 -> new Command.ListQueues(number(0, Long.MAX_VALUE), (int) number(1, 1_000));
            case 23 -> new Command.Beat();
            case 24 -> new Command.ListHeld(number(0, Long.MAX_VALUE), (int) number(1, Limits.BATCH_MAX));
            default -> throw new IllegalArgumentException("kind=" + kind);
        };
    }

    /** An answer to it: now and then that it failed. */
    Answer answer(Command command) {
        if (random.nextInt(8) == 0 && !(command instanceof Command.Beat)) {
            return failed();
        }
        return switch (command) {
            case Command.Put put -> stored();
            case Command.PutMany many -> new Answer.StoredMany(many(this::stored));
            case Command.Take take -> random.nextBoolean() ? new Answer.Nothing() : taken();
            case Command.TakeMany take ->
                random.nextBoolean() ? new Answer.Nothing() : new Answer.TakenMany(many(this::taken));
            case Command.AckMany many -> new Answer.Each(
                    many.receipts().stream().<Answer>map(held -> random.nextBoolean() ? gone() : failed()).toList());
            case Command.Ack ack -> gone();
            case Command.Delete delete -> gone();
            case Command.Release release -> done();
            case Command.Fail fail -> done();
            case Command.Bury bury -> done();
            case Command.Touch touch -> done();
            case Command.KickOne kick -> done();
            case Command.Kick kick -> count();
            case Command.Purge purge -> count();
            case Command.LastSequence sequence -> count();
            case Command.Peek peek -> random.nextBoolean() ? new Answer.Nothing() : seen();
            case Command.ListTasks list -> new Answer.Page(few(this::seen), number(0, Long.MAX_VALUE));
            case Command.Pause pause -> new Answer.Settings(settings(), true);
            case Command.Resume resume -> new Answer.Settings(settings(), false);
            case Command.Configure configure -> new Answer.Settings(configure.settings(), random.nextBoolean());
            case Command.Settings settings -> new Answer.Settings(settings(), random.nextBoolean());
            case Command.Stats stats -> new Answer.Stats(stats());
            case Command.ListQueues list -> new Answer.Queues(few(this::stats), number(0, Long.MAX_VALUE));
            case Command.ListHeld list ->
                new Answer.Held(number(0, Long.MAX_VALUE), few(this::receipt), number(0, Long.MAX_VALUE));
            case Command.Beat beat -> new Answer.Count(0);
        };
    }

    private Answer.Held.Receipt receipt() {
        return new Answer.Held.Receipt(name(), id(), (int) number(1, Limits.ATTEMPTS_MAX));
    }

    Answer.Failed failed() {
        ErrorCode[] codes = ErrorCode.values();
        return new Answer.Failed(codes[random.nextInt(codes.length)], text(0, 200));
    }

    /** A name: mostly short, some with characters of several bytes, some as long as can be. */
    String name() {
        return text(1, random.nextInt(20) == 0 ? Limits.NAME_BYTES_MAX : 12);
    }

    Answer.Taken taken() {
        return new Answer.Taken(
                name(),
                id(),
                (int) number(1, Limits.ATTEMPTS_MAX),
                (int) number(0, Limits.ATTEMPTS_MAX),
                random.nextBoolean() ? 0 : (int) number(0, Limits.ATTEMPTS_MAX),
                number(0, Limits.PRIORITY_MAX),
                payload());
    }

    private Put options() {
        boolean producer = random.nextInt(4) == 0;
        boolean group = random.nextInt(4) == 0;
        boolean key = random.nextInt(4) == 0;
        return random.nextBoolean()
                ? Put.options()
                : new Put(
                        durationMs(),
                        number(0, Limits.PRIORITY_MAX),
                        (int) number(0, Limits.ATTEMPTS_MAX),
                        durationMs(),
                        durationMs(),
                        key ? name() : null,
                        key ? KeyMode.values()[random.nextInt(3)] : KeyMode.KEEP,
                        group ? name() : null,
                        group ? (int) number(1, Integer.MAX_VALUE) : 0,
                        producer ? name() : null,
                        producer ? number(1, Long.MAX_VALUE) : 0);
    }

    private Answer.Stored stored() {
        TaskState state = random.nextInt(5) == 0 ? null : state();
        long dueMs = state == TaskState.DELAYED ? number(1, Long.MAX_VALUE) : 0;
        return new Answer.Stored(id(), state, dueMs, random.nextBoolean(), random.nextBoolean());
    }

    private Answer.Done gone() {
        return new Answer.Done(id(), null);
    }

    private Answer.Done done() {
        return new Answer.Done(id(), random.nextInt(5) == 0 ? null : state());
    }

    private Answer.Count count() {
        return new Answer.Count(number(0, Long.MAX_VALUE));
    }

    private Answer.Seen seen() {
        return new Answer.Seen(
                id(),
                state(),
                number(0, Limits.PRIORITY_MAX),
                number(0, Long.MAX_VALUE),
                (int) number(0, Limits.ATTEMPTS_MAX),
                (int) number(0, Limits.ATTEMPTS_MAX),
                reason(),
                payload());
    }

    private QueueSettings settings() {
        long firstMs = durationMs();
        return new QueueSettings(
                (int) number(0, Limits.ATTEMPTS_MAX), durationMs(), firstMs, number(firstMs, Limits.DELAY_MAX_MS));
    }

    private QueueStats stats() {
        return new QueueStats(
                name(),
                number(0, 1L << 60),
                number(0, 1L << 60),
                number(0, 1L << 60),
                number(0, 1L << 60),
                number(0, Long.MAX_VALUE),
                number(0, Long.MAX_VALUE),
                random.nextBoolean(),
                number(0, Long.MAX_VALUE),
                number(0, Long.MAX_VALUE),
                number(0, Long.MAX_VALUE),
                number(0, Long.MAX_VALUE),
                number(0, Long.MAX_VALUE),
                number(0, Long.MAX_VALUE),
                number(0, Long.MAX_VALUE),
                number(0, Long.MAX_VALUE),
                number(0, Long.MAX_VALUE));
    }

    private List<String> queues() {
        int count = random.nextInt(3) > 0 ? 1 : 1 + random.nextInt(Limits.TAKE_QUEUES_MAX);
        Set<String> names = new LinkedHashSet<>();
        for (int index = 0; index < count; index++) {
            names.add(name());
        }
        return List.copyOf(names);
    }

    private TaskState state() {
        return TaskState.values()[random.nextInt(4)];
    }

    private @Nullable String reason() {
        return random.nextBoolean() ? null : text(0, random.nextInt(10) == 0 ? Limits.REASON_BYTES_MAX : 30);
    }

    private ByteBuffer payload() {
        byte[] bytes = new byte[random.nextInt(10) == 0 ? random.nextInt(3_000) : random.nextInt(20)];
        random.nextBytes(bytes);
        return ByteBuffer.wrap(bytes);
    }

    private long timeoutMs() {
        return number(-1, Limits.DELAY_MAX_MS);
    }

    private long durationMs() {
        return number(0, Limits.DELAY_MAX_MS);
    }

    private long id() {
        return number(1, Long.MAX_VALUE);
    }

    private int attempt() {
        return (int) number(0, Limits.ATTEMPTS_MAX);
    }

    private long number(long min, long max) {
        return switch (random.nextInt(6)) {
            case 0 -> min;
            case 1 -> max;
            case 2, 3 -> Math.min(max, min + random.nextInt(1_000));
            default -> max == Long.MAX_VALUE ? random.nextLong(min, max) : random.nextLong(min, max + 1);
        };
    }

    /** Text of so many bytes at the most, without control characters. */
    private String text(int bytesMin, int bytesMax) {
        int bytes = bytesMin + random.nextInt(bytesMax - bytesMin + 1);
        StringBuilder text = new StringBuilder();
        for (int left = bytes; left > 0; ) {
            int size = Math.min(left, random.nextInt(8) == 0 ? 1 + random.nextInt(4) : 1);
            text.appendCodePoint(switch (size) {
                case 1 -> ' ' + random.nextInt(0x7F - ' ');
                case 2 -> 0xA0 + random.nextInt(0x700);
                case 3 -> 0x1000 + random.nextInt(0xA000);
                default -> 0x10000 + random.nextInt(0x10000);
            });
            left -= size;
        }
        return text.toString();
    }

    private <T> List<T> few(Supplier<T> one) {
        return list(random.nextInt(4), one);
    }

    private <T> List<T> many(Supplier<T> one) {
        return list(1 + random.nextInt(5), one);
    }

    private <T> List<T> ofTwoAtLeast(Supplier<T> one) {
        return list(2 + random.nextInt(5), one);
    }

    private static <T> List<T> list(int count, Supplier<T> one) {
        List<T> list = new ArrayList<>(count);
        for (int index = 0; index < count; index++) {
            list.add(one.get());
        }
        return list;
    }
}
