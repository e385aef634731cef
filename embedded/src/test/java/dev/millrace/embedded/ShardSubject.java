package dev.millrace.embedded;

import dev.millrace.api.MillraceException;
import dev.millrace.api.engine.Answer;
import dev.millrace.api.engine.Command;
import dev.millrace.api.engine.EndReason;
import dev.millrace.api.engine.Outlet;
import dev.millrace.api.engine.Push;
import dev.millrace.testkit.model.Difference;
import dev.millrace.testkit.model.Event;
import dev.millrace.testkit.model.Subject;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A shard that is driven by hand, with sessions whose requests are applied at once. */
abstract class ShardSubject implements Subject {
    private final Map<Long, Client> clients = new HashMap<>();
    private List<Event> said = new ArrayList<>();
    private Shard shard;
    private boolean isDone = true;

    ShardSubject(Shard shard) {
        this.shard = shard;
    }

    final Shard shard() {
        return shard;
    }

    /** The shard of the next life. */
    final void use(Shard next) {
        shard = next;
        clients.clear();
        said = new ArrayList<>();
    }

    @Override
    public final void begin(long nowMs) {
        while (shard.begin(nowMs)) {
            isDone = shard.end(false);
        }
    }

    @Override
    public final void open(long session, long silenceMaxMs) {
        Client client = new Client(session);
        clients.put(session, client);
        client.session.opening(silenceMaxMs, () -> {}).apply(shard);
    }

    @Override
    public final void close(long session) {
        Client client = clients.get(session);
        if (client != null) {
            client.session.close();
        }
    }

    @Override
    public final void submit(long session, long token, Command command) {
        Client client = clients.get(session);
        asked(command);
        if (!Objects.requireNonNull(client).session.trySubmit(token, command)) {
            throw new AssertionError("refused: " + command);
        }
    }

    @Override
    public final void cancel(long session, long token) {
        Client client = clients.get(session);
        if (client != null) {
            client.session.cancel(token);
        }
    }

    @Override
    public final List<Event> end() {
        boolean more = shard.end(isIdle());
        while (more && shard.broken() == null && isIdle()) {
            more = shard.end(true);
        }
        isDone = !more;
        MillraceException broken = shard.broken();
        if (broken != null && !mayBreak()) {
            throw new Difference("the engine broke down without a fault: " + broken.getMessage(), broken);
        }
        List<Event> all = said;
        said = new ArrayList<>();
        heard(all);
        return all;
    }

    @Override
    public final boolean isDone() {
        return isDone;
    }

    @Override
    public final long nextEventMs() {
        return shard.nextEventMs();
    }

    @Override
    public final @Nullable String broken() {
        MillraceException broken = shard.broken();
        return broken == null ? null : Objects.requireNonNull(broken.getMessage());
    }

    /** A command comes. */
    void asked(Command command) {}

    /** What was said in a round. */
    void heard(List<Event> events) {}

    /** Whether the owner is about to wait, at the end of this round. */
    abstract boolean isIdle();

    /** Whether there was a fault that may break the engine. */
    abstract boolean mayBreak();

    /** A session, and what it hears. */
    private final class Client implements Outlet<Long>, RequestSink {
        private final long id;
        private final EmbeddedSession<Long> session;

        Client(long id) {
            this.id = id;
            this.session = new EmbeddedSession<>(this, id, this);
        }

        @Override
        public boolean tryAdd(Request request) {
            request.apply(shard);
            return true;
        }

        @Override
        public int costMax() {
            return Integer.MAX_VALUE;
        }

        @Override
        public int cancellationsMax() {
            return Integer.MAX_VALUE;
        }

        @Override
        public void add(Request request) {
            request.apply(shard);
        }

        @Override
        public void addAlways(Request request) {
            request.apply(shard);
        }

        @Override
        public void answer(Long token, Answer answer) {
            said.add(new Event.Answered(id, token, kept(answer)));
        }

        @Override
        public void push(Push push) {
            said.add(new Event.Pushed(id, push));
        }

        @Override
        public void flush() {}

        @Override
        public void ended(EndReason reason) {
            said.add(new Event.Ended(id, reason));
        }
    }

    /** With copies of buffers that are good during the call only. */
    private static Answer kept(Answer answer) {
        return switch (answer) {
            case Answer.Taken taken -> kept(taken);
            case Answer.TakenMany many ->
                new Answer.TakenMany(many.tasks().stream().map(ShardSubject::kept).toList());
            default -> answer;
        };
    }

    private static Answer.Taken kept(Answer.Taken taken) {
        ByteBuffer payload = taken.payload();
        ByteBuffer copy = ByteBuffer.allocate(payload.remaining()).put(payload.duplicate()).flip();
        return new Answer.Taken(
                taken.queue(), taken.id(), taken.attempt(), taken.failures(), taken.maxAttempts(), taken.priority(), copy);
    }
}
