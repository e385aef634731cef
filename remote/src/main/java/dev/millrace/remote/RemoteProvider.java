package dev.millrace.remote;

import dev.millrace.api.OpenOptions;
import dev.millrace.api.engine.Engine;
import dev.millrace.api.engine.EngineProvider;
import java.security.SecureRandom;

/** Opens {@code millrace://[user:password@]host[:port][?tls=…]}. */
public final class RemoteProvider implements EngineProvider {
    /** Called by {@link java.util.ServiceLoader}. */
    public RemoteProvider() {}

    @Override
    public boolean serves(String scheme) {
        return Target.SCHEME.equals(scheme);
    }

    @Override
    public Engine open(String uri, OpenOptions options) {
        Target target = Target.parse(uri);
        RemoteLimits limits = RemoteLimits.defaults();
        return RemoteEngine.open(NettyNetwork.start(target, limits), target, options, limits, new SecureRandom());
    }
}
