package dev.millrace.remote;

import dev.millrace.api.engine.Command;
import org.jspecify.annotations.Nullable;

/**
 * A command from its entry until its answer, however many connections that takes. Used on the loop's thread.
 *
 * @param <T> the token's type
 */
final class Pending<T> implements Asked<T> {
    final T token;
    /** Its place among the session's commands. */
    final long number;

    final long enteredNs;
    /** What its caller asked for. */
    final Command wanted;
    /** What is sent: the same, with what makes it repeatable. */
    Command command;
    /** What it still occupies of the engine's room. */
    int cost;
    /** How many places it takes in its queue's window of puts. */
    int puts;
    /** Whether the producer of its puts is this engine's, not its caller's. */
    boolean isNumberedHere;
    /** Whether it was prepared to be sent, which is done once. */
    boolean isPrepared;
    /** Whether it was sent on a connection that broke before the answer came, so that it may have happened. */
    boolean isDoubtful;
    /** Whether it was sent to a session that is lost since. */
    boolean isOrphan;
    /** Of a take that waits: by what the server names it on this connection; otherwise null. */
    @Nullable String tag;
    /** Whether the server has said that the take waits. */
    boolean isWaiting;
    /** Whether the server was asked to withdraw it. */
    boolean isCancelled;
    /** Whether its caller has the answer, so that nobody waits for what may still come. */
    boolean isAnswered;

    Pending(T token, Command wanted, int cost, long number, long enteredNs) {
        this.token = token;
        this.number = number;
        this.wanted = wanted;
        this.command = wanted;
        this.cost = cost;
        this.enteredNs = enteredNs;
    }

    /** How long it waits for a task: 0 for not at all and for what is no take, −1 for ever. */
    long timeoutMs() {
        return switch (wanted) {
            case Command.Take take -> take.timeoutMs();
            case Command.TakeMany take -> take.timeoutMs();
            default -> 0;
        };
    }

    boolean isTake() {
        return wanted instanceof Command.Take || wanted instanceof Command.TakeMany;
    }

    /** What becomes of it if its connection breaks. */
    AfterBreak afterBreak() {
        return switch (command) {
            case Command.Put put -> AfterBreak.of(put, put.options().producer() != null);
            case Command.PutMany many -> AfterBreak.of(many, Numbering.isNumbered(many));
            default -> AfterBreak.of(command, false);
        };
    }
}
