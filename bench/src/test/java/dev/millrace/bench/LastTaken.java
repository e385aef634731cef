package dev.millrace.bench;

import dev.millrace.core.CoreSession;
import dev.millrace.core.QueueConfig;
import dev.millrace.core.Refusal;
import dev.millrace.core.Replies;
import dev.millrace.core.State;
import dev.millrace.core.StoredTask;
import dev.millrace.core.TaskView;
import java.util.List;

/** Remembers the task that was taken last. What a benchmark does is never refused and never in vain. */
final class LastTaken implements Replies {
    private long id;

    long id() {
        return id;
    }

    @Override
    public void stored(CoreSession session, Object token, StoredTask task) {}

    @Override
    public void storedMany(CoreSession session, Object token, List<StoredTask> tasks) {}

    @Override
    public void taken(CoreSession session, Object token, TaskView task) {
        id = task.id();
    }

    @Override
    public boolean takenAmong(TaskView task) {
        id = task.id();
        return true;
    }

    @Override
    public void takenMany(CoreSession session, Object token) {}

    @Override
    public void nothing(CoreSession session, Object token) {
        throw new IllegalStateException("there was no task to take");
    }

    @Override
    public void done(CoreSession session, Object token, long id, State state) {}

    @Override
    public void each(CoreSession session, Object token, List<Verdict> verdicts) {}

    @Override
    public void configured(CoreSession session, Object token, QueueConfig config) {}

    @Override
    public void count(CoreSession session, Object token, long count) {}

    @Override
    public void refused(CoreSession session, Object token, Refusal refusal, String message) {
        throw new IllegalStateException(refusal + ": " + message);
    }

    @Override
    public void lost(CoreSession session, String queue, long id, int attempt) {
        throw new IllegalStateException("the take of " + id + " was lost");
    }

    @Override
    public void givenBack(CoreSession session, String queue, long id, State state) {}

    @Override
    public void ended(CoreSession session, boolean silent) {}
}
