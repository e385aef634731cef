package dev.millrace.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.InputStream;
import java.io.PrintStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Runs the command line as a user would: within this process with streams of its own, or as a process to be killed. */
final class Cli {
    /** What a call came to. */
    record Outcome(int exitCode, byte[] outBytes, String err) {
        String out() {
            return new String(outBytes, UTF_8);
        }

        List<String> sortedLines() {
            return out().lines().sorted().toList();
        }
    }

    private Cli() {}

    static Outcome run(String in, String... args) {
        return run(in.getBytes(UTF_8), args);
    }

    static Outcome run(byte[] in, String... args) {
        return run(new ByteArrayInputStream(in), handler -> {}, args);
    }

    static Outcome run(InputStream in, Console.SignalSource signals, String... args) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Console console = new Console(in, out, new PrintStream(err, true, UTF_8), false, false, false, signals);
        String[] raw = Arrays.stream(args)
                .map(argument -> new String(argument.getBytes(UTF_8), ISO_8859_1))
                .toArray(String[]::new);
        int exitCode = Main.run(raw, console);
        return new Outcome(exitCode, out.toByteArray(), err.toString(UTF_8));
    }

    /** A main class of this module in a JVM of its own, to be started. */
    static ProcessBuilder process(Class<?> main, List<String> jvmArgs, String... args) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "--enable-native-access=ALL-UNNAMED"));
        command.addAll(jvmArgs);
        command.addAll(List.of("-cp", classPath(), main.getName()));
        command.addAll(List.of(args));
        return new ProcessBuilder(command);
    }

    /** Everything that a call needs, wherever this process has it from; the engine is found at run time only. */
    private static String classPath() {
        List<String> names = List.of(
                "dev.millrace.cli.Main",
                "dev.millrace.api.Millrace",
                "dev.millrace.pool.ProcessRunner",
                "dev.millrace.server.MillraceServer",
                "dev.millrace.wire.Verb",
                "io.netty.buffer.ByteBuf",
                "io.netty.channel.Channel",
                "io.netty.handler.ssl.SslContext",
                "io.netty.handler.codec.ByteToMessageDecoder",
                "io.netty.handler.ssl.SslHandler",
                "io.netty.channel.unix.Unix",
                "io.netty.channel.epoll.Epoll",
                "io.netty.channel.uring.IoUring",
                "io.netty.resolver.AddressResolver",
                "io.netty.util.ReferenceCountUtil",
                "dev.millrace.embedded.EmbeddedProvider",
                "dev.millrace.remote.RemoteProvider",
                "dev.millrace.core.TaskMachine",
                "dev.millrace.journal.Journal",
                "picocli.CommandLine",
                "org.tomlj.Toml",
                "org.antlr.v4.runtime.Parser",
                "tools.jackson.core.JsonGenerator",
                "me.tongfei.progressbar.ProgressBar",
                "org.jline.utils.Signals");
        Set<String> path = new LinkedHashSet<>();
        for (String name : names) {
            try {
                path.add(location(Class.forName(name, false, Cli.class.getClassLoader())));
            } catch (ClassNotFoundException missing) {
                throw new IllegalStateException(missing);
            }
        }
        path.add(Files.isDirectory(Path.of("target/test-classes"))
                ? Path.of("target/test-classes").toAbsolutePath().toString()
                : location(Cli.class));
        return String.join(File.pathSeparator, path);
    }

    private static String location(Class<?> type) {
        return Path.of(URI.create(type.getProtectionDomain().getCodeSource().getLocation().toString())).toString();
    }

    /**
     * Passes over a test whose signal the build ignores, as one in the background or under nohup does: all its
     * processes inherit that, and are right not to listen (POSIX).
     */
    static void assumeHeard(String signal) throws Exception {
        Process kills = new ProcessBuilder("sh", "-c", "kill -" + signal + " $$; echo ignored").start();
        assumeThat(new String(kills.getInputStream().readAllBytes(), UTF_8)).as("of SIG%s the build says", signal).isEmpty();
    }
}
