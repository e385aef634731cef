package dev.millrace.server;

import dev.millrace.api.engine.EngineLoop;
import io.netty.channel.SingleThreadEventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/** A network event loop, lent to an engine. */
final class NettyLoop implements EngineLoop {
    private final SingleThreadEventLoop loop;

    NettyLoop(SingleThreadEventLoop loop) {
        this.loop = loop;
    }

    @Override
    public boolean isInLoop() {
        return loop.inEventLoop();
    }

    @Override
    public void execute(Runnable work) {
        loop.execute(work);
    }

    /** Once all sockets that had something have been read, and all tasks have run. */
    @Override
    public void atTurnEnd(Runnable work) {
        loop.executeAfterEventLoopIteration(work);
    }

    @Override
    public Runnable schedule(Runnable work, long nanos) {
        ScheduledFuture<?> planned = loop.schedule(work, nanos, TimeUnit.NANOSECONDS);
        return () -> planned.cancel(false);
    }
}
