package dev.millrace.cli;

import dev.millrace.api.ErrorCode;
import dev.millrace.api.MillraceException;
import dev.millrace.server.MillraceServer;
import dev.millrace.server.ServerOptions;
import dev.millrace.server.User;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;
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
            "order: takes get nothing any more, clients may finish what they hold (--drain), what was accepted is stored",
            "and answered. A second SIGTERM waits for nobody.",
            "",
            "Everything can be set in a file as well (docs/SERVER.md lists it all), or in the environment; options count",
            "first, then the environment, then the file. SIGHUP reads the file again, without dropping a connection.",
            ""
        },
        footer = {"", "Exit codes: 0 after SIGTERM or Ctrl-C; 2 refused to start, nothing was changed; 3 stopped by an error."})
final class ServerCommand implements Callable<Integer> {
    private final Console console;
    private final Map<String, String> environment;
    private final BlockingQueue<Integer> signals = new LinkedBlockingQueue<>();
    /** The server that is about to end; null before. */
    private volatile @Nullable MillraceServer ending;

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "settings and users, as TOML (default: the environment variable MILLRACE_SERVER_CONFIG, or none)")
    private @Nullable Path config;

    @Option(
            names = "--listen",
            paramLabel = "ADDRESS",
            description = "address and port, [::1]:7411 for example; port 0 is any that is free (default: 127.0.0.1:7411)")
    private @Nullable String listen;

    @Option(
            names = "--folder",
            paramLabel = "FOLDER",
            description = "where tasks are stored; made if it is missing (default: data)")
    private @Nullable Path folder;

    @Option(names = "--memory", description = "store nothing: tasks live as long as the server")
    private boolean memory;

    @Option(
            names = "--durability",
            paramLabel = "WHAT",
            description = "sync: fsynced before the answer; written: survives kill -9; none (default: sync)")
    private @Nullable String durability;

    @Option(
            names = "--drain",
            paramLabel = "TIME",
            description = "how long the end waits for verdicts on tasks that clients hold (default: 10s)")
    private @Nullable String drain;

    @Option(
            names = "--insecure",
            description = "let others than this machine connect without users or TLS, so that anybody there may do everything")
    private boolean insecure;

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description = "any other setting: --set limits.connectionsMax=20000, for example; may be given several times, each setting once")
    private List<String> others = new ArrayList<>();

    @Option(names = "--check", description = "say what is wrong with the settings, all of it, and do not start")
    private boolean checkOnly;

    @Option(names = {"-h", "--help"}, usageHelp = true, description = "show this help")
    private boolean help;

    ServerCommand(Console console) {
        this(console, System.getenv());
    }

    ServerCommand(Console console, Map<String, String> environment) {
        this.console = console;
        this.environment = environment;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        ServerSettings settings = read();
        ServerOptions options = settings.options();
        if (checkOnly) {
            print("the settings are in order; users: %d%n", options.users().count());
            return ExitCode.OK;
        }
        setLog(settings.settings());
        console.signals().onSignal(this::onSignal);
        CompletableFuture<MillraceException> broken;
        try (MillraceServer server = start(options)) {
            tell(server, settings.settings());
            broken = server.broken().toCompletableFuture();
            // Nobody could finish anything, so it ends without waiting; whatever supervises it may start it again.
            broken.thenRun(() -> onSignal(ExitCode.STOPPED));
            while (signals.take() == ExitCode.HANGUP && file() != null) {
                reload(server, settings.settings());
            }
            ending = server;
            if (broken.isDone()) {
                server.hurry();
            }
            // One that came meanwhile is a second one as well.
            signals.forEach(this::onSignal);
            server.drain();
        }
        if (broken.isDone()) {
            console.say("stopped, since the store failed: " + Failures.told(broken.join()));
            return ExitCode.STOPPED;
        }
        return ExitCode.OK;
    }

    /** A second wish to end, by whichever signal, lets the server wait for nobody. */
    private void onSignal(int signal) {
        MillraceServer server = ending;
        if (server == null) {
            signals.add(signal);
        } else if (signal != ExitCode.HANGUP) {
            server.hurry();
        }
    }

    private static void setLog(Settings settings) {
        System.setProperty(PlainLoggers.LEVEL_PROPERTY, settings.text(Setting.LOG_LEVEL).toUpperCase(Locale.ROOT));
        System.setProperty(PlainLoggers.FORMAT_PROPERTY, settings.text(Setting.LOG_FORMAT));
    }

    /** Reads everything again, and goes on with it, or with what was if anything is wrong. */
    private void reload(MillraceServer server, Settings running) {
        try {
            ServerSettings settings = read();
            ServerOptions options = settings.options();
            server.reload(options);
            setLog(settings.settings());
            List<String> waiting = settings.settings().waitingForRestart(running);
            console.say("reloaded " + file() + "; users: " + options.users().count()
                    + (waiting.isEmpty() ? "" : "; until a restart these stay as they were: " + String.join(", ", waiting)));
        } catch (RefusedException wrong) {
            console.say("nothing was reloaded, and all is as it was, since\nmillrace: " + wrong.told());
        } catch (MillraceException wrong) {
            console.say("nothing was reloaded, and all is as it was, since " + Failures.told(wrong));
        }
    }

    /** Asks all sides; who counts first is asked first. */
    private ServerSettings read() {
        Settings settings = new Settings();
        say(settings, Setting.LISTEN, "--listen", listen);
        say(settings, Setting.FOLDER, "--folder", folder);
        say(settings, Setting.DURABILITY, "--durability", durability);
        say(settings, Setting.DRAIN_MS, "--drain", drain == null ? null : Durations.parse(drain).toMillis());
        say(settings, Setting.MEMORY, "--memory", memory ? "true" : null);
        say(settings, Setting.INSECURE, "--insecure", insecure ? "true" : null);
        others.forEach(settings::sayOption);
        settings.sayEnvironment(environment);
        Path file = file();
        List<User> users = file == null ? List.of() : SettingsFile.read(file, settings);
        return new ServerSettings(settings, users);
    }

    private @Nullable Path file() {
        String named = environment.get("MILLRACE_SERVER_CONFIG");
        return config != null || named == null || named.isEmpty() ? config : Path.of(named);
    }

    private static void say(Settings settings, Setting setting, String option, @Nullable Object value) {
        if (value != null) {
            settings.sayOption(setting, value.toString(), option);
        }
    }

    private static MillraceServer start(ServerOptions options) {
        try {
            return MillraceServer.start(options);
        } catch (MillraceException failure) {
            throw failure.code() == ErrorCode.READ_ONLY ? RefusedException.usage(Failures.told(failure)) : failure;
        }
    }

    private void tell(MillraceServer server, Settings settings) throws IOException {
        InetSocketAddress address = server.address();
        String store = settings.isOn(Setting.MEMORY)
                ? "in memory, stored nowhere"
                : "in " + settings.text(Setting.FOLDER) + ", durability " + settings.text(Setting.DURABILITY);
        print(
                "listening on %s:%d; %s; %d tasks recovered in %.2f s%n",
                address.getAddress().getHostAddress(),
                address.getPort(),
                store,
                server.recovery().tasks(),
                server.recovery().time().toNanos() / 1e9);
    }

    private void print(String format, Object... values) throws IOException {
        console.out().write(String.format(Locale.ROOT, format, values).getBytes(StandardCharsets.UTF_8));
        console.out().flush();
    }
}
