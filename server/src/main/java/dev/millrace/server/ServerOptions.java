package dev.millrace.server;

import dev.millrace.api.OpenOptions;
import java.net.InetSocketAddress;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a server is to do; immutable.
 *
 * @param listen the address of the native wire; port 0 is any that is free
 * @param uri the engine behind it: {@code memory:} or {@code embedded:<folder>}
 * @param engine the engine's options
 * @param limits how much clients may have
 * @param insecure whether others than this machine may connect, though whoever connects may do everything (G11)
 * @param users who may connect; none by default, and then whoever connects may do everything
 * @param logins how those who guess passwords are slowed down
 * @param tls with which certificate clients are spoken to; null for none, in plain text
 * @param graphite where numbers are sent; null for nowhere
 * @param transport by which of the system's interfaces sockets are read and written
 */
public record ServerOptions(
        InetSocketAddress listen, String uri, OpenOptions engine, ServerLimits limits, boolean insecure, Users users, LoginLimits logins, @Nullable TlsOptions tls,
        @Nullable GraphiteOptions graphite, Transport transport) {
    /** The port of the native wire where none is said. */
    public static final int PORT_DEFAULT = 7411;

    /** No part may be null. */
    public ServerOptions {
        Objects.requireNonNull(listen, "listen");
        Objects.requireNonNull(uri, "uri");
        Objects.requireNonNull(engine, "engine");
        Objects.requireNonNull(limits, "limits");
        Objects.requireNonNull(users, "users");
        Objects.requireNonNull(logins, "logins");
        Objects.requireNonNull(transport, "transport");
    }

    /** A server on the loopback address and the usual port, with default options. */
    public static ServerOptions of(String uri) {
        return new ServerOptions(
                new InetSocketAddress("127.0.0.1", PORT_DEFAULT),
                uri,
                OpenOptions.defaults(),
                ServerLimits.defaults(),
                false,
                Users.none(),
                LoginLimits.defaults(),
                null,
                null,
                Transport.AUTO);
    }

    /** These options with another address. */
    public ServerOptions withListen(InetSocketAddress listen) {
        return new ServerOptions(listen, uri, engine, limits, insecure, users, logins, tls, graphite, transport);
    }

    /** These options with other options of the engine. */
    public ServerOptions withEngine(OpenOptions engine) {
        return new ServerOptions(listen, uri, engine, limits, insecure, users, logins, tls, graphite, transport);
    }

    /** These options with other limits. */
    public ServerOptions withLimits(ServerLimits limits) {
        return new ServerOptions(listen, uri, engine, limits, insecure, users, logins, tls, graphite, transport);
    }

    /** These options, with or without the consent that others than this machine may connect. */
    public ServerOptions withInsecure(boolean insecure) {
        return new ServerOptions(listen, uri, engine, limits, insecure, users, logins, tls, graphite, transport);
    }

    /** These options with other users. */
    public ServerOptions withUsers(Users users) {
        return new ServerOptions(listen, uri, engine, limits, insecure, users, logins, tls, graphite, transport);
    }

    /** These options with other limits for those who guess passwords. */
    public ServerOptions withLogins(LoginLimits logins) {
        return new ServerOptions(listen, uri, engine, limits, insecure, users, logins, tls, graphite, transport);
    }

    /** These options with other certificates, or, with null, in plain text. */
    public ServerOptions withTls(@Nullable TlsOptions tls) {
        return new ServerOptions(listen, uri, engine, limits, insecure, users, logins, tls, graphite, transport);
    }

    /** These options with another place where numbers are sent, or, with null, none. */
    public ServerOptions withGraphite(@Nullable GraphiteOptions graphite) {
        return new ServerOptions(listen, uri, engine, limits, insecure, users, logins, tls, graphite, transport);
    }

    /** These options with another transport. */
    public ServerOptions withTransport(Transport transport) {
        return new ServerOptions(listen, uri, engine, limits, insecure, users, logins, tls, graphite, transport);
    }
}
