package dev.millrace.server;

import dev.millrace.api.Millrace;
import dev.millrace.api.engine.EngineFigures;
import io.netty.buffer.PooledByteBufAllocator;
import java.net.InetSocketAddress;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The server in numbers, as INFO shows it: sections of {@code name:value} lines, which tools for Redis can read. */
record ServerInfo(ServerState server) {
    private static final long NO_USE = EngineFigures.Bound.NO_USE;

    /**
     * The section asked for, or all; empty for one that there is not, as Redis does.
     *
     * @param isForAdministrators whether who asks may know where the server stores: others have no use for the path,
     *     but may misuse it
     */
    String text(@Nullable String wanted, boolean isForAdministrators) {
        Map<String, Map<String, Object>> sections = new LinkedHashMap<>();
        sections.put("Server", aboutServer());
        sections.put("Clients", aboutClients());
        sections.put("Memory", aboutMemory());
        sections.put("Persistence", aboutPersistence(isForAdministrators));
        EngineFigures engine = server.engine().figures();
        sections.put("Journal", aboutJournal(engine));
        sections.put("Stats", aboutStats());
        sections.put("Limits", aboutLimits(engine));
        StringBuilder text = new StringBuilder();
        sections.forEach((name, lines) -> {
            if (!lines.isEmpty() && (wanted == null || isAll(wanted) || wanted.equalsIgnoreCase(name))) {
                text.append(text.isEmpty() ? "" : "\r\n").append("# ").append(name).append("\r\n");
                lines.forEach((key, value) -> text.append(key).append(':').append(value).append("\r\n"));
            }
        });
        return text.toString();
    }

    /** What is counted and measured of connections, commands and the journal, and how often each limit was met. */
    Map<String, Long> numbers() {
        Map<String, Long> numbers = new LinkedHashMap<>();
        List.of(aboutClients(), aboutMemory(), aboutStats(), aboutJournal(server.engine().figures())).forEach(lines ->
                lines.forEach((name, value) -> numbers.put(name, ((Number) value).longValue())));
        for (Limit limit : Limit.values()) {
            numbers.put("met_" + limit.told().replace('.', '_'), server.counters().metCount(limit));
        }
        server.engine().figures().bounds().forEach(bound -> numbers.put("met_engine_" + bound.name(), bound.met()));
        return numbers;
    }

    private static boolean isAll(String wanted) {
        return switch (wanted.toLowerCase(Locale.ROOT)) {
            case "all", "default", "everything" -> true;
            default -> false;
        };
    }

    private Map<String, Object> aboutServer() {
        InetSocketAddress listen = server.options().listen();
        Map<String, Object> lines = new LinkedHashMap<>();
        lines.put("millrace_version", Millrace.VERSION);
        lines.put("java_version", Runtime.version());
        lines.put("process_id", ProcessHandle.current().pid());
        lines.put("listen", listen.getHostString() + ":" + listen.getPort());
        lines.put("multiplexing_api", server.options().transport().name().toLowerCase(Locale.ROOT));
        lines.put("draining", server.drain().isOn() ? 1 : 0);
        lines.put("uptime_in_seconds", TimeUnit.NANOSECONDS.toSeconds(server.alarms().nowNs() - server.startedNs()));
        return lines;
    }

    private Map<String, Object> aboutClients() {
        Map<String, Object> lines = new LinkedHashMap<>();
        lines.put("connected_clients", server.connections().count());
        lines.put("maxclients", server.connections().max());
        lines.put("blocked_clients", server.connections().blockedCount());
        lines.put("detached_sessions", server.sessions().detachedCount());
        lines.put("detached_sessions_max", server.sessions().detachedMax());
        return lines;
    }

    private static Map<String, Object> aboutMemory() {
        Runtime runtime = Runtime.getRuntime();
        Map<String, Object> lines = new LinkedHashMap<>();
        lines.put("used_memory_heap", runtime.totalMemory() - runtime.freeMemory());
        lines.put("max_memory_heap", runtime.maxMemory());
        lines.put("used_memory_network", PooledByteBufAllocator.DEFAULT.metric().usedDirectMemory());
        return lines;
    }

    private Map<String, Object> aboutPersistence(boolean isForAdministrators) {
        Map<String, Object> lines = new LinkedHashMap<>();
        if (isForAdministrators) {
            lines.put("store", server.options().uri());
        }
        lines.put("durability", server.options().engine().durability().name().toLowerCase(Locale.ROOT));
        return lines;
    }

    private static Map<String, Object> aboutJournal(EngineFigures engine) {
        Map<String, Object> lines = new LinkedHashMap<>();
        engine.store().forEach(figure -> lines.put("journal_" + figure.name(), figure.value()));
        return lines;
    }

    /**
     * In each line the limit, how much of it is used where that can be said, and how often it was met, as Redis writes
     * a keyspace.
     */
    private Map<String, Object> aboutLimits(EngineFigures engine) {
        Map<String, Object> lines = new LinkedHashMap<>();
        for (Limit limit : Limit.values()) {
            lines.put(limit.told(), line(max(limit), now(limit), server.counters().metCount(limit)));
        }
        engine.bounds().forEach(bound -> lines.put("engine." + bound.name(), line(bound.max(), bound.now(), bound.met())));
        return lines;
    }

    private static String line(long max, long now, long met) {
        return "max=" + max + (now == NO_USE ? "" : ",now=" + now) + ",met=" + met;
    }

    private long max(Limit limit) {
        ServerLimits limits = server.limits();
        LoginLimits logins = server.logins().limits();
        return switch (limit) {
            case CONNECTIONS_MAX -> server.connections().max();
            case TURNED_AWAY_MAX -> TurnedAway.AT_ONCE_MAX;
            case COMMAND_BYTES_MAX -> limits.commandBytesMax();
            case HELD_BYTES_MAX -> limits.heldBytesMax();
            case WAITING_REPLIES_MAX -> Replies.WAITING_MAX;
            case UNSENT_BYTES_MAX -> limits.unsentBytesMax();
            case UNSENT_BYTES_END -> limits.unsentBytesEnd();
            case STALLED_MS -> limits.stalledMs();
            case CONFIRM_WITHIN_MS -> limits.confirmWithinMs();
            case CLIENT_BYTES_MAX -> limits.clientBytesMax();
            case TAGS_MAX -> limits.tagsMax();
            case GRACE_MS_MAX -> limits.graceMsMax();
            case DETACHED_MAX -> server.sessions().detachedMax();
            case RESUMPTIONS_MAX -> Connection.WRONG_RESUMPTIONS_MAX;
            case CHECKS_MAX -> logins.checksMax();
            case CHECKS_PER_ADDRESS_MAX -> logins.checksPerAddressMax();
            case ADDRESSES_MAX -> logins.addressesMax();
            case PROVEN_MAX -> Logins.PROVEN_MAX;
            case LOGIN_WITHIN_MS -> logins.loginWithinMs();
            case GRAPHITE_QUEUES_MAX -> {
                GraphiteOptions graphite = server.options().graphite();
                yield graphite == null ? 0 : graphite.queuesMax();
            }
        };
    }

    private long now(Limit limit) {
        return switch (limit) {
            case CONNECTIONS_MAX -> server.connections().count();
            case TURNED_AWAY_MAX -> server.connections().turnedAwayCount();
            case CLIENT_BYTES_MAX -> server.memory().totalBytes();
            case DETACHED_MAX -> server.sessions().detachedCount();
            case CHECKS_MAX -> server.logins().underWayCount();
            case ADDRESSES_MAX -> server.logins().addressCount();
            case PROVEN_MAX -> server.logins().provenCount();
            default -> NO_USE;
        };
    }

    private Map<String, Object> aboutStats() {
        Counters counters = server.counters();
        Map<String, Object> lines = new LinkedHashMap<>();
        lines.put("total_connections_received", counters.connectionCount());
        lines.put("rejected_connections", counters.refusedConnectionCount());
        lines.put("cut_off_connections", counters.cutOffCount());
        lines.put("stalled_connections", counters.stalledCount());
        lines.put("silent_connections", counters.silentCount());
        lines.put("resumed_sessions", server.sessions().resumptionCount());
        lines.put("lapsed_sessions", server.sessions().lapseCount());
        lines.put("turned_away_sessions", counters.metCount(Limit.DETACHED_MAX));
        lines.put("total_commands_processed", counters.commandCount());
        lines.put("refused_commands", counters.refusalCount());
        lines.put("denied_commands", counters.denialCount());
        lines.put("failed_logins", counters.failedLoginCount());
        lines.put("late_logins", counters.lateLoginCount());
        lines.put("lost_graphite_reports", counters.lostReportCount());
        lines.put("total_net_input_bytes", counters.readByteCount());
        lines.put("total_net_output_bytes", counters.writtenByteCount());
        return lines;
    }
}
