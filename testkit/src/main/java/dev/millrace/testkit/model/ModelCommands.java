package dev.millrace.testkit.model;

import dev.millrace.api.ErrorCode;
import dev.millrace.api.Limits;
import dev.millrace.api.MillraceException;
import dev.millrace.api.engine.Answer;
import dev.millrace.api.engine.Command;
import java.util.List;

/** Commands of sessions, each handed to those who know its kind; one that is refused changes nothing. */
final class ModelCommands {
    private final ModelState state;
    private final ModelDisk disk;
    private final ModelTakes takes;
    private final ModelPuts puts;
    private final ModelVerdicts verdicts;
    private final ModelLooks looks;

    ModelCommands(ModelState state, ModelTakes takes, ModelDisk disk) {
        this.state = state;
        this.disk = disk;
        this.takes = takes;
        this.puts = new ModelPuts(state, takes);
        this.verdicts = new ModelVerdicts(state, takes);
        this.looks = new ModelLooks(state, takes);
    }

    /** A command of a session. */
    void submit(long session, long token, Command command) {
        ModelSession from = state.sessions.get(session);
        if (from == null) {
            state.answer(session, token, new Answer.Failed(ErrorCode.CLOSED, ""));
            return;
        }
        from.lastHeardMs = state.nowMs;
        try {
            if (disk.refuses(session, token, command)) {
                throw ModelState.refusal(ErrorCode.OVERLOADED, "");
            }
            apply(session, token, command);
        } catch (MillraceException e) {
            String begin = e.told().startsWith("item ") ? "item " : "";
            state.answer(session, token, new Answer.Failed(e.code(), begin));
        }
    }

    private void apply(long session, long token, Command command) {
        if (!(command instanceof Command.ListQueues
                || command instanceof Command.ListHeld
                || command instanceof Command.Beat
                || command instanceof Command.Take
                || command instanceof Command.TakeMany)) {
            Limits.requireName("queue", command.queue());
        }
        switch (command) {
            case Command.Put put -> puts.put(session, token, put);
            case Command.PutMany many -> puts.putMany(session, token, many);
            case Command.Take(List<String> queues, long timeoutMs) ->
                takes.take(session, token, queues, false, 1, timeoutMs);
            case Command.TakeMany(List<String> queues, int count, long timeoutMs) ->
                takes.take(session, token, queues, true, count, timeoutMs);
            case Command.AckMany acks -> verdicts.ackMany(session, token, acks);
            case Command.Ack ack -> verdicts.ack(session, token, ack);
            case Command.Release release -> verdicts.release(session, token, release);
            case Command.Fail fail -> verdicts.fail(session, token, fail);
            case Command.Bury bury -> verdicts.bury(session, token, bury);
            case Command.Touch touch -> verdicts.touch(session, token, touch);
            case Command.Kick kick -> verdicts.kick(session, token, kick);
            case Command.KickOne kick -> verdicts.kickOne(session, token, kick);
            case Command.Delete delete -> verdicts.delete(session, token, delete);
            case Command.Purge purge -> verdicts.purge(session, token, purge);
            case Command.Peek peek -> looks.peek(session, token, peek);
            case Command.ListTasks list -> looks.list(session, token, list);
            case Command.Pause(String queue) -> looks.pause(session, token, queue, true);
            case Command.Resume(String queue) -> looks.pause(session, token, queue, false);
            case Command.Configure configure -> looks.configure(session, token, configure);
            case Command.Settings(String queue) -> looks.settings(session, token, queue);
            case Command.Stats stats -> looks.stats(session, token, stats);
            case Command.LastSequence last -> looks.lastSequence(session, token, last);
            case Command.ListQueues list -> looks.listQueues(session, token, list);
            case Command.ListHeld list -> looks.listHeld(session, token, list);
            case Command.Beat() -> state.answer(session, token, new Answer.Count(0));
        }
    }
}
