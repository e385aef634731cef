package dev.millrace.bench.peers;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The servers that are compared: how each is started with its files in a folder, and how it is spoken to. */
public enum Peer {
    MILLRACE("millrace", "millrace", MillraceDialect::new),
    REDIS("redis-list", "redis-server", RedisListDialect::new),
    REDIS_LUA("redis-lua", "redis-server", RedisLuaDialect::new),
    BEANSTALKD("beanstalkd", "beanstalkd", BeanstalkDialect::new),
    TARANTOOL("tarantool", "tarantool", TarantoolDialect::new),
    NATS("nats-jetstream", "nats-server", NatsDialect::new);

    /** Where the packaged launcher is; {@code bench/run} says so. */
    static final String HOME = "millrace.home";

    /** When a put is answered. */
    public enum Promise {
        /** It survives a kill of the process. */
        WRITTEN,
        /** It survives a loss of power. */
        SYNC
    }

    private final String title;
    private final String program;
    private final Supplier<Dialect> dialect;

    Peer(String title, String program, Supplier<Dialect> dialect) {
        this.title = title;
        this.program = program;
        this.dialect = dialect;
    }

    String title() {
        return title;
    }

    Dialect newDialect() {
        return dialect.get();
    }

    /** Whether it can promise that at all. */
    boolean promises(Promise promise) {
        return this != NATS || promise == Promise.WRITTEN;
    }

    /** Where its program is; null if it is not installed. */
    @Nullable Path program() {
        if (this == MILLRACE) {
            String home = System.getProperty(HOME);
            return home == null ? null : Path.of(home, program);
        }
        List<String> folders = new ArrayList<>(List.of(System.getenv().getOrDefault("PATH", "").split(":")));
        folders.addAll(List.of("/usr/local/sbin", "/usr/sbin", "/sbin"));
        for (String folder : folders) {
            Path path = Path.of(folder, program);
            if (Files.isExecutable(path)) {
                return path;
            }
        }
        return null;
    }

    /** Starts it on a free port of this machine, ready for the load. */
    ServerProcess start(Promise promise, Path folder, Dialect spoken) throws IOException, InterruptedException {
        return start(promise, folder, spoken, Map.of());
    }

    /** As {@link #start(Promise, Path, Dialect)}, with more in its environment. */
    ServerProcess start(Promise promise, Path folder, Dialect spoken, Map<String, String> environment)
            throws IOException, InterruptedException {
        int port = ServerProcess.freePort();
        Files.createDirectories(folder);
        ServerProcess server = ServerProcess.start(command(promise, port, folder), environment, port, folder.resolve("log"));
        try (Client client = Client.connect(port)) {
            spoken.prepare(client);
            return server;
        } catch (IOException | RuntimeException e) {
            server.close();
            throw e;
        }
    }

    private List<String> command(Promise promise, int port, Path folder) throws IOException {
        boolean sync = promise == Promise.SYNC;
        Path path = program();
        if (path == null) {
            throw new IOException(program + " is not installed");
        }
        String data = folder.toAbsolutePath().toString();
        List<String> command = new ArrayList<>(List.of(path.toString()));
        command.addAll(
                switch (this) {
                    case MILLRACE ->
                        List.of("server", "--listen", "127.0.0.1:" + port, "--folder", data + "/store", "--durability", sync ? "sync" : "written");
                    case REDIS, REDIS_LUA ->
                        List.of("--port", "" + port, "--bind", "127.0.0.1", "--dir", data, "--save", "", "--appendonly", "yes",
                                "--appendfsync", sync ? "always" : "everysec");
                    case BEANSTALKD -> List.of("-l", "127.0.0.1", "-p", "" + port, "-b", data, "-f", sync ? "0" : "50");
                    case TARANTOOL -> List.of(script(folder), "" + port, data, sync ? "fsync" : "write");
                    case NATS -> List.of("-a", "127.0.0.1", "-p", "" + port, "-js", "-sd", data);
                });
        return command;
    }

    private static String script(Path folder) throws IOException {
        Path script = folder.resolve("queue.lua");
        try (InputStream source = Peer.class.getResourceAsStream("queue.lua")) {
            if (source == null) {
                throw new IOException("queue.lua is missing in the build");
            }
            Files.copy(source, script);
        }
        return script.toAbsolutePath().toString();
    }
}
