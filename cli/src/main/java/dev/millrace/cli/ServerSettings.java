package dev.millrace.cli;

import dev.millrace.api.Backoff;
import dev.millrace.api.MillraceException;
import dev.millrace.api.OpenOptions;
import dev.millrace.server.GraphiteOptions;
import dev.millrace.server.LoginLimits;
import dev.millrace.server.MillraceServer;
import dev.millrace.server.ServerLimits;
import dev.millrace.server.ServerOptions;
import dev.millrace.server.TlsOptions;
import dev.millrace.server.Transport;
import dev.millrace.server.User;
import dev.millrace.server.Users;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A server's settings, made into its options.
 *
 * @param users who may connect
 */
record ServerSettings(Settings settings, List<User> users) {
    /**
     * The options, checked as far as that goes without starting.
     *
     * @throws RefusedException with every mistake, a line each
     */
    ServerOptions options() {
        ServerOptions options = checked("settings", this::build);
        if (options != null && settings.mistakes().isEmpty()) {
            checked(where(Setting.LISTEN), () -> {
                MillraceServer.check(options);
                return options;
            });
        }
        if (options == null || !settings.mistakes().isEmpty()) {
            throw RefusedException.usage(String.join("\nmillrace: ", settings.mistakes()));
        }
        return options;
    }

    private ServerOptions build() {
        boolean memory = settings.isOn(Setting.MEMORY);
        Path folder = Path.of(settings.text(Setting.FOLDER));
        if (!memory && Files.exists(folder) && !Files.isDirectory(folder)) {
            settings.mistake(where(Setting.FOLDER), folder + " is a file, not a folder");
        }
        ServerOptions options = ServerOptions.of(memory ? "memory:" : "embedded:" + folder)
                .withInsecure(settings.isOn(Setting.INSECURE))
                .withEngine(engine())
                .withLimits(limits())
                .withLogins(logins())
                .withUsers(Users.of(users))
                .withTls(tls())
                .withGraphite(graphite())
                .withTransport(transport());
        InetSocketAddress listen = address(Setting.LISTEN, ServerOptions.PORT_DEFAULT);
        return listen == null ? options : options.withListen(listen);
    }

    /** The transport, which this system may lack. */
    private Transport transport() {
        Transport transport = Transport.valueOf(settings.text(Setting.TRANSPORT).toUpperCase(Locale.ROOT));
        checked(where(Setting.TRANSPORT), () -> {
            transport.check();
            return transport;
        });
        return transport;
    }

    /** TLS where a certificate or a key is named. */
    private @Nullable TlsOptions tls() {
        String certificate = settings.text(Setting.TLS_CERTIFICATE);
        String key = settings.text(Setting.TLS_KEY);
        String authority = settings.text(Setting.TLS_CLIENT_AUTHORITY);
        if (certificate.isEmpty() && key.isEmpty()) {
            if (!authority.isEmpty() || !settings.text(Setting.TLS_CLIENTS).equals("none")) {
                settings.mistake(where(Setting.TLS_CLIENTS), "clients show certificates over TLS alone; set tls.certificate and tls.key");
            }
            return null;
        }
        if (certificate.isEmpty() || key.isEmpty()) {
            settings.mistake(
                    where(certificate.isEmpty() ? Setting.TLS_KEY : Setting.TLS_CERTIFICATE),
                    "TLS needs both tls.certificate and tls.key");
            return null;
        }
        return new TlsOptions(
                Path.of(certificate),
                Path.of(key),
                authority.isEmpty() ? null : Path.of(authority),
                TlsOptions.Clients.valueOf(settings.text(Setting.TLS_CLIENTS).toUpperCase(Locale.ROOT)));
    }

    /** Where numbers are sent; the host is looked up when it is needed, since it may come later than the server. */
    private @Nullable GraphiteOptions graphite() {
        String address = settings.text(Setting.GRAPHITE_ADDRESS);
        if (address.isEmpty()) {
            return null;
        }
        int colon = address.lastIndexOf(':');
        boolean hasPort = colon > address.lastIndexOf(']');
        String host = hasPort ? address.substring(0, colon) : address;
        try {
            return new GraphiteOptions(
                    host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host,
                    hasPort ? Integer.parseInt(address.substring(colon + 1)) : GraphiteOptions.PORT_DEFAULT,
                    settings.text(Setting.GRAPHITE_PROTOCOL).equals("udp"),
                    settings.text(Setting.GRAPHITE_PREFIX),
                    settings.number(Setting.GRAPHITE_INTERVAL_MS),
                    settings.number(Setting.GRAPHITE_QUEUES_MAX));
        } catch (NumberFormatException noPort) {
            settings.mistake(where(Setting.GRAPHITE_ADDRESS), "graphite.address=" + address + " has no port in 1 … 65535");
            return null;
        } catch (MillraceException wrong) {
            settings.mistake(where(Setting.GRAPHITE_ADDRESS), wrong.told());
            return null;
        }
    }

    private ServerLimits limits() {
        return new ServerLimits(
                settings.number(Setting.CONNECTIONS_MAX),
                settings.number(Setting.COMMAND_BYTES_MAX),
                settings.number(Setting.HELD_BYTES_MAX),
                settings.number(Setting.UNSENT_BYTES_MAX),
                settings.number(Setting.UNSENT_BYTES_END),
                settings.number(Setting.TAGS_MAX),
                settings.number(Setting.STALLED_MS),
                settings.number(Setting.GRACE_MS_MAX),
                settings.number(Setting.DETACHED_MAX),
                settings.number(Setting.DRAIN_MS),
                settings.number(Setting.CONFIRM_WITHIN_MS),
                (long) settings.value(Setting.CLIENT_BYTES_MAX));
    }

    private LoginLimits logins() {
        return new LoginLimits(
                settings.number(Setting.CHECKS_MAX),
                settings.number(Setting.CHECKS_PER_ADDRESS_MAX),
                settings.number(Setting.PAUSE_FIRST_MS),
                settings.number(Setting.PAUSE_MAX_MS),
                settings.number(Setting.ADDRESSES_MAX),
                settings.number(Setting.LOGIN_WITHIN_MS));
    }

    private OpenOptions engine() {
        long memoryBytesMax = (long) settings.value(Setting.MEMORY_BYTES_MAX);
        OpenOptions usual = OpenOptions.defaults();
        return usual.withMemoryBytesMax(memoryBytesMax == 0 ? usual.memoryBytesMax() : memoryBytesMax)
                .withDurability(Options.durability(settings.text(Setting.DURABILITY)))
                .withPayloadBytesMax(settings.number(Setting.PAYLOAD_BYTES_MAX))
                .withCommandBytesMax(settings.number(Setting.ENGINE_COMMAND_BYTES_MAX))
                .withWaitersMax(settings.number(Setting.WAITERS_MAX))
                .withProducersMax(settings.number(Setting.PRODUCERS_MAX))
                .withProducerKeepMs((long) settings.value(Setting.PRODUCER_KEEP_MS))
                .withIdleQueuesMax(settings.number(Setting.IDLE_QUEUES_MAX))
                .withEngineDeathsMax(settings.number(Setting.ENGINE_DEATHS_MAX))
                .withBackoff(Backoff.exponential(
                        Duration.ofMillis(settings.number(Setting.BACKOFF_FIRST_MS)),
                        Duration.ofMillis(settings.number(Setting.BACKOFF_MAX_MS))));
    }

    /** The address that the setting names, or null and a mistake. */
    private @Nullable InetSocketAddress address(Setting setting, int portDefault) {
        String text = settings.text(setting);
        int colon = text.lastIndexOf(':');
        String host = colon < 0 ? text : text.substring(0, colon);
        String port = colon < 0 ? String.valueOf(portDefault) : text.substring(colon + 1);
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        }
        try {
            InetSocketAddress address = new InetSocketAddress(host, Integer.parseInt(port));
            if (host.isEmpty() || address.isUnresolved()) {
                settings.mistake(where(setting), setting.key() + "=" + text + " names no address; use 127.0.0.1:" + portDefault + ", say");
                return null;
            }
            return address;
        } catch (IllegalArgumentException noPort) {
            settings.mistake(
                    where(setting), setting.key() + "=" + text + " has no port in 0 … 65535; use 127.0.0.1:" + portDefault + ", say");
            return null;
        }
    }

    private String where(Setting setting) {
        String where = settings.where(setting);
        return where == null ? setting.key() : where;
    }

    private <T> @Nullable T checked(String where, Supplier<T> making) {
        try {
            return making.get();
        } catch (MillraceException wrong) {
            settings.mistake(where, wrong.told());
            return null;
        }
    }
}
