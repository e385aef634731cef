package dev.millrace.remote;

import dev.millrace.api.engine.Command;

/** What becomes of a command that was sent when the connection broke, and whose answer had not come. */
enum AfterBreak {
    /** It changes nothing: it is asked again. */
    LOOK,
    /** It is sent again, since a second time changes nothing more, or is told apart from the first by the server. */
    REPEAT,
    /** It may have happened, and would happen twice: nobody can tell, so its caller is told UNKNOWN. */
    UNKNOWN;

    /**
     * The rule for each command.
     *
     * @param isNumbered whether a put bears a producer and a sequence, by which the server knows a repeat
     */
    static AfterBreak of(Command command, boolean isNumbered) {
        return switch (command) {
            case Command.Put put -> isNumbered ? REPEAT : UNKNOWN;
            case Command.PutMany many -> isNumbered ? REPEAT : UNKNOWN;
            // A task that the first one got is given back before, since its payload went astray.
            case Command.Take take -> REPEAT;
            case Command.TakeMany take -> REPEAT;
            // They bear a receipt, so that a second one finds nothing to do (T21).
            case Command.Ack ack -> repeatWith(ack.attempt());
            case Command.AckMany many ->
                many.receipts().stream().allMatch(receipt -> receipt.attempt() != 0) ? REPEAT : UNKNOWN;
            case Command.Release release -> repeatWith(release.attempt());
            case Command.Fail fail -> repeatWith(fail.attempt());
            case Command.Bury bury -> repeatWith(bury.attempt());
            case Command.Touch touch -> REPEAT;
            // No id is ever given again, so that a second one can meet no other task.
            case Command.Delete delete -> REPEAT;
            // The last word counts, and somebody else may have had it meanwhile.
            case Command.Pause pause -> UNKNOWN;
            case Command.Resume resume -> UNKNOWN;
            case Command.Configure configure -> UNKNOWN;
            // What became buried or was put in between would be kicked or purged as well.
            case Command.Kick kick -> UNKNOWN;
            case Command.KickOne kick -> UNKNOWN;
            case Command.Purge purge -> UNKNOWN;
            case Command.Peek look -> LOOK;
            case Command.ListTasks look -> LOOK;
            case Command.Settings look -> LOOK;
            case Command.Stats look -> LOOK;
            case Command.LastSequence look -> LOOK;
            case Command.ListQueues look -> LOOK;
            case Command.ListHeld look -> LOOK;
            case Command.Beat look -> LOOK;
        };
    }

    /** A bare id would mean whichever take is the current one by then. */
    private static AfterBreak repeatWith(int attempt) {
        return attempt != 0 ? REPEAT : UNKNOWN;
    }
}
