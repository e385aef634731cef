package dev.millrace.cli;

import dev.millrace.api.ErrorCode;
import dev.millrace.api.MillraceException;
import dev.millrace.api.OpenOptions;
import dev.millrace.server.MillraceServer;
import dev.millrace.server.ServerOptions;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Serves a folder's queues to clients that speak the Redis protocol. */
@Command(
        name = "millrace server",
        header = "Serves queues to every client of Redis, in any language.",
        description = {
            "",
            "  millrace server --folder data &",
            "  redis-cli -p 7411 TASK.PUT mail hello",
            "  redis-cli -p 7411 TASK.TAKE mail",
            "",
            "A connection is a session: when it ends, the tasks it had taken are ready again. SIGTERM ends the server in",
            "order: waiting takes are told, what was accepted is stored and answered.",
            ""
        },
        footer = {"", "Exit codes: 0 after SIGTERM or Ctrl-C; 2 refused to start, nothing was changed; 3 stopped by an error."})
final class ServerCommand implements Callable<Integer> {
    private final Console console;

    @Option(
            names = "--listen",
            paramLabel = "ADDRESS",
            description = "address and port, [::1]:7411 for example; port 0 is any that is free (default: ${DEFAULT-VALUE})")
    private String listen = "127.0.0.1:" + ServerOptions.PORT_DEFAULT;

    @Option(
            names = "--folder",
            paramLabel = "FOLDER",
            description = "where tasks are stored; made if it is missing (default: ${DEFAULT-VALUE})")
    private Path folder = Path.of("data");

    @Option(names = "--memory", description = "store nothing: tasks live as long as the server")
    private boolean memory;

    @Option(
            names = "--durability",
            paramLabel = "WHAT",
            description = "sync: fsynced before the answer; written: survives kill -9; none (default: sync)")
    private String durability = "sync";

    @Option(
            names = "--insecure",
            description = "let others than this machine connect, though whoever connects may do everything")
    private boolean insecure;

    @Option(names = {"-h", "--help"}, usageHelp = true, description = "show this help")
    private boolean help;

    ServerCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (!memory && Files.exists(folder) && !Files.isDirectory(folder)) {
            throw RefusedException.usage(folder + " is a file, not a folder; see --folder");
        }
        ServerOptions options = ServerOptions.of(memory ? "memory:" : "embedded:" + folder)
                .withListen(address())
                .withInsecure(insecure)
                .withEngine(OpenOptions.defaults().withDurability(Options.durability(durability)));
        CompletableFuture<Integer> signalled = new CompletableFuture<>();
        console.signals().onSignal(signalled::complete);
        try (MillraceServer server = start(options)) {
            tell(server);
            signalled.join();
        }
        return ExitCode.OK;
    }

    private MillraceServer start(ServerOptions options) {
        try {
            return MillraceServer.start(options);
        } catch (MillraceException failure) {
            if (failure.code() == ErrorCode.BAD_ARGUMENT && failure.told().contains("consent")) {
                throw RefusedException.usage(failure.told() + " with --insecure");
            }
            throw failure.code() == ErrorCode.READ_ONLY ? RefusedException.usage(Failures.told(failure)) : failure;
        }
    }

    private void tell(MillraceServer server) throws IOException {
        InetSocketAddress address = server.address();
        String store = memory ? "in memory, stored nowhere" : "in " + folder + ", durability " + durability;
        String line = String.format(
                Locale.ROOT,
                "listening on %s:%d; %s; %d tasks recovered in %.2f s%n",
                address.getAddress().getHostAddress(),
                address.getPort(),
                store,
                server.recovery().tasks(),
                server.recovery().time().toNanos() / 1e9);
        console.out().write(line.getBytes(StandardCharsets.UTF_8));
        console.out().flush();
    }

    private InetSocketAddress address() {
        int colon = listen.lastIndexOf(':');
        String host = colon < 0 ? listen : listen.substring(0, colon);
        String port = colon < 0 ? String.valueOf(ServerOptions.PORT_DEFAULT) : listen.substring(colon + 1);
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        }
        try {
            InetSocketAddress address = new InetSocketAddress(host, Integer.parseInt(port));
            if (host.isEmpty() || address.isUnresolved()) {
                throw RefusedException.usage("--listen=" + listen + " names no address of this machine; use 127.0.0.1:7411, say");
            }
            return address;
        } catch (IllegalArgumentException noPort) {
            throw RefusedException.usage("--listen=" + listen + " has no port in 0 … 65535; use 127.0.0.1:7411, say");
        }
    }
}
