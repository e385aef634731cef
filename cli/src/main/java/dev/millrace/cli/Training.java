package dev.millrace.cli;

import dev.millrace.server.MillraceServer;
import dev.millrace.server.ServerOptions;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Walks once through what the command line does, so that the launcher can have the JVM keep what it loaded and linked
 * meanwhile for all later starts.
 */
final class Training {
    private Training() {}

    /** The argument is an empty folder to work in. */
    public static void main(String[] args) throws IOException {
        Path folder = Path.of(args[0]);
        for (String command : Main.COMMANDS) {
            run("help", command);
        }
        run("--help");
        run("version");
        run("put", "--nonsense");
        String at = "embedded:" + folder.resolve("queues");
        run("put", "mail", "a", "b", "--at", at);
        run("take", "mail", "--at", at);
        run("list", "mail", "--at", at);
        run("stats", "--at", at);
        run("work", "mail", "--at", at, "--until-empty", "--", "true");
        Path items = Files.writeString(folder.resolve("items"), "a\nb\n");
        String job = folder.resolve("job").toString();
        String results = folder.resolve("results").toString();
        run("each", "--input", items.toString(), "--folder", job, "--results", results, "--", "true");
        try (MillraceServer server = MillraceServer.start(ServerOptions.of("memory:")
                .withListen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)))) {
            String remote = "millrace://127.0.0.1:" + server.address().getPort();
            run("put", "mail", "a", "--at", remote);
            run("take", "mail", "--at", remote);
            run("top", "--once", "--at", remote);
        }
        System.exit(ExitCode.OK);
    }

    /** Runs a command without its output. */
    static void run(String... args) {
        PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
        Console real = Console.system();
        Main.run(args, new Console(InputStream.nullInputStream(), real.out(), nowhere, false, false, false, real.signals()));
    }
}
