package dev.millrace.remote;

import dev.millrace.api.ErrorCode;
import dev.millrace.api.MillraceException;
import dev.millrace.api.OpenOptions;
import dev.millrace.api.SessionOptions;
import dev.millrace.api.engine.EndReason;
import dev.millrace.api.engine.Engine;
import dev.millrace.api.engine.EngineSession;
import dev.millrace.api.engine.Outlet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * An engine whose sessions are connections to a server. All of it happens on one loop, and nothing of a user's runs
 * there but outlets, so that no handler can hold up a sign of life (G3).
 */
final class RemoteEngine implements Engine {
    private final Network network;
    private final Target target;
    private final RemoteLimits limits;
    private final Clock clock;
    private final Checks checks;
    private final RandomGenerator random;
    private final String producer;
    private final Inbox inbox;
    private final AtomicLong lastNumber = new AtomicLong();
    private final CompletableFuture<Void> closed = new CompletableFuture<>();

    // --- Of the loop's thread

    private final Set<Life<?>> lives = new LinkedHashSet<>();
    /** A connection made when the engine was opened, for the first session; null once it is taken. */
    private @Nullable Link greeted;

    private final Set<Link> unflushedLinks = new LinkedHashSet<>();
    private final Set<Delivery<?>> unflushedDeliveries = new LinkedHashSet<>();
    private boolean isClosing;

    private RemoteEngine(
            Network network, Target target, OpenOptions options, RemoteLimits limits, RandomGenerator random) {
        this.network = network;
        this.target = target;
        this.limits = limits;
        this.clock = new Clock(options.timeSource());
        this.checks = new Checks(options.payloadBytesMax());
        this.random = random;
        this.producer = "~%016x%016x".formatted(random.nextLong(), random.nextLong());
        this.inbox = new Inbox(network, options.commandBytesMax(), this::turn);
    }

    /**
     * Opens the engine: blocks until the server has greeted.
     *
     * @param network the engine's from now on, which closes it
     * @param random the names of producers come from it, so that no other engine may have one that gives the same
     * @throws MillraceException OVERLOADED when the server cannot be reached; NO_AUTH when the two do not agree on who
     *     they are, by login or by certificate; else the server's own code
     */
    static RemoteEngine open(
            Network network, Target target, OpenOptions options, RemoteLimits limits, RandomGenerator random) {
        RemoteEngine engine = new RemoteEngine(network, target, options, limits, random);
        try {
            engine.greet();
        } catch (MillraceException unreachable) {
            network.close();
            throw unreachable;
        }
        return engine;
    }

    private void greet() {
        Opening opening = new Opening(target, limits);
        network.execute(() -> turn(() -> {
            Link link = connect(opening);
            schedule(() -> opening.tooLate(link), limits.greetingMs(target) * 1_000_000);
        }));
        Link link = opening.await();
        CompletableFuture<Void> kept = new CompletableFuture<>();
        network.execute(() -> {
            greeted = link;
            kept.complete(null);
        });
        kept.join();
    }

    Target target() {
        return target;
    }

    RemoteLimits limits() {
        return limits;
    }

    Clock clock() {
        return clock;
    }

    Checks checks() {
        return checks;
    }

    RandomGenerator random() {
        return random;
    }

    /** Who names the puts that name nobody, but for the session's number. */
    String producer() {
        return producer;
    }

    Inbox inbox() {
        return inbox;
    }

    @Override
    public <T> EngineSession<T> open(SessionOptions options, Outlet<T> outlet) {
        RemoteSession<T> session =
                new RemoteSession<>(this, lastNumber.incrementAndGet(), options.silenceMaxMs(), outlet);
        inbox.addAlways(session.opening());
        return session;
    }

    @Override
    public boolean isEngineThread() {
        return network.isInLoop();
    }

    @Override
    public void close() {
        if (network.isInLoop()) {
            throw new MillraceException(
                    ErrorCode.BAD_ARGUMENT, "the engine cannot be closed by one of its outlets; close it afterwards");
        }
        inbox.addAlways(new Inbox.Request() {
            @Override
            public void perform() {
                end();
            }

            @Override
            public void tooLate() {
                // It is closed, or will be.
            }
        });
        closed.join();
        network.close();
    }

    private void end() {
        isClosing = true;
        Link unused = takeGreeted();
        if (unused != null) {
            unused.close();
        }
        List.copyOf(lives).forEach(life -> life.end(EndReason.ENGINE_CLOSED));
        endIfLast();
    }

    private void endIfLast() {
        if (isClosing && lives.isEmpty() && !closed.isDone()) {
            inbox.end();
            closed.complete(null);
        }
    }

    // --- For the sessions, on the loop's thread

    void add(Life<?> life) {
        lives.add(life);
        if (isClosing) {
            life.end(EndReason.ENGINE_CLOSED);
        }
    }

    void remove(Life<?> life) {
        lives.remove(life);
        endIfLast();
    }

    /** Begins a connection. */
    Link connect(Link.Listener listener) {
        Link link = new Link(target, listener);
        network.connect(link);
        return link;
    }

    /** The connection that was made when the engine was opened, once, if it is still there. */
    @Nullable Link takeGreeted() {
        Link link = greeted;
        greeted = null;
        return link != null && link.isReady() ? link : null;
    }

    Runnable schedule(Runnable work, long nanos) {
        return network.schedule(() -> turn(work), nanos);
    }

    void flushLater(Link link) {
        unflushedLinks.add(link);
    }

    void flushLater(Delivery<?> delivery) {
        unflushedDeliveries.add(delivery);
    }

    /** Does work, and sends and lets out what came of it. */
    private void turn(Runnable work) {
        try {
            work.run();
        } finally {
            endTurn();
        }
    }

    /** Sends and lets out what has come up. */
    void endTurn() {
        while (!unflushedLinks.isEmpty() || !unflushedDeliveries.isEmpty()) {
            List<Link> links = List.copyOf(unflushedLinks);
            List<Delivery<?>> deliveries = List.copyOf(unflushedDeliveries);
            unflushedLinks.clear();
            unflushedDeliveries.clear();
            links.forEach(Link::flush);
            deliveries.forEach(Delivery::flush);
        }
    }
}
