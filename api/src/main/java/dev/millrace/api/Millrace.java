package dev.millrace.api;

import dev.millrace.api.engine.Answer;
import dev.millrace.api.engine.Command;
import dev.millrace.api.engine.Engine;
import dev.millrace.api.engine.Engines;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ThreadFactory;

/**
 * An open engine, and the session that it opens by itself (G3).
 *
 * {@snippet file = "ApiExamplesTest.java" region = "open"}
 *
 * <p>Safe for use by several threads. Blocking verbs may be called from platform and virtual threads, but not in a
 * callback on the engine's thread, on which stages are completed: there they fail with BAD_ARGUMENT.
 *
 * <p>The engine's thread is whichever runs the engine at a moment: one of its own, or one that waits in a blocking
 * verb, and serves the engine meanwhile rather than waking another. So a stage that one thread made may be completed by
 * another thread, in the middle of its {@code put}.
 */
public final class Millrace implements AutoCloseable {
    /** The version of this library, and of the server and command line that are built with it. */
    public static final String VERSION = "0.1.0-SNAPSHOT";

    private static final int QUEUES_PAGE = 1_000;

    private final Engine engine;
    private final ThreadFactory handlerThreads;
    private final Session session;

    private Millrace(Engine engine, ThreadFactory handlerThreads) {
        this.engine = engine;
        this.handlerThreads = handlerThreads;
        this.session = new Session(engine, SessionOptions.defaults(), handlerThreads);
    }

    /**
     * Opens an engine with default options. Blocks until what was stored is recovered, or the server has greeted: for
     * 5 s at most, 15 s with a user, since servers answer a wrong password late.
     *
     * <p>A server is named by {@code millrace://[user:password@]host[:port][?tls=…]}, its parts percent-encoded; the
     * port is 7411 unless it is said, and a token takes the place of the password. {@code tls=system} trusts whom the
     * system trusts, {@code tls=<file>} the certificates of that PEM file; the server's certificate must be for the
     * host. {@code certificate=<file>&key=<file>} shows one of the client's own. {@code puts=plain} does not number
     * puts (G10).
     *
     * @param uri {@code memory:}, {@code embedded:<folder>}, where the folder is made if it is missing, or
     *     {@code millrace://…}. No message repeats its password
     * @return to be closed by whoever opened it
     * @throws MillraceException BAD_ARGUMENT for a URI that no engine serves, a folder that cannot be used, or a file
     *     for TLS that is of no use. Of a folder: IN_USE when another process owns it; CORRUPT when it is damaged, with
     *     file and offset; VERSION when a newer version wrote it; READ_ONLY when the disk fails or has no room for a
     *     new folder. What is stored is not changed then. Of a server: OVERLOADED when it cannot be reached, or has too
     *     many connections; NO_AUTH when it and the client do not agree on who they are: a wrong password or none, a
     *     certificate of either that the other does not accept, TLS where the other side speaks plain text, or the
     *     other way round
     */
    public static Millrace open(String uri) {
        return open(uri, OpenOptions.defaults());
    }

    /**
     * Opens an engine. Blocks until what was stored is recovered.
     *
     * @param uri which engine, as in {@link #open(String)}
     * @param options its settings
     * @return to be closed by whoever opened it
     * @throws MillraceException as {@link #open(String)} does
     */
    public static Millrace open(String uri, OpenOptions options) {
        return over(Engines.open(uri, options), Thread.ofVirtual().factory());
    }

    /**
     * Speaks to an engine that is open already, for whoever puts something of their own in between, such as a test. It
     * belongs to the result from now on, whose {@link #close()} closes it. Does not block.
     *
     * @param engine the engine
     * @param handlerThreads makes a thread for each unit of concurrency of a {@link TaskQueue#consume}, which names and
     *     starts it at once; called by any thread, and never answers with null
     * @return the owner of the engine from now on
     */
    public static Millrace over(Engine engine, ThreadFactory handlerThreads) {
        return new Millrace(engine, handlerThreads);
    }

    /**
     * A queue of bytes on the engine's own session; see {@link Session#queue(String, Codec)}.
     *
     * @param name 1–255 bytes of UTF-8 without control characters (G1); otherwise BAD_ARGUMENT
     * @return bound to the engine's own session; it costs nothing to make another one
     */
    public TaskQueue<byte[]> queue(String name) {
        return session.queue(name);
    }

    /**
     * A queue on the engine's own session; see {@link Session#queue(String, Codec)}.
     *
     * @param <T> the payload's type
     * @param name 1–255 bytes of UTF-8 without control characters (G1); otherwise BAD_ARGUMENT
     * @param codec turns payloads into bytes and back
     * @return bound to the engine's own session; it costs nothing to make another one
     */
    public <T> TaskQueue<T> queue(String name, Codec<T> codec) {
        return session.queue(name, codec);
    }

    /** {@return the session that came with the engine; it ends when the engine is closed} */
    public Session session() {
        return session;
    }

    /**
     * Opens another session, with tasks of its own, until it is closed (G3). Does not block. Of an engine that is
     * closed, the session's verbs are CLOSED.
     *
     * @return to be closed by whoever opened it, or with the engine
     */
    public Session openSession() {
        return openSession(SessionOptions.defaults());
    }

    /**
     * Opens another session; see {@link #openSession()}.
     *
     * @param options how it lives
     * @return to be closed by whoever opened it, or with the engine
     */
    public Session openSession(SessionOptions options) {
        return new Session(engine, options, handlerThreads);
    }

    /**
     * {@return the queues that have tasks, waiting takes, producers or recent counters, with their numbers, by name
     * (G12)} Blocks; reads them in pages, each of which is true for its moment.
     *
     * @throws MillraceException CLOSED after the end of {@link #session()}, READ_ONLY of a broken engine, BAD_ARGUMENT
     *     on the engine's own thread
     */
    public List<QueueStats> queues() {
        List<QueueStats> all = new ArrayList<>();
        long cursor = 0;
        do {
            Answer.Queues page = session.calls()
                    .await(new Command.ListQueues(cursor, QUEUES_PAGE), Answer.Queues.class::cast);
            all.addAll(page.queues());
            cursor = page.nextCursor();
        } while (cursor != 0);
        all.sort(Comparator.comparing(QueueStats::queue));
        return all;
    }

    /**
     * Ends all sessions and closes the engine: tasks that were taken are ready again, what was accepted is stored,
     * later use is CLOSED. Consumptions end; a handler that runs goes on, and its verdict is CLOSED. Blocks until the
     * store is safe, keeping an interrupt for later; idempotent.
     *
     * @throws MillraceException BAD_ARGUMENT on the engine's own thread, which would wait for itself
     */
    @Override
    public void close() {
        engine.close();
    }
}
