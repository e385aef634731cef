package dev.millrace.server;

import java.util.LinkedHashSet;
import java.util.Set;

/**
 * What bears a tag: a take whose task is pushed once it is there, or a consumption, which is as many takes as it has
 * credit.
 */
final class Subscription {
    private final String tag;
    private final String queue;
    private final boolean isConsumption;
    /** Takes that wait in the engine, or whose answer is under way. */
    private final Set<Token.Tagged> takes = new LinkedHashSet<>();

    private boolean isCancelled;
    /** Whether nobody is there any more whom it could push to. */
    private boolean isForgotten;

    /**
     * Begins without a take.
     *
     * @param queue the consumption's; empty for a take
     * @param isConsumption whether it goes on after its takes are answered, until it is cancelled
     */
    Subscription(String tag, String queue, boolean isConsumption) {
        this.tag = tag;
        this.queue = queue;
        this.isConsumption = isConsumption;
    }

    String tag() {
        return tag;
    }

    String queue() {
        return queue;
    }

    boolean isConsumption() {
        return isConsumption;
    }

    boolean isCancelled() {
        return isCancelled;
    }

    void cancelled() {
        isCancelled = true;
    }

    boolean isForgotten() {
        return isForgotten;
    }

    void forgotten() {
        isForgotten = true;
    }

    /** Another take, which is to be submitted. */
    Token.Tagged newTake() {
        Token.Tagged take = new Token.Tagged(this);
        takes.add(take);
        return take;
    }

    void answered(Token.Tagged take) {
        takes.remove(take);
    }

    Set<Token.Tagged> takes() {
        return takes;
    }

    /** Whether nothing more will be pushed. */
    boolean isOver() {
        return takes.isEmpty() && (isCancelled || !isConsumption);
    }
}
