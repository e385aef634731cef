package dev.millrace.embedded;

import dev.millrace.api.OpenOptions;
import dev.millrace.api.SessionOptions;
import dev.millrace.api.engine.Engine;
import dev.millrace.api.engine.EngineSession;
import dev.millrace.api.engine.Engines;
import dev.millrace.api.engine.HostedEngine;
import dev.millrace.api.engine.Outlet;

/** An engine on a loop, whose thread ends with it. */
record LoopedEngine(HostedEngine engine, ThreadLoop loop) implements Engine {
    static LoopedEngine open(String uri, OpenOptions options) {
        ThreadLoop loop = new ThreadLoop();
        return new LoopedEngine(Engines.openOn(loop, uri, options), loop);
    }

    @Override
    public <T> EngineSession<T> open(SessionOptions options, Outlet<T> outlet) {
        return engine.open(options, outlet);
    }

    @Override
    public boolean isEngineThread() {
        return engine.isEngineThread();
    }

    @Override
    public void close() {
        engine.close();
        loop.close();
    }
}
