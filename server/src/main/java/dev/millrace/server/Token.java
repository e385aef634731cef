package dev.millrace.server;

import dev.millrace.wire.SessionPage;
import dev.millrace.wire.Shape;
import java.util.function.LongConsumer;
import java.util.function.Supplier;

/** By what a client's session knows the answer to a command again. */
sealed interface Token {
    /**
     * A command whose answer comes in the order of the commands, in the turn of the command itself. One object serves
     * all of a shape, so that an ordinary command allocates none.
     */
    enum InOrder implements Token {
        STORED(Shape.STORED),
        STORED_MANY(Shape.STORED_MANY),
        TAKEN(Shape.TAKEN),
        TAKEN_MANY(Shape.TAKEN_MANY),
        ACKED(Shape.ACKED),
        ACKED_MANY(Shape.ACKED_MANY),
        DELETED(Shape.DELETED),
        STATE(Shape.STATE),
        KICKED(Shape.KICKED),
        PURGED(Shape.PURGED),
        SEQUENCE(Shape.SEQUENCE),
        SEEN(Shape.SEEN),
        PAGE(Shape.PAGE),
        SETTINGS(Shape.SETTINGS),
        STATS(Shape.STATS),
        QUEUES(Shape.QUEUES),
        HELD(Shape.HELD),
        PONG(Shape.PONG);

        private static final InOrder[] BY_SHAPE = byShape();

        private final Shape shape;

        InOrder(Shape shape) {
            this.shape = shape;
        }

        Shape shape() {
            return shape;
        }

        static InOrder of(Shape shape) {
            return BY_SHAPE[shape.ordinal()];
        }

        private static InOrder[] byShape() {
            InOrder[] tokens = new InOrder[Shape.values().length];
            for (InOrder token : values()) {
                tokens[token.shape.ordinal()] = token;
            }
            return tokens;
        }
    }

    /** A take that waits, and holds back the commands after it. Compared by identity. */
    final class Blocking implements Token {
        private final Shape shape;

        Blocking(Shape shape) {
            this.shape = shape;
        }

        Shape shape() {
            return shape;
        }
    }

    /** How many tasks a session has with which a connection goes on; answered in order. */
    final class Resumed implements Token {}

    /** A list of sessions, told once all that it asks of the engine is there; answered in order. */
    record Listing(Supplier<SessionPage> page) implements Token {}

    /**
     * The question how many tasks the session holds, which no client asked; told to whoever did, 0 where nobody can
     * say.
     */
    record HeldAsked(LongConsumer told) implements Token {}

    /** A release of what nobody has seen, whose answer nobody wants. */
    enum Unseen implements Token {
        /** The only one. */
        INSTANCE
    }

    /** A take whose task is pushed. Compared by identity: a client may use a tag again. */
    final class Tagged implements Token {
        private final Subscription subscription;

        Tagged(Subscription subscription) {
            this.subscription = subscription;
        }

        Subscription subscription() {
            return subscription;
        }
    }
}
