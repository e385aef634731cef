package dev.millrace.embedded;

import dev.millrace.api.ErrorCode;
import dev.millrace.api.Limits;
import dev.millrace.api.MillraceException;
import dev.millrace.api.OpenOptions;
import dev.millrace.api.QueueSettings;
import dev.millrace.api.TaskState;
import dev.millrace.api.engine.Answer;
import dev.millrace.api.engine.Command;
import dev.millrace.api.engine.EndReason;
import dev.millrace.api.engine.EngineFigures;
import dev.millrace.core.CoreSession;
import dev.millrace.core.PutCommand;
import dev.millrace.core.QueueCounts;
import dev.millrace.core.State;
import dev.millrace.core.TaskMachine;
import dev.millrace.core.TaskView;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The state machine and its store, round by round: time passes, commands are applied, what they recorded is made as
 * durable as configured, and only then are the answers let out. Used by one thread at a time; starts none, and reads no
 * clock.
 *
 * <p>A round of nothing but takes and looks needs no fsync, since a take must be written but not fsynced (T22). In a
 * round with puts the takes wait along: one that was let out earlier could name a task that a power loss takes back,
 * and whose id the next life would give to another (T2). When a write fails, nothing of that round is known to have
 * happened: its commands are answered with UNKNOWN, and everything after with READ_ONLY, until the engine is opened
 * again (T14, G8).
 */
final class Shard {
    private static final System.Logger LOG = System.getLogger("dev.millrace.embedded");
    private static final int PAGE_BYTES_MAX = 1 << 20;
    private static final int LIST_SLOTS_MAX = 10_000;
    private static final int LIST_QUEUES_MAX = 1_000;
    /** A batch is one unit in the log, whose largest segment has twice as many bytes. */
    private static final int BATCH_BYTES_MAX = 64 << 20;

    private final OpenOptions options;
    private final Store store;
    private final TaskMachine<ByteBuffer> machine;
    private final Outbox outbox;
    private final Admission admission;
    private final Figures figures;
    /** The machine, as the store sees it. */
    private final Store.Owner upkeep = new Store.Owner() {
        @Override
        public boolean restate(long before, long bytesMax) {
            return machine.restate(before, bytesMax);
        }

        @Override
        public long bytesBefore(long before) {
            return machine.bytesBefore(before);
        }

        @Override
        public long recordedBytes() {
            return machine.recordedBytes();
        }

        @Override
        public long recordedGrowthBytes() {
            return machine.recordedGrowthBytes();
        }

        @Override
        public int heldCount() {
            return machine.heldCount();
        }

        @Override
        public void copy(long id, long position) {
            machine.copy(id, position);
        }
    };
    /** Why the store takes nothing more; null while all is well. */
    private @Nullable MillraceException broken;

    /** The rounds begin. */
    Shard(OpenOptions options, Store store, TaskMachine<ByteBuffer> machine, Outbox outbox) {
        this.options = options;
        this.store = store;
        this.machine = machine;
        this.outbox = outbox;
        this.admission = new Admission(store);
        this.figures = new Figures(options, batchBytesMax(options));
    }

    /** When a round is wanted even if no command comes, in ms since 1970; a broken shard wants none. */
    long nextEventMs() {
        return broken != null ? Long.MAX_VALUE : Math.min(machine.nextEventMs(), store.nextWorkMs(machine.nowMs()));
    }

    /** Whether the round should end now, since its answers take much room. */
    boolean isRoundFull() {
        return outbox.isFull();
    }

    /** The time of the present round. */
    long nowMs() {
        return machine.nowMs();
    }

    /**
     * What it says of itself.
     *
     * @param room the limits of what waits for it
     */
    EngineFigures figures(List<EngineFigures.Bound> room) {
        return figures.of(room, machine.load(), admission.refusals(), store);
    }

    @Nullable MillraceException broken() {
        return broken;
    }

    /** Begins a round at this time; whether more is due than fits into it. */
    boolean begin(long nowMs) {
        return broken == null && guarded(() -> {
            store.begin(nowMs); // first: what time brings may fill a batch, which is written with the time known by then
            boolean isMoreDue = machine.advance(nowMs);
            return forgetProducers() | isMoreDue;
        }, true);
    }

    private boolean forgetProducers() {
        return machine.hasOutlivedProducers() && admission.admitsForgetting() && machine.forgetProducers();
    }

    /**
     * Ends a round: what it recorded is stored, and what it answered goes out.
     *
     * @param isIdle whether no round follows at once, as far as is known, whoever serves
     * @return whether work is left that needs no command
     */
    boolean end(boolean isIdle) {
        boolean more = broken == null && guarded(this::finish, false);
        if (broken == null) {
            more |= store(isIdle);
        }
        if (broken != null) {
            outbox.breakWith(broken);
        }
        outbox.flush();
        return more;
    }

    private boolean finish() {
        boolean more = machine.expire();
        more |= machine.giveBack();
        return machine.sweep() | more;
    }

    /** Whether the store wants another round. */
    private boolean store(boolean isIdle) {
        try {
            if (!store.owesSync()) {
                outbox.announce();
            }
            store.write(machine.nowMs(), machine.nextId(), isIdle);
            store.makeDurable();
            outbox.send();
            return store.settle(machine.nowMs(), machine.nextId(), upkeep);
        } catch (RuntimeException e) {
            breakDown(e);
            return false;
        }
    }

    /** Ends every session in order, and closes the store. */
    void close() {
        if (broken == null) {
            guarded(() -> {
                machine.closeSessions();
                return true;
            }, true);
        }
        end(true);
        if (broken == null) {
            try {
                while (machine.sweep()) {
                    store.write(machine.nowMs(), machine.nextId(), true);
                }
                store.close(machine.nowMs(), machine.nextId(), upkeep);
                return;
            } catch (RuntimeException e) {
                breakDown(e);
            }
        }
        endSessions();
        abandon();
    }

    /** Of a broken engine: nobody is left in the belief that its session lives. */
    private void endSessions() {
        for (CoreSession session : machine.sessions()) {
            outbox.end((EmbeddedSession<?>) session.attachment(), EndReason.ENGINE_BROKEN);
        }
        outbox.send();
        outbox.flush();
    }

    /** The owner cannot go on: all that was said is uncertain, nobody is left waiting, and the store is let go of. */
    void collapse(Throwable cause) {
        try {
            LOG.log(System.Logger.Level.ERROR, "the engine's thread ended", cause);
            breakDown(new IllegalStateException(cause));
            if (broken != null) {
                outbox.breakWith(broken);
            }
            endSessions();
        } finally {
            abandon();
        }
    }

    /** Lets go of the store without a farewell. */
    void abandon() {
        try {
            store.abandon();
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.WARNING, "closing the store failed", e);
        }
    }

    // --- Sessions

    @Nullable CoreSession open(EmbeddedSession<?> session, long silenceMaxMs) {
        if (broken != null) {
            outbox.end(session, EndReason.ENGINE_BROKEN);
            return null;
        }
        CoreSession opened = machine.openSession(session.id(), silenceMaxMs, session);
        figures.opened(opened != null);
        return opened;
    }

    void closeSession(CoreSession session) {
        if (broken == null) {
            guarded(() -> {
                machine.closeSession(session);
                return true;
            }, true);
        }
    }

    void silence(CoreSession session) {
        if (broken == null) {
            guarded(() -> {
                machine.silence(session);
                return true;
            }, true);
        }
    }

    void cancel(CoreSession session, Object token) {
        if (broken == null && session.isOpen()) {
            guarded(() -> {
                machine.cancel(session, token);
                return true;
            }, true);
        }
    }

    // --- Commands

    /** Applies a command of a session; the answer goes to the outbox. */
    void apply(EmbeddedSession<?> from, @Nullable CoreSession session, Object token, Command command) {
        if (broken != null) {
            outbox.add(from, token, readOnly());
        } else if (session == null) {
            outbox.add(from, token, new Answer.Failed(ErrorCode.OVERLOADED, "the session was not opened: sessions reached 16,777,215, the most that can be open, or openings "
                    + CommandRoom.OPENINGS_MAX + ", the most that may wait; close some, or open them more slowly"));
        } else if (!session.isOpen()) {
            outbox.add(from, token, new Answer.Failed(ErrorCode.CLOSED, "session " + session.id() + " has ended"));
        } else {
            applyOnce(from, session, token, command);
        }
    }

    /** What fails in its midst may have been answered, or its take withdrawn, already: that answer is taken back. */
    private void applyOnce(EmbeddedSession<?> from, CoreSession session, Object token, Command command) {
        int said = outbox.count();
        try {
            machine.heard(session);
            apply(session, token, command);
        } catch (MillraceException e) {
            outbox.add(from, token, new Answer.Failed(e.code(), e.told()));
        } catch (RuntimeException e) {
            breakDown(e);
            outbox.takeBack(said, from, token);
            outbox.add(from, token, new Answer.Failed(ErrorCode.UNKNOWN, "the engine broke down: " + e));
        } catch (Error e) {
            // It ends the engine, which then answers the command as one that was left.
            outbox.takeBack(said, from, token);
            throw e;
        }
    }

    private void apply(CoreSession session, Object token, Command command) {
        requireName(command);
        admission.require(command);
        switch (command) {
            case Command.Put put -> put(session, token, put);
            case Command.PutMany put -> putMany(session, token, put);
            case Command.Take(List<String> queues, long timeoutMs) -> {
                requireWithin("timeoutMs", timeoutMs, -1, Limits.DELAY_MAX_MS);
                machine.take(session, token, requireDifferent(queues), timeoutMs);
            }
            case Command.TakeMany(List<String> queues, int count, long timeoutMs) -> {
                requireWithin("timeoutMs", timeoutMs, -1, Limits.DELAY_MAX_MS);
                requireWithin("count", count, 1, Limits.BATCH_MAX);
                machine.takeMany(session, token, requireDifferent(queues), count, timeoutMs);
            }
            default -> judge(session, token, command);
        }
    }

    private void judge(CoreSession session, Object token, Command command) {
        switch (command) {
            case Command.Ack(String queue, long id, int attempt) -> {
                requireReceipt(id, attempt);
                machine.ack(session, token, queue, id, attempt);
            }
            case Command.AckMany ack -> ackMany(session, token, ack);
            case Command.Release(String queue, long id, int attempt, long delayMs) -> {
                requireReceipt(id, attempt);
                requireWithin("delayMs", delayMs, 0, Limits.DELAY_MAX_MS);
                machine.release(session, token, queue, id, attempt, delayMs);
            }
            case Command.Fail(String queue, long id, int attempt, long delayMs, String reason) -> {
                requireReceipt(id, attempt);
                requireWithin("delayMs", delayMs, -1, Limits.DELAY_MAX_MS);
                Limits.requireReason(reason);
                machine.fail(session, token, queue, id, attempt, delayMs, reason);
            }
            case Command.Bury(String queue, long id, int attempt, String reason) -> {
                requireReceipt(id, attempt);
                Limits.requireReason(reason);
                machine.bury(session, token, queue, id, attempt, reason);
            }
            case Command.Touch(String queue, long id, int attempt) -> {
                requireReceipt(id, attempt);
                machine.touch(session, token, queue, id, attempt);
            }
            default -> administer(session, token, command);
        }
    }

    private void administer(CoreSession session, Object token, Command command) {
        switch (command) {
            case Command.Kick(String queue, int count) -> {
                requireWithin("count", count, 1, TaskMachine.KICK_MAX);
                machine.kick(session, token, queue, count);
            }
            case Command.KickOne(String queue, long id) -> {
                requireId(id);
                machine.kickOne(session, token, queue, id);
            }
            case Command.Delete(String queue, long id, boolean force) -> {
                requireId(id);
                machine.delete(session, token, queue, id, force);
            }
            case Command.Purge(String queue) -> machine.purge(session, token, queue);
            case Command.Pause(String queue) -> machine.pause(session, token, queue, true);
            case Command.Resume(String queue) -> machine.pause(session, token, queue, false);
            case Command.Configure(String queue, QueueSettings settings) ->
                machine.configure(session, token, queue, Conversions.config(settings));
            case Command.ListHeld(long cursor, int count) -> outbox.add(session, token, held(session, cursor, count));
            default -> outbox.add(session, token, look(command));
        }
    }

    private void put(CoreSession session, Object token, Command.Put put) {
        requirePayload(put.payload(), -1);
        admission.requireToAdd(1, put.payload().remaining() + store.headBytesMax(put.options()));
        machine.put(session, token, put.queue(), Conversions.put(put.options()), put.payload());
    }

    private void putMany(CoreSession session, Object token, Command.PutMany put) {
        requireWithin("items", put.items().size(), 1, Limits.BATCH_MAX);
        List<PutCommand> batch = new ArrayList<>(put.items().size());
        List<ByteBuffer> payloads = new ArrayList<>(put.items().size());
        long payloadBytes = 0;
        long headBytes = 0;
        for (Command.PutMany.Item item : put.items()) {
            requirePayload(item.payload(), payloads.size());
            payloadBytes += item.payload().remaining();
            headBytes += store.headBytesMax(item.options());
            payloads.add(item.payload());
            batch.add(Conversions.put(item.options()));
        }
        long bytesMax = batchBytesMax(options);
        if (payloadBytes > bytesMax) {
            figures.tooLargeBatch();
            throw new MillraceException(
                    ErrorCode.TOO_LARGE,
                    "payloadBytes=" + payloadBytes + " of " + batch.size() + " items > " + bytesMax
                            + ", the most in a batch; put less at once");
        }
        admission.requireToAdd(batch.size(), payloadBytes + headBytes);
        store.together(
                2 * batch.size() + Admission.EXTRA_RECORDS_MAX,
                payloadBytes + headBytes + TaskRecords.FORGET_BYTES_MAX);
        machine.putMany(session, token, put.queue(), batch, payloads);
    }

    private static long batchBytesMax(OpenOptions options) {
        return Math.min(options.commandBytesMax() / 2, BATCH_BYTES_MAX);
    }

    /** {@code item} is its place in a batch; −1 without one. */
    private void requirePayload(ByteBuffer payload, int item) {
        int bytes = payload.remaining();
        if (bytes > options.payloadBytesMax()) {
            figures.tooLargePayload();
            throw new MillraceException(
                    ErrorCode.TOO_LARGE,
                    (item < 0 ? "" : "item " + item + ": ") + "payloadBytes=" + bytes + " > payloadBytesMax="
                            + options.payloadBytesMax()
                            + "; raise payloadBytesMax, or store it elsewhere and put its name");
        }
    }

    private void ackMany(CoreSession session, Object token, Command.AckMany ack) {
        int count = ack.receipts().size();
        requireWithin("receipts", count, 1, Limits.BATCH_MAX);
        long[] ids = new long[count];
        int[] attempts = new int[count];
        for (int index = 0; index < count; index++) {
            Command.AckMany.Held held = ack.receipts().get(index);
            requireReceipt(held.id(), held.attempt());
            ids[index] = held.id();
            attempts[index] = held.attempt();
        }
        machine.ackMany(session, token, ack.queue(), ids, attempts);
    }

    private Answer look(Command command) {
        return switch (command) {
            case Command.Peek(String queue, long id) -> {
                requireWithin("id", id, 0, Long.MAX_VALUE);
                TaskView task = machine.looks().peek(queue, id);
                yield task == null ? new Answer.Nothing() : seen(task);
            }
            case Command.ListTasks(String queue, TaskState state, long cursor, int count) -> {
                requireWithin("cursor", cursor, 0, Long.MAX_VALUE);
                requireWithin("count", count, 1, LIST_SLOTS_MAX);
                yield page(queue, Conversions.state(state), cursor, count);
            }
            case Command.Stats(String queue) -> new Answer.Stats(Conversions.stats(machine.looks().counts(queue)));
            case Command.Settings(String queue) -> Conversions.settings(machine.looks().config(queue));
            case Command.LastSequence(String queue, String producer) ->
                new Answer.Count(machine.looks().lastSequence(queue, Limits.requireName("producer", producer)));
            case Command.ListQueues(long cursor, int count) -> {
                requireWithin("cursor", cursor, 0, Long.MAX_VALUE);
                requireWithin("count", count, 1, LIST_QUEUES_MAX);
                List<QueueCounts> counts = new ArrayList<>();
                long next = machine.looks().listQueues(cursor, count, counts);
                outbox.holds(counts.size(), 0);
                yield new Answer.Queues(counts.stream().map(Conversions::stats).toList(), next);
            }
            case Command.Beat() -> new Answer.Count(0);
            default -> throw new IllegalStateException("unknown command " + command);
        };
    }

    private Answer page(String queue, State state, long cursor, int count) {
        List<Answer.Seen> tasks = new ArrayList<>();
        int[] bytes = {0};
        long next = machine.looks().list(queue, state, cursor, count, task -> {
            Answer.Seen seen = seen(task);
            tasks.add(seen);
            bytes[0] += seen.payload().remaining();
            return bytes[0] < PAGE_BYTES_MAX;
        });
        return new Answer.Page(tasks, next);
    }

    private Answer held(CoreSession session, long cursor, int count) {
        requireWithin("cursor", cursor, 0, Long.MAX_VALUE);
        requireWithin("count", count, 1, LIST_SLOTS_MAX);
        List<Answer.Held.Receipt> tasks = new ArrayList<>();
        long next = machine.looks().held(
                session, cursor, count, (queue, id, attempt) -> tasks.add(new Answer.Held.Receipt(queue, id, attempt)));
        outbox.holds(tasks.size(), 0);
        return new Answer.Held(session.heldCount(), tasks, next);
    }

    /** The payload is copied, since the store's buffer is good for one call only. */
    private Answer.Seen seen(TaskView task) {
        ByteBuffer payload = store.payload(task.home());
        ByteBuffer copy = ByteBuffer.allocate(payload.remaining()).put(payload).flip();
        outbox.holds(1, copy.remaining());
        return new Answer.Seen(
                task.id(),
                Conversions.state(task.state()),
                task.priority(),
                task.dueMs(),
                task.attempts(),
                task.failures(),
                task.reason(),
                copy);
    }

    // --- Checks

    /** A queue that exists has a good name; only that of another one is looked at. */
    private void requireName(Command command) {
        switch (command) {
            case Command.ListQueues list -> {}
            case Command.ListHeld list -> {}
            case Command.Beat beat -> {}
            case Command.Take take -> take.queues().forEach(this::requireName);
            case Command.TakeMany take -> take.queues().forEach(this::requireName);
            default -> requireName(command.queue());
        }
    }

    private void requireName(String queue) {
        if (!machine.looks().knows(queue)) {
            Limits.requireName("queue", queue);
        }
    }

    private static List<String> requireDifferent(List<String> queues) {
        requireWithin("queues", queues.size(), 1, Limits.TAKE_QUEUES_MAX);
        if (queues.size() > 1) {
            Set<String> seen = new HashSet<>();
            for (String queue : queues) {
                if (!seen.add(queue)) {
                    throw new MillraceException(
                            ErrorCode.BAD_ARGUMENT, "queue " + queue + " is named twice; name it once");
                }
            }
        }
        return queues;
    }

    private static void requireReceipt(long id, int attempt) {
        requireId(id);
        requireWithin("attempt", attempt, 0, Limits.ATTEMPTS_MAX);
    }

    private static void requireId(long id) {
        if (id < 1) {
            throw new MillraceException(
                    ErrorCode.BAD_ARGUMENT, "no task is named: id=" + id + " < 1; use an id that put or take answered");
        }
    }

    private static void requireWithin(String name, long value, long min, long max) {
        if (value < min || value > max) {
            throw new MillraceException(
                    ErrorCode.BAD_ARGUMENT, name + "=" + value + " is outside " + min + " … " + max);
        }
    }

    // --- Breaking

    private boolean guarded(BooleanSupplier action, boolean otherwise) {
        try {
            return action.getAsBoolean();
        } catch (RuntimeException e) {
            breakDown(e);
            return otherwise;
        }
    }

    private void breakDown(RuntimeException cause) {
        if (broken == null) {
            broken = Conversions.breakdown(cause);
            for (CoreSession session : machine.sessions()) {
                machine.waits(session).forEach(token -> outbox.add(session, token, readOnly()));
            }
            LOG.log(System.Logger.Level.ERROR, "the engine acknowledges nothing more", cause);
        }
    }

    private Answer readOnly() {
        MillraceException cause = Objects.requireNonNull(broken);
        return new Answer.Failed(cause.code(), cause.told());
    }
}
