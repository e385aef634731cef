package dev.millrace.embedded;

import dev.millrace.api.engine.Command;
import dev.millrace.testkit.model.Event;
import dev.millrace.testkit.model.Subject;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An engine that passes everything on; a defect overrides what it spoils. */
class WrappedSubject implements Subject {
    final Subject subject;

    WrappedSubject(Subject subject) {
        this.subject = subject;
    }

    /** What is done instead of a command. */
    Command instead(Command command) {
        return command;
    }

    /** What is said instead of what the engine says. */
    List<Event> instead(List<Event> said) {
        return said;
    }

    @Override
    public void begin(long nowMs) {
        subject.begin(nowMs);
    }

    @Override
    public final void open(long session, long silenceMaxMs) {
        subject.open(session, silenceMaxMs);
    }

    @Override
    public final void close(long session) {
        subject.close(session);
    }

    @Override
    public final void submit(long session, long token, Command command) {
        subject.submit(session, token, instead(command));
    }

    @Override
    public void cancel(long session, long token) {
        subject.cancel(session, token);
    }

    @Override
    public final List<Event> end() {
        return instead(subject.end());
    }

    @Override
    public final boolean isDone() {
        return subject.isDone();
    }

    @Override
    public long nextEventMs() {
        return subject.nextEventMs();
    }

    @Override
    public final @Nullable String broken() {
        return subject.broken();
    }

    @Override
    public final boolean closeInOrder() {
        return subject.closeInOrder();
    }

    @Override
    public final void kill(boolean losesPower, long seed) {
        subject.kill(losesPower, seed);
    }

    @Override
    public final long openAgain(long wallMs) {
        return subject.openAgain(wallMs);
    }

    @Override
    public final void fault(String name, long amount) {
        subject.fault(name, amount);
    }

    @Override
    public final boolean outlives(boolean losesPower) {
        return subject.outlives(losesPower);
    }

    @Override
    public final boolean mayBeOverloaded() {
        return subject.mayBeOverloaded();
    }
}
