package dev.millrace.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A server as a process of its own, which has said where it listens.
 *
 * @param process to be killed, for instance
 * @param port of the native wire
 */
record ServerProcess(Process process, int port) implements AutoCloseable {
    private static final Pattern LISTENING = Pattern.compile("listening on 127\\.0\\.0\\.1:(\\d+); .*");

    /** Starts one in a folder; port 0 is any that is free. */
    static ServerProcess start(Path folder, int port, String... settings) throws IOException {
        List<String> args = new ArrayList<>(List.of(
                "server", "--listen", "127.0.0.1:" + port, "--durability", "written", "--folder", folder.toString()));
        for (String setting : settings) {
            args.addAll(List.of("--set", setting));
        }
        Process process = Cli.process(Main.class, List.of(), args.toArray(String[]::new))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String line = String.valueOf(process.inputReader(UTF_8).readLine());
        Matcher listening = LISTENING.matcher(line);
        assertThat(listening.matches()).as(line).isTrue();
        return new ServerProcess(process, Integer.parseInt(listening.group(1)));
    }

    /** The name of the engine, for {@code --at}. */
    String uri() {
        return "millrace://127.0.0.1:" + port;
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
