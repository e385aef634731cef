package dev.millrace.cli;

import dev.millrace.server.Credential;
import dev.millrace.server.Grant;
import dev.millrace.server.User;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Makes the entry of a user for a server's file. */
@Command(
        name = "millrace user",
        header = "Makes a user's entry for the file of `millrace server --config`.",
        description = {
            "",
            "  millrace user ada --grant 'mail.*=put,take' --grant '*=read' >> millrace.toml",
            "",
            "Asks for the password, or reads it from the first line of standard input. What is printed, and stored, is a",
            "hash of it. With --token a token is made and shown once, on standard error.",
            ""
        },
        footer = {"", "Exit codes: 0; 2 refused."})
final class UserCommand implements Callable<Integer> {
    private static final int LINE_BYTES_MAX = 1_024;

    private final Console console;

    @Parameters(index = "0", paramLabel = "NAME", description = "the user's name; default is who logs in without one")
    private String name = "";

    @Option(
            names = "--grant",
            paramLabel = "PATTERN=RIGHTS",
            description = "rights on the queues whose names are like the pattern, in which * is anything: of read, put, take,"
                    + " admin, with commas, or all; may be given several times")
    private List<String> grants = new ArrayList<>();

    @Option(names = "--token", description = "make a token instead of asking for a password")
    private boolean token;

    @Option(names = {"-h", "--help"}, usageHelp = true, description = "show this help")
    private boolean help;

    UserCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException {
        List<Grant> checked = new ArrayList<>();
        List<String> rights = new ArrayList<>();
        for (String grant : grants) {
            int equals = grant.lastIndexOf('=');
            if (equals < 0) {
                throw RefusedException.usage("--grant '" + grant + "' has no '='; write 'mail.*=put,take', say");
            }
            List<String> words = List.of(grant.substring(equals + 1).split(","));
            checked.add(Grant.of(grant.substring(0, equals), words));
            rights.add(quoted(grant.substring(0, equals)) + " = "
                    + words.stream().map(UserCommand::quoted).collect(Collectors.joining(", ", "[", "]")));
        }
        // Before somebody is asked for a password in vain.
        User.requireName(name);
        Credential credential = token ? newToken() : newPassword();
        String entry = Stream.of(
                        "[users." + quoted(name) + "]",
                        (token ? "token" : "password") + " = " + quoted(credential.stored()),
                        rights.stream().collect(Collectors.joining(", ", "rights = { ", " }")))
                .filter(line -> !line.equals("rights = {  }"))
                .collect(Collectors.joining("\n", "", "\n"));
        console.out().write(entry.getBytes(StandardCharsets.UTF_8));
        return ExitCode.OK;
    }

    private Credential newToken() {
        byte[] random = randomBytes(Credential.TOKEN_BYTES_MIN);
        String made = Base64.getUrlEncoder().withoutPadding().encodeToString(random);
        console.say("the token of " + name + ", which is stored nowhere: " + made);
        return Credential.ofToken(made);
    }

    private Credential newPassword() throws IOException {
        try (HiddenInput hidden = HiddenInput.begin()) {
            if (hidden.isTerminal()) {
                console.err().print("password of " + name + ": ");
                console.err().flush();
            }
            String password = line();
            if (hidden.isTerminal()) {
                console.err().print("\nthe same again: ");
                console.err().flush();
                boolean same = line().equals(password);
                console.err().println();
                if (!same) {
                    throw RefusedException.usage("the two are not the same; nothing was made");
                }
            }
            return Credential.ofPassword(password, randomBytes(Credential.SALT_BYTES), Credential.ROUNDS_DEFAULT);
        }
    }

    private String line() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int next = console.in().read(); next >= 0 && next != '\n'; next = console.in().read()) {
            bytes.write(next);
            if (bytes.size() > LINE_BYTES_MAX) {
                throw RefusedException.usage("a password has at most " + LINE_BYTES_MAX + " bytes");
            }
        }
        String line = Text.utf8(bytes.toByteArray());
        if (line == null) {
            throw RefusedException.usage("the password is no UTF-8");
        }
        return line.endsWith("\r") ? line.substring(0, line.length() - 1) : line;
    }

    private static byte[] randomBytes(int count) {
        byte[] bytes = new byte[count];
        new SecureRandom().nextBytes(bytes);
        return bytes;
    }

    /** As a TOML string or key; none of what it is used for has control characters. */
    private static String quoted(String text) {
        return "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
    }
}
