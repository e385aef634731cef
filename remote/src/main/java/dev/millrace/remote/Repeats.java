package dev.millrace.remote;

import dev.millrace.api.ErrorCode;
import dev.millrace.api.TaskState;
import dev.millrace.api.engine.Answer;
import dev.millrace.api.engine.Command;
import java.util.ArrayList;
import java.util.List;

/**
 * What is true of a command that was sent before a break and again after it, when the server answered the second time
 * only. A session that was resumed has had its tasks all the time, so what is refused now was done the first time;
 * unless the task was lost in that very moment, to a purge, a forced delete or the end of its time to run. So what is
 * answered is what holds either way, and else UNKNOWN.
 */
final class Repeats {
    private Repeats() {}

    /** What the caller is told. */
    static Answer told(Pending<?> pending, Answer answer) {
        Answer told = pending.isNumberedHere ? asFirst(answer) : answer;
        if (!pending.isDoubtful) {
            return told;
        }
        if (told instanceof Answer.Failed failed) {
            return told(pending.command, pending.isOrphan, failed);
        }
        return told instanceof Answer.Each each && pending.command instanceof Command.AckMany many
                ? told(many, pending.isOrphan, each)
                : told;
    }

    /** That the server knew a number already is our affair. */
    private static Answer asFirst(Answer answer) {
        return switch (answer) {
            case Answer.Stored stored -> asFirst(stored);
            case Answer.StoredMany many ->
                new Answer.StoredMany(many.tasks().stream().map(Repeats::asFirst).toList());
            default -> answer;
        };
    }

    private static Answer.Stored asFirst(Answer.Stored stored) {
        return new Answer.Stored(stored.id(), stored.state(), stored.dueMs(), false, stored.existing());
    }

    private static Answer told(Command.AckMany many, boolean isOrphan, Answer.Each each) {
        List<Answer> all = new ArrayList<>();
        for (int index = 0; index < each.answers().size(); index++) {
            Command.AckMany.Held receipt = many.receipts().get(index);
            Answer answer = each.answers().get(index);
            all.add(answer instanceof Answer.Failed failed
                    ? told(new Command.Ack(many.queue(), receipt.id(), receipt.attempt()), isOrphan, failed)
                    : answer);
        }
        return new Answer.Each(all);
    }

    private static Answer told(Command command, boolean isOrphan, Answer.Failed failed) {
        ErrorCode code = failed.code();
        boolean isGone = code == ErrorCode.NOT_FOUND;
        boolean isNotOurs = isGone || code == ErrorCode.NOT_TAKEN || code == ErrorCode.NOT_OWNER;
        return switch (command) {
            // While the task is there it was not acked; once it is gone, a session that lived through the break had
            // acked it.
            case Command.Ack ack when isGone -> isOrphan ? unknown(failed) : new Answer.Done(ack.id(), null);
            case Command.Delete delete when isGone -> new Answer.Done(delete.id(), null);
            case Command.Release release when isNotOurs && !isOrphan ->
                new Answer.Done(release.id(), release.delayMs() > 0 ? TaskState.DELAYED : TaskState.READY);
            case Command.Release release when isNotOurs -> unknown(failed);
            case Command.Fail fail when isNotOurs -> unknown(failed);
            case Command.Bury bury when isNotOurs -> unknown(failed);
            case Command.Put put when isGone -> unknown(failed);
            case Command.PutMany many when isGone -> unknown(failed);
            default -> failed;
        };
    }

    private static Answer unknown(Answer.Failed failed) {
        return new Answer.Failed(
                ErrorCode.UNKNOWN, "it may have happened: the connection broke before its answer, and now " + failed.message());
    }
}
