package dev.millrace.wire;

import dev.millrace.api.ErrorCode;
import dev.millrace.api.QueueSettings;
import dev.millrace.api.QueueStats;
import dev.millrace.api.TaskState;
import dev.millrace.api.engine.Answer;
import dev.millrace.api.engine.Command;
import dev.millrace.api.engine.Push;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Turns replies back into the answers to commands. Fields that are not known are passed over, so that a later server
 * may say more; one that is missing is a {@link ProtocolException}, since then nothing that follows can be trusted.
 */
public final class AnswerReader {
    private static final Map<String, ErrorCode> CODES =
            Stream.of(ErrorCode.values()).collect(Collectors.toUnmodifiableMap(ErrorCode::name, Function.identity()));
    private static final String WAITING = "WAITING";

    private AnswerReader() {}

    /** Whether a take with a tag was answered with WAITING: what comes of it will be pushed. */
    public static boolean isWaiting(Reply reply) {
        return reply instanceof Reply.Word word && word.text().equals(WAITING);
    }

    /** What the reply says to this command. */
    public static Answer read(Command command, Reply reply) throws ProtocolException {
        if (command instanceof Command.AckMany many && many.receipts().size() == 1) {
            // One receipt is written as Ack, which is answered without an array around it.
            return new Answer.Each(List.of(reply instanceof Reply.Problem one ? failed(one) : done(reply)));
        }
        if (reply instanceof Reply.Problem problem) {
            return failed(problem);
        }
        return switch (command) {
            case Command.Put put -> stored(reply);
            case Command.PutMany many -> new Answer.StoredMany(each(reply, AnswerReader::stored));
            case Command.Take take -> taken(reply);
            case Command.TakeMany take -> taken(reply);
            case Command.AckMany many -> new Answer.Each(each(reply, AnswerReader::doneOrFailed));
            case Command.Ack ack -> done(reply);
            case Command.Release release -> done(reply);
            case Command.Fail fail -> done(reply);
            case Command.Bury bury -> done(reply);
            case Command.Touch touch -> done(reply);
            case Command.KickOne kick -> done(reply);
            case Command.Delete delete -> done(reply);
            case Command.Kick kick -> count(reply, Field.KICKED);
            case Command.Purge purge -> count(reply, Field.PURGED);
            case Command.LastSequence sequence -> count(reply, Field.SEQUENCE);
            case Command.Peek peek -> reply instanceof Reply.Nothing ? new Answer.Nothing() : seen(reply);
            case Command.ListTasks list -> page(reply);
            case Command.Pause pause -> settings(reply);
            case Command.Resume resume -> settings(reply);
            case Command.Configure configure -> settings(reply);
            case Command.Settings settings -> settings(reply);
            case Command.Stats stats -> new Answer.Stats(stats(reply));
            case Command.ListQueues list -> queues(reply);
            case Command.ListHeld list -> held(reply);
            case Command.Beat beat -> new Answer.Count(0);
        };
    }

    /** What SESSION.GRACE was answered with, if not with an error. */
    public static SessionGrant granted(Reply reply) throws ProtocolException {
        FieldReader fields = FieldReader.of(reply);
        return new SessionGrant(fields.number(Field.ID), fields.textOrNull(Field.SECRET), fields.number(Field.GRACE_MS));
    }

    /** What SESSION.RESUME was answered with, if not with an error. */
    public static SessionResumed resumed(Reply reply) throws ProtocolException {
        FieldReader fields = FieldReader.of(reply);
        return new SessionResumed(fields.number(Field.ID), fields.number(Field.GRACE_MS), fields.number(Field.HELD));
    }

    /** The error that was answered, to whatever command. */
    public static Answer.Failed problem(Reply.Problem problem) {
        return failed(problem);
    }

    /** What the server says unasked. */
    public static PushMessage push(Reply.Pushed pushed) throws ProtocolException {
        List<Reply> items = pushed.items();
        String kind = items.isEmpty() ? "" : FieldReader.text(items.getFirst());
        return switch (kind) {
            case "taken" -> {
                require(items.size() == 3, "a push of a taken task has " + items.size() + " parts instead of 3");
                yield new PushMessage.Tagged(FieldReader.text(items.get(1)), tagged(items.get(2)));
            }
            case "lost" -> {
                require(items.size() == 4, "a push of a lost task has " + items.size() + " parts instead of 4");
                yield new PushMessage.Lost(new Push.Lost(
                        FieldReader.text(items.get(1)),
                        FieldReader.number(items.get(2), 1, Long.MAX_VALUE),
                        (int) FieldReader.number(items.get(3), 0, Integer.MAX_VALUE)));
            }
            default -> new PushMessage.Unknown(kind);
        };
    }

    private static Answer tagged(Reply reply) throws ProtocolException {
        if (reply instanceof Reply.Fields fields && FieldReader.of(fields).has(Field.CODE)) {
            FieldReader problem = FieldReader.of(fields);
            return failed(new Reply.Problem(problem.text(Field.CODE), problem.text(Field.MESSAGE)));
        }
        return taken(reply);
    }

    /** A code of a later version is INTERNAL here, and stays in the message. */
    private static Answer.Failed failed(Reply.Problem problem) {
        ErrorCode code = CODES.get(problem.code());
        return code == null
                ? new Answer.Failed(ErrorCode.INTERNAL, problem.code() + " " + problem.message())
                : new Answer.Failed(code, problem.message());
    }

    private static Answer.Stored stored(Reply reply) throws ProtocolException {
        FieldReader fields = FieldReader.of(reply);
        return new Answer.Stored(
                fields.number(Field.ID),
                state(fields),
                fields.has(Field.DUE) ? fields.number(Field.DUE) : 0,
                fields.has(Field.REPEATED) && fields.truth(Field.REPEATED),
                fields.has(Field.EXISTING) && fields.truth(Field.EXISTING));
    }

    private static Answer taken(Reply reply) throws ProtocolException {
        if (reply instanceof Reply.Nothing) {
            return new Answer.Nothing();
        }
        // In RESP2 a map is an array too, which begins with the name of a field.
        if (reply instanceof Reply.Items items
                && !(items.items().isEmpty() || items.items().getFirst() instanceof Reply.Bulk)) {
            return new Answer.TakenMany(each(reply, AnswerReader::takenOne));
        }
        return takenOne(reply);
    }

    private static Answer.Taken takenOne(Reply reply) throws ProtocolException {
        FieldReader fields = FieldReader.of(reply);
        return new Answer.Taken(
                fields.text(Field.QUEUE),
                fields.number(Field.ID),
                fields.small(Field.ATTEMPT),
                fields.small(Field.FAILURES),
                fields.has(Field.MAX_ATTEMPTS) ? fields.small(Field.MAX_ATTEMPTS) : 0,
                fields.number(Field.PRIORITY),
                fields.bytes(Field.PAYLOAD));
    }

    private static Answer doneOrFailed(Reply reply) throws ProtocolException {
        return reply instanceof Reply.Problem problem ? failed(problem) : done(reply);
    }

    private static Answer done(Reply reply) throws ProtocolException {
        FieldReader fields = FieldReader.of(reply);
        return new Answer.Done(fields.number(Field.ID), fields.has(Field.STATE) ? state(fields) : null);
    }

    private static Answer count(Reply reply, Field field) throws ProtocolException {
        return new Answer.Count(FieldReader.of(reply).number(field));
    }

    private static Answer settings(Reply reply) throws ProtocolException {
        FieldReader fields = FieldReader.of(reply);
        int maxAttempts = fields.small(Field.MAX_ATTEMPTS);
        long ttrMs = fields.number(Field.TTR_MS);
        long firstMs = fields.number(Field.BACKOFF_FIRST_MS);
        long maxMs = fields.number(Field.BACKOFF_MAX_MS);
        return new Answer.Settings(
                FieldReader.checked(() -> new QueueSettings(maxAttempts, ttrMs, firstMs, maxMs)),
                fields.truth(Field.PAUSED));
    }

    private static Answer.Seen seen(Reply reply) throws ProtocolException {
        FieldReader fields = FieldReader.of(reply);
        TaskState state = state(fields);
        if (state == null) {
            throw ProtocolException.nonsense("a task without a state");
        }
        return new Answer.Seen(
                fields.number(Field.ID),
                state,
                fields.number(Field.PRIORITY),
                fields.number(Field.DUE),
                fields.small(Field.ATTEMPTS),
                fields.small(Field.FAILURES),
                fields.textOrNull(Field.REASON),
                fields.bytes(Field.PAYLOAD));
    }

    private static Answer page(Reply reply) throws ProtocolException {
        FieldReader fields = FieldReader.of(reply);
        return new Answer.Page(each(fields.reply(Field.TASKS), AnswerReader::seen), fields.number(Field.CURSOR));
    }

    private static QueueStats stats(Reply reply) throws ProtocolException {
        FieldReader fields = FieldReader.of(reply);
        return new QueueStats(
                fields.text(Field.QUEUE),
                fields.number(Field.READY),
                fields.number(Field.DELAYED),
                fields.number(Field.TAKEN),
                fields.number(Field.BURIED),
                fields.number(Field.WAITING),
                fields.number(Field.AGE_MS),
                fields.truth(Field.PAUSED),
                fields.number(Field.PUT_COUNT),
                fields.number(Field.TAKEN_COUNT),
                fields.number(Field.ACKED_COUNT),
                fields.number(Field.RELEASED_COUNT),
                fields.number(Field.FAILED_COUNT),
                fields.number(Field.TIMED_OUT_COUNT),
                fields.number(Field.BURIED_COUNT),
                fields.number(Field.EXPIRED_COUNT),
                fields.number(Field.DELETED_COUNT));
    }

    private static Answer queues(Reply reply) throws ProtocolException {
        FieldReader fields = FieldReader.of(reply);
        return new Answer.Queues(each(fields.reply(Field.QUEUES), AnswerReader::stats), fields.number(Field.CURSOR));
    }

    private static Answer held(Reply reply) throws ProtocolException {
        FieldReader fields = FieldReader.of(reply);
        return new Answer.Held(
                fields.number(Field.HELD), each(fields.reply(Field.TASKS), AnswerReader::receipt), fields.number(Field.CURSOR));
    }

    private static Answer.Held.Receipt receipt(Reply reply) throws ProtocolException {
        FieldReader fields = FieldReader.of(reply);
        String receipt = fields.text(Field.RECEIPT);
        int colon = receipt.indexOf(':');
        try {
            return new Answer.Held.Receipt(
                    fields.text(Field.QUEUE),
                    Long.parseLong(receipt, 0, Math.max(0, colon), 10),
                    Integer.parseInt(receipt, colon + 1, receipt.length(), 10));
        } catch (NumberFormatException wrong) {
            throw ProtocolException.nonsense("a receipt that is not id:attempt");
        }
    }

    private static @Nullable TaskState state(FieldReader fields) throws ProtocolException {
        String name = fields.textOrNull(Field.STATE);
        if (name == null) {
            return null;
        }
        for (TaskState state : TaskState.values()) {
            if (state.name().toLowerCase(Locale.ROOT).equals(name)) {
                return state;
            }
        }
        throw ProtocolException.nonsense("a task in a state that is none of ready, delayed, taken, buried");
    }

    /** Reads one of several. */
    private interface One<T> {
        T read(Reply reply) throws ProtocolException;
    }

    private static <T> List<T> each(Reply reply, One<T> one) throws ProtocolException {
        if (!(reply instanceof Reply.Items items)) {
            throw ProtocolException.nonsense("expected an array");
        }
        List<T> all = new ArrayList<>(items.items().size());
        for (Reply item : items.items()) {
            all.add(one.read(item));
        }
        return all;
    }

    private static void require(boolean holds, String otherwise) throws ProtocolException {
        if (!holds) {
            throw ProtocolException.nonsense(otherwise);
        }
    }
}
