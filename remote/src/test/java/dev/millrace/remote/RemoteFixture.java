package dev.millrace.remote;

import dev.millrace.api.OpenOptions;
import dev.millrace.api.engine.Engine;
import dev.millrace.server.NativeDoor;
import dev.millrace.server.ServerOptions;
import dev.millrace.testkit.InProcessFixture;
import java.time.Duration;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * The remote engine and a server on one thread, by a clock that the test moves. The options are those of both. Years
 * pass at once here, so that neither side asks for signs of life.
 */
class RemoteFixture extends InProcessFixture {
    private static final long SEED = 1;

    private final Target target;
    /** One for all openings: no producer's name comes twice. */
    private final Random random = new Random(SEED);

    private @Nullable MemoryNetwork network;

    /** On a server whose engine is this, as the URI wishes. */
    RemoteFixture(String target, String uri, boolean keepsAcrossRestart) {
        super(uri, keepsAcrossRestart);
        this.target = Target.parse(target);
    }

    @Override
    protected Engine openStore(String uri, OpenOptions options) {
        MemoryNetwork opened = new MemoryNetwork(clock());
        network = opened;
        opened.start(loop -> NativeDoor.open(loop, ServerOptions.of(uri).withEngine(options)));
        return RemoteEngine.open(
                opened, target, options, RemoteLimits.defaults().withoutPings(), random);
    }

    /** When this returns, nothing moves any more: what the answers to the first commands led to is done, too. */
    @Override
    public void settle() {
        super.settle();
        if (network != null) {
            network.settle();
        }
    }

    /** Time passes after what was asked for. */
    @Override
    public void advance(Duration time) {
        settle();
        super.advance(time);
    }
}
