package dev.millrace.wire;

import dev.millrace.api.Limits;
import dev.millrace.api.MillraceException;
import dev.millrace.api.QueueSettings;
import dev.millrace.api.TaskState;
import dev.millrace.api.engine.Command;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads what a client asks for out of the arguments of a command, and refuses what is not as its {@link Verb} says. */
public final class CommandReader {
    /** How many a listing looks at where none says. */
    private static final int LIST_COUNT_DEFAULT = 100;
    /** The most queues that one answer lists. */
    private static final int QUEUES_COUNT_MAX = 1_000;
    /** The most pushes that a consumption has open. */
    private static final int CREDIT_MAX = Limits.BATCH_MAX;

    /** What becomes of the bytes of payloads. */
    public enum Payloads {
        /**
         * They are slices of the parser's buffer, whose owner sees to it that they stay as they are until the engine is
         * done.
         */
        SHARED,
        /** They are copied. */
        COPIED
    }

    private final Payloads payloads;
    private final PutOptions putOptions = new PutOptions();
    private final ArgumentCursor cursor = new ArgumentCursor(new Arguments(new NameCache()));

    /** A reader for one thread. */
    public CommandReader(Payloads payloads) {
        this.payloads = payloads;
    }

    /**
     * Reads a command.
     *
     * @param verb what its first argument is, by {@link Verb#find}
     * @throws MillraceException BAD_ARGUMENT or TOO_LARGE: what is wrong, and how the command is written
     */
    public Request read(Verb verb, Arguments arguments) {
        cursor.begin(verb, arguments);
        Request request = switch (verb) {
            case TASK_PUT -> task(new Command.Put(queue(), payload(), putOptions.read(cursor)), Shape.STORED);
            case TASK_PUTALL -> task(new Command.PutMany(queue(), items()), Shape.STORED_MANY);
            case TASK_TAKE -> take();
            case TASK_ACK -> ack();
            case TASK_RELEASE -> task(release(), Shape.STATE);
            case TASK_FAIL -> task(fail(), Shape.STATE);
            case TASK_BURY -> task(bury(), Shape.STATE);
            case TASK_TOUCH -> task(touch(), Shape.STATE);
            case TASK_KICK -> kick();
            case TASK_PEEK -> task(new Command.Peek(queue(), cursor.more() ? id() : 0), Shape.SEEN);
            case TASK_LIST -> task(list(), Shape.PAGE);
            case TASK_DELETE -> task(new Command.Delete(queue(), id(), cursor.skipIf(Word.FORCE)), Shape.DELETED);
            case TASK_PURGE -> task(new Command.Purge(queue()), Shape.PURGED);
            case TASK_PAUSE -> task(new Command.Pause(queue()), Shape.SETTINGS);
            case TASK_RESUME -> task(new Command.Resume(queue()), Shape.SETTINGS);
            case TASK_CONFIGURE -> task(configure(), Shape.SETTINGS);
            case TASK_STATS -> task(new Command.Stats(queue()), Shape.STATS);
            case TASK_QUEUES -> task(queues(), Shape.QUEUES);
            case TASK_SEQUENCE -> task(new Command.LastSequence(queue(), cursor.name("producer")), Shape.SEQUENCE);
            case SESSION_HELD -> task(held(), Shape.HELD);
            case TASK_CONSUME, TASK_CREDIT, TASK_CANCEL -> pushes(verb);
            default -> ConnectionReader.read(verb, cursor);
        };
        cursor.end();
        return request;
    }

    private static Request task(Command command, Shape shape) {
        return new Request.Task(command, shape, null);
    }

    private String queue() {
        return cursor.name("queue");
    }

    private long id() {
        return cursor.integer("id", 1, Long.MAX_VALUE);
    }

    private ByteBuffer payload() {
        return payloads == Payloads.SHARED ? cursor.payload("payload") : ByteBuffer.wrap(cursor.bytes("payload"));
    }

    private List<Command.PutMany.Item> items() {
        int count = cursor.count("count", Limits.BATCH_MAX);
        if (cursor.left() < 2 * count) {
            throw cursor.wrong("arguments=" + cursor.left() + " < 2 for each of the " + count + " tasks that were announced");
        }
        List<Command.PutMany.Item> items = new ArrayList<>(count);
        for (int index = 0; index < count; index++) {
            ByteBuffer payload = payload();
            int whole = cursor.enter((int) cursor.integer("optionArguments", 0, cursor.left() - 1));
            items.add(new Command.PutMany.Item(payload, putOptions.read(cursor)));
            cursor.leave(whole);
        }
        return items;
    }

    private Request take() {
        List<String> queues = cursor.nameAlone("queue");
        int count = 0;
        long timeoutMs = 0;
        String tag = null;
        while (cursor.more()) {
            Word option = cursor.option();
            switch (option) {
                case QUEUES -> queues = further(queues.getFirst());
                case COUNT -> count = cursor.count("COUNT", Limits.BATCH_MAX);
                case TIMEOUT -> timeoutMs = cursor.integer("TIMEOUT", -1, Limits.DELAY_MAX_MS);
                case TAG -> tag = cursor.name("tag");
                default -> throw cursor.unexpected(option);
            }
        }
        return count == 0
                ? new Request.Task(new Command.Take(queues, timeoutMs), Shape.TAKEN, tag)
                : new Request.Task(new Command.TakeMany(queues, count, timeoutMs), Shape.TAKEN_MANY, tag);
    }

    /** All queues of a take, the first one included. */
    private List<String> further(String first) {
        int count = cursor.count("QUEUES", Limits.TAKE_QUEUES_MAX - 1);
        List<String> queues = new ArrayList<>(count + 1);
        queues.add(first);
        for (int index = 0; index < count; index++) {
            queues.add(queue());
        }
        return queues;
    }

    private Request ack() {
        String queue = queue();
        if (cursor.left() <= 1) {
            cursor.receipt();
            return task(new Command.Ack(queue, cursor.id(), cursor.attempt()), Shape.ACKED);
        }
        if (cursor.left() > Limits.BATCH_MAX) {
            throw cursor.wrong("receipts=" + cursor.left() + " is outside 1 … " + Limits.BATCH_MAX);
        }
        List<Command.AckMany.Held> receipts = new ArrayList<>(cursor.left());
        while (cursor.more()) {
            cursor.receipt();
            receipts.add(new Command.AckMany.Held(cursor.id(), cursor.attempt()));
        }
        return task(new Command.AckMany(queue, receipts), Shape.ACKED_MANY);
    }

    private Command release() {
        String queue = queue();
        cursor.receipt();
        long delayMs = cursor.skipIf(Word.DELAY) ? cursor.delayMs() : 0;
        return new Command.Release(queue, cursor.id(), cursor.attempt(), delayMs);
    }

    private Command fail() {
        String queue = queue();
        cursor.receipt();
        long delayMs = -1;
        String reason = null;
        while (cursor.more()) {
            Word option = cursor.option();
            switch (option) {
                case DELAY -> delayMs = cursor.delayMs();
                case REASON -> reason = reason();
                default -> throw cursor.unexpected(option);
            }
        }
        return new Command.Fail(queue, cursor.id(), cursor.attempt(), delayMs, reason);
    }

    private Command bury() {
        String queue = queue();
        cursor.receipt();
        @Nullable String reason = cursor.skipIf(Word.REASON) ? reason() : null;
        return new Command.Bury(queue, cursor.id(), cursor.attempt(), reason);
    }

    private Command touch() {
        String queue = queue();
        cursor.receipt();
        return new Command.Touch(queue, cursor.id(), cursor.attempt());
    }

    private String reason() {
        String reason = cursor.text("reason");
        Limits.requireReason(reason);
        return reason;
    }

    private Request kick() {
        String queue = queue();
        return switch (cursor.word("COUNT or ID")) {
            case COUNT -> task(new Command.Kick(queue, cursor.count("COUNT", Limits.BATCH_MAX)), Shape.KICKED);
            case ID -> task(new Command.KickOne(queue, id()), Shape.STATE);
            default -> throw cursor.wrong("expected COUNT or ID");
        };
    }

    private Command list() {
        String queue = queue();
        TaskState state = switch (cursor.word("ready, delayed, taken or buried")) {
            case READY -> TaskState.READY;
            case DELAYED -> TaskState.DELAYED;
            case TAKEN -> TaskState.TAKEN;
            case BURIED -> TaskState.BURIED;
            default -> throw cursor.wrong("state is none of ready, delayed, taken, buried");
        };
        long from = 0;
        int count = LIST_COUNT_DEFAULT;
        while (cursor.more()) {
            Word option = cursor.option();
            switch (option) {
                case CURSOR -> from = cursor.integer("CURSOR", 0, Long.MAX_VALUE);
                case COUNT -> count = cursor.count("COUNT", Limits.BATCH_MAX);
                default -> throw cursor.unexpected(option);
            }
        }
        return new Command.ListTasks(queue, state, from, count);
    }

    private Command held() {
        long from = 0;
        int count = LIST_COUNT_DEFAULT;
        while (cursor.more()) {
            Word option = cursor.option();
            switch (option) {
                case CURSOR -> from = cursor.integer("CURSOR", 0, Long.MAX_VALUE);
                case COUNT -> count = cursor.count("COUNT", Limits.BATCH_MAX);
                default -> throw cursor.unexpected(option);
            }
        }
        return new Command.ListHeld(from, count);
    }

    private Command queues() {
        long from = 0;
        int count = LIST_COUNT_DEFAULT;
        while (cursor.more()) {
            Word option = cursor.option();
            switch (option) {
                case CURSOR -> from = cursor.integer("CURSOR", 0, Long.MAX_VALUE);
                case COUNT -> count = cursor.count("COUNT", QUEUES_COUNT_MAX);
                default -> throw cursor.unexpected(option);
            }
        }
        return new Command.ListQueues(from, count);
    }

    private Command configure() {
        String queue = queue();
        if (!cursor.more()) {
            return new Command.Settings(queue);
        }
        int attempts = 0;
        long ttrMs = 0;
        long backoffFirstMs = 0;
        long backoffMaxMs = 0;
        while (cursor.more()) {
            Word option = cursor.option();
            switch (option) {
                case ATTEMPTS -> attempts = cursor.skipIf(Word.NONE) ? 0 : (int) cursor.integer("ATTEMPTS", 0, Limits.ATTEMPTS_MAX);
                case TTR -> ttrMs = cursor.skipIf(Word.NONE) ? 0 : cursor.durationMs("TTR");
                case BACKOFF -> {
                    boolean usual = cursor.skipIf(Word.DEFAULT);
                    backoffFirstMs = usual ? 0 : cursor.durationMs("BACKOFF first");
                    backoffMaxMs = usual ? 0 : cursor.durationMs("BACKOFF max");
                }
                default -> throw cursor.unexpected(option);
            }
        }
        return new Command.Configure(queue, new QueueSettings(attempts, ttrMs, backoffFirstMs, backoffMaxMs));
    }

    private Request pushes(Verb verb) {
        if (verb == Verb.TASK_CREDIT) {
            return new Request.Credit(cursor.name("tag"), cursor.count("count", CREDIT_MAX));
        }
        if (verb == Verb.TASK_CANCEL) {
            return new Request.Cancel(cursor.name("tag"));
        }
        String queue = queue();
        int credit = 0;
        String tag = null;
        while (cursor.more()) {
            Word option = cursor.option();
            switch (option) {
                case CREDIT -> credit = cursor.count("CREDIT", CREDIT_MAX);
                case TAG -> tag = cursor.name("tag");
                default -> throw cursor.unexpected(option);
            }
        }
        if (credit == 0 || tag == null) {
            throw cursor.wrong("CREDIT and TAG must both be given");
        }
        return new Request.Consume(queue, credit, tag);
    }
}
