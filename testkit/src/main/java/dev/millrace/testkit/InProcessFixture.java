package dev.millrace.testkit;

import dev.millrace.api.Millrace;
import dev.millrace.api.OpenOptions;
import dev.millrace.api.SessionOptions;
import dev.millrace.api.TaskQueue;
import dev.millrace.api.engine.Command;
import dev.millrace.api.engine.Engine;
import dev.millrace.api.engine.Engines;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The fixture of an engine that lives in the test's own process and reads the clock it is given. Such an engine takes
 * commands in the order of their submission, whatever the session.
 */
public class InProcessFixture implements EngineFixture {
    private static final String PROBED = "probe";

    private final VirtualClock clock = new VirtualClock();
    private final boolean keepsAcrossRestart;
    private String uri;
    private @Nullable AutoCloseable open;
    private Runnable probe = () -> {};

    /**
     * A fixture of an engine that keeps nothing across restarts.
     *
     * @param uri the engine's, as {@link Millrace#open(String)} has it
     */
    public InProcessFixture(String uri) {
        this(uri, false);
    }

    /**
     * A fixture.
     *
     * @param uri the store
     * @param keepsAcrossRestart whether the store is still there after a restart
     */
    protected InProcessFixture(String uri, boolean keepsAcrossRestart) {
        this.uri = uri;
        this.keepsAcrossRestart = keepsAcrossRestart;
    }

    /** {@return the options that tests start from, before the clock is set} */
    protected OpenOptions options() {
        return OpenOptions.defaults();
    }

    /**
     * Names another store, to be opened from now on.
     *
     * @param uri the engine's, as {@link Millrace#open(String)} has it
     */
    protected final void useStore(String uri) {
        this.uri = uri;
    }

    /**
     * Opens the engine on the store.
     *
     * @param uri the engine's, as {@link Millrace#open(String)} has it
     * @param options with the clock set
     * @return closed with the fixture at the latest
     */
    protected Engine openStore(String uri, OpenOptions options) {
        return Engines.open(uri, options);
    }

    @Override
    public final VirtualClock clock() {
        return clock;
    }

    @Override
    public final Millrace open(UnaryOperator<OpenOptions> change) {
        requireNothingOpen();
        Engine engine = openStore(uri, change.apply(options().withTimeSource(clock)));
        Millrace mill = Millrace.over(engine, Thread.ofVirtual().factory());
        TaskQueue<byte[]> probed = mill.openSession().queue(PROBED);
        open = mill;
        probe = probed::stats;
        return mill;
    }

    @Override
    public final Engine openEngine(UnaryOperator<OpenOptions> change) {
        requireNothingOpen();
        Engine engine = openStore(uri, change.apply(options().withTimeSource(clock)));
        EngineClient client = new EngineClient(engine, SessionOptions.defaults());
        open = engine;
        probe = () -> client.call(new Command.Stats(PROBED));
        return engine;
    }

    /**
     * Two round trips: the first command is answered in or after the tick that processed what was due, and the second's
     * answer proves that the first one's tick is over, with all its answers out.
     */
    @Override
    public void settle() {
        probe.run();
        probe.run();
    }

    @Override
    public final void closeEngine() {
        AutoCloseable closing = open;
        open = null;
        probe = () -> {};
        if (closing != null) {
            try {
                closing.close();
            } catch (Exception e) {
                throw new AssertionError("the engine does not close", e);
            }
        }
    }

    @Override
    public final boolean keepsAcrossRestart() {
        return keepsAcrossRestart;
    }

    @Override
    public void close() {
        closeEngine();
    }

    private void requireNothingOpen() {
        if (open != null) {
            throw new IllegalStateException("an engine is open here; close it first");
        }
    }
}
