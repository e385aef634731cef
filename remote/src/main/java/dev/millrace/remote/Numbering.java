package dev.millrace.remote;

import dev.millrace.api.Put;
import dev.millrace.api.engine.Command;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Names a producer and a sequence for puts that name none, so that the server knows a repeat (G10). A producer is a
 * session, since only what one connection carries keeps its order.
 *
 * <p>A server keeps the last 256 ids of a producer in a queue, so no more puts than that are under way to a queue at a
 * time: those that may have to be repeated are always among the last. What is over waits, and keeps the session's
 * order.
 *
 * <p>A batch of more than 256 cannot be numbered, and of a user's own producer the numbers are the user's.
 */
final class Numbering {
    /** How many of a producer's ids a server keeps. */
    static final int IDS_KEPT = 256;

    private final String producer;
    private long lastSequence;
    /** Whether producers are wanted, and servers have accepted all so far. */
    private boolean isWelcome;
    /** How many puts are under way, by queue. */
    private final Map<String, Integer> underWay = new HashMap<>();

    /**
     * Begins without any put.
     *
     * @param isWanted whether to number at all
     */
    Numbering(String producer, boolean isWanted) {
        this.producer = producer;
        this.isWelcome = isWanted;
    }

    /** The server has too many producers: what follows goes without. */
    void refused() {
        isWelcome = false;
    }

    /** Prepares a command that is sent for the first time. */
    void number(Pending<?> pending) {
        switch (pending.wanted) {
            case Command.Put put -> {
                pending.puts = 1;
                if (isWelcome && put.options().producer() == null) {
                    pending.command = new Command.Put(put.queue(), put.payload(), next(put.options()));
                    pending.isNumberedHere = true;
                }
            }
            case Command.PutMany many -> {
                int count = many.items().size();
                pending.puts = Math.min(count, IDS_KEPT);
                if (isWelcome && count <= IDS_KEPT && isFree(many)) {
                    List<Command.PutMany.Item> items = new ArrayList<>(count);
                    many.items().forEach(item -> items.add(new Command.PutMany.Item(item.payload(), next(item.options()))));
                    pending.command = new Command.PutMany(many.queue(), items);
                    pending.isNumberedHere = true;
                }
            }
            default -> {}
        }
    }

    /** Takes the numbers away that a server does not accept. */
    static void unnumber(Pending<?> pending) {
        pending.command = pending.wanted;
        pending.isNumberedHere = false;
    }

    private Put next(Put options) {
        return options.withProducer(producer, ++lastSequence);
    }

    private static boolean isFree(Command.PutMany many) {
        return many.items().stream().allMatch(item -> item.options().producer() == null);
    }

    /** Whether a repeat of the batch is known by the server. */
    static boolean isNumbered(Command.PutMany many) {
        return !many.items().isEmpty()
                && many.items().stream().allMatch(item -> item.options().producer() != null);
    }

    // --- The window

    /** Whether it may be sent now. */
    boolean admits(Pending<?> pending) {
        return pending.puts == 0
                || underWay.getOrDefault(pending.wanted.queue(), 0) + pending.puts <= IDS_KEPT;
    }

    void sent(Pending<?> pending) {
        if (pending.puts > 0) {
            underWay.merge(pending.wanted.queue(), pending.puts, Integer::sum);
        }
    }

    void answered(Pending<?> pending) {
        if (pending.puts > 0) {
            underWay.computeIfPresent(
                    pending.wanted.queue(), (queue, count) -> count > pending.puts ? count - pending.puts : null);
        }
    }

    /** Nothing is under way any more. */
    void broke() {
        underWay.clear();
    }
}
