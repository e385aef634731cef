package dev.millrace.remote;

import dev.millrace.api.ErrorCode;
import dev.millrace.api.engine.Answer;
import dev.millrace.api.engine.Command;
import dev.millrace.api.engine.EndReason;
import dev.millrace.api.engine.EngineSession;
import dev.millrace.api.engine.Outlet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A session of the remote engine: the side that all threads see. The other side, {@link Life}, is the loop's.
 *
 * @param <T> the type of the user's tokens
 */
final class RemoteSession<T> implements EngineSession<T> {
    /** What a command takes of the room besides its payloads. */
    private static final int COST = 256;

    private final RemoteEngine engine;
    private final Inbox inbox;
    private final Delivery<T> delivery;
    private final Life<T> life;
    /** The number that the server gave it first. */
    private final CompletableFuture<Long> firstId = new CompletableFuture<>();
    /** The number that it has now; 0 before the first. */
    private volatile long id;

    RemoteSession(RemoteEngine engine, long number, long silenceMaxMs, Outlet<T> outlet) {
        this.engine = engine;
        this.inbox = engine.inbox();
        this.delivery = new Delivery<>(outlet);
        this.life = new Life<>(this, engine, delivery, number, silenceMaxMs);
    }

    /**
     * Waits until the server has given the number, but not on the engine's thread, nor longer than a connection may
     * take.
     */
    @Override
    public long id() {
        if (id == 0 && !engine.isEngineThread()) {
            try {
                return firstId.get(engine.limits().openMs(), TimeUnit.MILLISECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (ExecutionException | TimeoutException e) {
                // It has none.
            }
        }
        return id;
    }

    /** The server has given it a number; 0 says that none will come. */
    void id(long given) {
        id = given;
        firstId.complete(given);
    }

    @Override
    public boolean trySubmit(T token, Command command) {
        return inbox.tryAdd(new Submission(token, command));
    }

    @Override
    public void submit(T token, Command command) throws InterruptedException {
        inbox.add(new Submission(token, command));
    }

    @Override
    public void cancel(T token) {
        inbox.addAlways(new Signal(() -> life.cancel(token), () -> {}));
    }

    @Override
    public void close() {
        inbox.addAlways(new Signal(() -> life.end(EndReason.CLOSED), () -> {}));
    }

    @Override
    public void abandon() {
        inbox.addAlways(new Signal(() -> life.end(EndReason.SILENT), () -> {}));
    }

    /** Its first request. */
    Inbox.Request opening() {
        return new Signal(life::begin, () -> {
            id(0);
            delivery.refuse(EndReason.ENGINE_CLOSED);
        });
    }

    /** Something that is neither refused nor answered. */
    private record Signal(Runnable signal, Runnable otherwise) implements Inbox.Request {
        @Override
        public void perform() {
            signal.run();
        }

        @Override
        public void tooLate() {
            otherwise.run();
        }
    }

    private final class Submission implements Inbox.Request {
        private final T token;
        private final Command command;
        private final int cost;

        Submission(T token, Command command) {
            this.token = token;
            this.command = command;
            this.cost = switch (command) {
                case Command.Put put -> bounded((long) COST + put.payload().remaining(), Integer.MAX_VALUE);
                case Command.PutMany many -> cost(many);
                // A verdict ends work: it must get through when new work is refused.
                case Command.Ack ack -> 0;
                case Command.AckMany ack -> 0;
                case Command.Release release -> 0;
                case Command.Fail fail -> 0;
                case Command.Bury bury -> 0;
                default -> COST;
            };
        }

        /**
         * At most all the room there is: a batch of many small items must find some, and one that is too large its
         * refusal.
         */
        private int cost(Command.PutMany many) {
            long bytes = COST;
            for (Command.PutMany.Item item : many.items()) {
                bytes += COST + item.payload().remaining();
            }
            return bounded(bytes, inbox.commandBytesMax());
        }

        private static int bounded(long bytes, int max) {
            return (int) Math.min(bytes, max);
        }

        @Override
        public int cost() {
            return cost;
        }

        @Override
        public void perform() {
            life.enter(token, command, cost);
        }

        @Override
        public void tooLate() {
            inbox.release(cost);
            delivery.refuse(token, new Answer.Failed(ErrorCode.CLOSED, "the engine is closed"));
        }
    }
}
