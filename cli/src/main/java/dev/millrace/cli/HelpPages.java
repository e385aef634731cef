package dev.millrace.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Writes what each command says with {@code --help} into files, when the command line is built; the launcher prints
 * those without starting Java. What it does not find there, and every other way to ask, is answered by {@link Main} in
 * the same words.
 */
final class HelpPages {
    /** The page of {@code millrace --help}. */
    static final String OVERVIEW = "help";
    /** Ends the name of a page that is for a terminal with colours. */
    static final String COLOURED = ".colour";

    private HelpPages() {}

    /** The argument is the folder to write into. */
    public static void main(String[] args) throws IOException {
        write(Path.of(args[0]));
    }

    /** Writes two pages for each command, and for all of them together, into a folder that is made if it is missing. */
    static void write(Path folder) throws IOException {
        Files.createDirectories(folder);
        writeBoth(folder, OVERVIEW, "--help");
        for (String command : Main.COMMANDS) {
            writeBoth(folder, command, command, "--help");
        }
    }

    private static void writeBoth(Path folder, String page, String... args) throws IOException {
        Files.write(folder.resolve(page), printed(false, args));
        Files.write(folder.resolve(page + COLOURED), printed(true, args));
    }

    private static byte[] printed(boolean isColoured, String... args) {
        ByteArrayOutputStream page = new ByteArrayOutputStream();
        PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
        Console console =
                new Console(InputStream.nullInputStream(), page, nowhere, isColoured, false, isColoured, handler -> {});
        int exitCode = Main.run(args, console);
        if (exitCode != ExitCode.OK) {
            throw new IllegalStateException("help of '" + String.join(" ", args) + "' ended with " + exitCode);
        }
        return page.toByteArray();
    }
}
