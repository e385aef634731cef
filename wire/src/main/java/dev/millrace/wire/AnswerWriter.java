package dev.millrace.wire;

import dev.millrace.api.Put;
import dev.millrace.api.QueueSettings;
import dev.millrace.api.QueueStats;
import dev.millrace.api.TaskState;
import dev.millrace.api.engine.Answer;
import dev.millrace.api.engine.Push;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes an engine's answers and pushes: maps whose fields are named, {@code id} first where there is one, so that no
 * client counts positions. docs/PROTOCOL.md lists them.
 */
public final class AnswerWriter {
    private static final byte[] READY = Field.bulk("ready");
    private static final byte[] DELAYED = Field.bulk("delayed");
    private static final byte[] TAKEN = Field.bulk("taken");
    private static final byte[] BURIED = Field.bulk("buried");
    private static final byte[] ACKED = Field.bulk("acked");
    private static final byte[] DELETED = Field.bulk("deleted");
    private static final byte[] LOST = Field.bulk("lost");

    /**
     * From the attempt to the payload's name, of a task that is taken for the first time and has no priority of its
     * own: most are.
     */
    private static final byte[] TAKEN_FIRST = takenFirst();

    private final ReplyWriter out;

    /** One that writes where the given one does, and in its version. */
    public AnswerWriter(ReplyWriter out) {
        this.out = out;
    }

    /** Writes the answer to a command of this shape. Payloads are copied, so that they may change afterwards. */
    public void write(Shape shape, Answer answer) {
        out.hold();
        try {
            value(shape, answer);
        } finally {
            out.release();
        }
    }

    /** Writes what came of a take or a consumption with this tag; RESP3 only. */
    public void taken(String tag, Answer answer) {
        out.hold();
        try {
            pushed(tag, answer);
        } finally {
            out.release();
        }
    }

    /** Writes what SESSION.GRACE answers; */
    public void granted(SessionGrant grant) {
        out.map(3);
        number(Field.ID, grant.id());
        out.field(Field.SECRET);
        if (grant.secret() == null) {
            out.nothing();
        } else {
            out.bulk(grant.secret());
        }
        number(Field.GRACE_MS, grant.graceMs());
    }

    /** Writes what SESSION.RESUME answers. */
    public void resumed(SessionResumed resumed) {
        out.map(3);
        number(Field.ID, resumed.id());
        number(Field.GRACE_MS, resumed.graceMs());
        number(Field.HELD, resumed.held());
    }

    /** Writes what SESSION.LIST answers. */
    public void sessions(SessionPage page) {
        out.map(2);
        number(Field.CURSOR, page.nextCursor());
        out.field(Field.SESSIONS);
        out.array(page.sessions().size());
        page.sessions().forEach(this::session);
    }

    private void session(SessionPage.Entry session) {
        out.map(10);
        number(Field.ID, session.id());
        out.field(Field.STATE);
        out.field(session.isConnected() ? Field.CONNECTED : Field.DETACHED);
        text(Field.USER, session.user());
        text(Field.NAME, session.name());
        text(Field.PEER, session.peer());
        number(Field.SINCE, session.sinceMs());
        number(Field.HELD, session.held());
        number(Field.WAITING, session.waiting());
        number(Field.GRACE_MS, session.graceMs());
        if (session.isConnected()) {
            out.field(Field.GRACE_LEFT_MS);
            out.nothing();
        } else {
            number(Field.GRACE_LEFT_MS, session.graceLeftMs());
        }
    }

    private void text(Field field, String value) {
        out.field(field);
        out.bulk(value);
    }

    /** Writes what SESSION.TIMEOUT answers. */
    public void timeout(long id, long timeoutMs) {
        out.map(2);
        number(Field.ID, id);
        number(Field.TIMEOUT_MS, timeoutMs);
    }

    /** Writes that a task is lost; RESP3 only. */
    public void lost(Push.Lost lost) {
        out.push(4);
        out.rendered(LOST);
        out.bulk(lost.queue());
        out.number(lost.id());
        out.number(lost.attempt());
    }

    private void value(Shape shape, Answer answer) {
        switch (answer) {
            case Answer.Stored stored -> stored(stored);
            case Answer.Taken taken -> taken(taken);
            case Answer.Done done -> done(shape, done);
            case Answer.Nothing nothing -> out.nothing();
            case Answer.Failed failed -> out.error(failed.code(), failed.message());
            case Answer.StoredMany many -> storedMany(many.tasks());
            case Answer.TakenMany many -> takenMany(many.tasks());
            case Answer.Each each -> each(shape, each.answers());
            case Answer.Count count -> count(shape, count.count());
            case Answer.Settings settings -> settings(settings);
            case Answer.Seen seen -> seen(seen);
            case Answer.Page page -> page(page);
            case Answer.Stats stats -> stats(stats.stats());
            case Answer.Queues queues -> queues(queues);
            case Answer.Held held -> held(held);
        }
    }

    private void pushed(String tag, Answer answer) {
        out.push(3);
        out.field(Field.TAKEN);
        out.bulk(tag);
        if (answer instanceof Answer.Failed failed) {
            out.map(2);
            out.field(Field.CODE);
            out.bulk(failed.code().name());
            out.field(Field.MESSAGE);
            out.bulk(failed.message());
        } else {
            value(Shape.TAKEN, answer);
        }
    }

    private void stored(Answer.Stored stored) {
        boolean delayed = stored.state() == TaskState.DELAYED;
        out.map(2 + (delayed ? 1 : 0) + (stored.repeated() ? 1 : 0) + (stored.existing() ? 1 : 0));
        number(Field.ID, stored.id());
        state(stored.state());
        if (delayed) {
            number(Field.DUE, stored.dueMs());
        }
        if (stored.repeated()) {
            truth(Field.REPEATED, true);
        }
        if (stored.existing()) {
            truth(Field.EXISTING, true);
        }
    }

    private void taken(Answer.Taken taken) {
        boolean isLimited = taken.maxAttempts() != 0;
        out.map(isLimited ? 8 : 7);
        number(Field.ID, taken.id());
        out.field(Field.QUEUE);
        out.bulk(taken.queue());
        out.field(Field.RECEIPT);
        out.receipt(taken.id(), taken.attempt());
        if (isLimited) {
            number(Field.MAX_ATTEMPTS, taken.maxAttempts());
        }
        if (taken.attempt() == 1 && taken.failures() == 0 && taken.priority() == Put.PRIORITY_DEFAULT) {
            out.rendered(TAKEN_FIRST);
        } else {
            takenAgain(taken.attempt(), taken.failures(), taken.priority());
        }
        out.bulk(taken.payload());
    }

    private void takenAgain(int attempt, int failures, long priority) {
        number(Field.ATTEMPT, attempt);
        number(Field.FAILURES, failures);
        number(Field.PRIORITY, priority);
        out.field(Field.PAYLOAD);
    }

    private static byte[] takenFirst() {
        ByteBuf rendered = Unpooled.buffer();
        new AnswerWriter(new ReplyWriter().onto(rendered)).takenAgain(1, 0, Put.PRIORITY_DEFAULT);
        return ByteBufUtil.getBytes(rendered);
    }

    private void done(Shape shape, Answer.Done done) {
        out.map(2);
        number(Field.ID, done.id());
        switch (shape) {
            case ACKED, ACKED_MANY -> outcome(ACKED);
            case DELETED -> outcome(DELETED);
            default -> state(done.state());
        }
    }

    private void outcome(byte[] outcome) {
        out.field(Field.OUTCOME);
        out.rendered(outcome);
    }

    private void storedMany(List<Answer.Stored> tasks) {
        out.array(tasks.size());
        for (Answer.Stored task : tasks) {
            stored(task);
        }
    }

    private void takenMany(List<Answer.Taken> tasks) {
        out.array(tasks.size());
        for (Answer.Taken task : tasks) {
            taken(task);
        }
    }

    private void each(Shape shape, List<Answer> answers) {
        out.array(answers.size());
        for (Answer answer : answers) {
            value(shape, answer);
        }
    }

    private void count(Shape shape, long count) {
        switch (shape) {
            case KICKED -> counted(Field.KICKED, count);
            case PURGED -> counted(Field.PURGED, count);
            case SEQUENCE -> counted(Field.SEQUENCE, count);
            case PONG -> out.simple("PONG");
            default -> throw new IllegalArgumentException("a count in the shape " + shape);
        }
    }

    private void counted(Field field, long count) {
        out.map(1);
        number(field, count);
    }

    private void settings(Answer.Settings answer) {
        QueueSettings settings = answer.settings();
        out.map(5);
        number(Field.MAX_ATTEMPTS, settings.maxAttempts());
        number(Field.TTR_MS, settings.ttrMs());
        number(Field.BACKOFF_FIRST_MS, settings.backoffFirstMs());
        number(Field.BACKOFF_MAX_MS, settings.backoffMaxMs());
        truth(Field.PAUSED, answer.paused());
    }

    private void seen(Answer.Seen seen) {
        out.map(8);
        number(Field.ID, seen.id());
        state(seen.state());
        number(Field.PRIORITY, seen.priority());
        number(Field.DUE, seen.dueMs());
        number(Field.ATTEMPTS, seen.attempts());
        number(Field.FAILURES, seen.failures());
        out.field(Field.REASON);
        if (seen.reason() == null) {
            out.nothing();
        } else {
            out.bulk(seen.reason());
        }
        out.field(Field.PAYLOAD);
        out.bulk(seen.payload());
    }

    private void page(Answer.Page page) {
        out.map(2);
        number(Field.CURSOR, page.nextCursor());
        out.field(Field.TASKS);
        out.array(page.tasks().size());
        for (Answer.Seen task : page.tasks()) {
            seen(task);
        }
    }

    private void stats(QueueStats stats) {
        out.map(18);
        out.field(Field.QUEUE);
        out.bulk(stats.queue());
        number(Field.READY, stats.ready());
        number(Field.DELAYED, stats.delayed());
        number(Field.TAKEN, stats.taken());
        number(Field.BURIED, stats.buried());
        number(Field.TOTAL, stats.total());
        number(Field.WAITING, stats.waiting());
        number(Field.AGE_MS, stats.ageMs());
        truth(Field.PAUSED, stats.paused());
        number(Field.PUT_COUNT, stats.putCount());
        number(Field.TAKEN_COUNT, stats.takenCount());
        number(Field.ACKED_COUNT, stats.ackedCount());
        number(Field.RELEASED_COUNT, stats.releasedCount());
        number(Field.FAILED_COUNT, stats.failedCount());
        number(Field.TIMED_OUT_COUNT, stats.timedOutCount());
        number(Field.BURIED_COUNT, stats.buriedCount());
        number(Field.EXPIRED_COUNT, stats.expiredCount());
        number(Field.DELETED_COUNT, stats.deletedCount());
    }

    private void queues(Answer.Queues answer) {
        out.map(2);
        number(Field.CURSOR, answer.nextCursor());
        out.field(Field.QUEUES);
        out.array(answer.queues().size());
        for (QueueStats stats : answer.queues()) {
            stats(stats);
        }
    }

    private void held(Answer.Held held) {
        out.map(3);
        number(Field.CURSOR, held.nextCursor());
        number(Field.HELD, held.held());
        out.field(Field.TASKS);
        out.array(held.tasks().size());
        for (Answer.Held.Receipt task : held.tasks()) {
            out.map(2);
            out.field(Field.QUEUE);
            out.bulk(task.queue());
            out.field(Field.RECEIPT);
            out.receipt(task.id(), task.attempt());
        }
    }

    private void number(Field field, long value) {
        out.field(field);
        out.number(value);
    }

    private void truth(Field field, boolean value) {
        out.field(field);
        out.truth(value);
    }

    private void state(@Nullable TaskState state) {
        out.field(Field.STATE);
        if (state == null) {
            out.nothing();
        } else {
            out.rendered(switch (state) {
                case READY -> READY;
                case DELAYED -> DELAYED;
                case TAKEN -> TAKEN;
                case BURIED -> BURIED;
            });
        }
    }
}
