package dev.millrace.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;

/**
 * What a job was begun with: a file of lines {@code key=value}, replaced as a whole.
 *
 * @param command the command with its arguments, quoted, for a person
 * @param fingerprint of the command's bytes
 * @param results the absolute path of the results file; empty without one
 * @param at the server that has the items, without a password; empty where they are in the folder
 * @param producer who counts the items on the server; empty in the folder
 */
record JobRecord(String command, String fingerprint, String results, String at, String producer) {
    /** Version of the files that `each` keeps beside the queue. */
    static final int FORMAT = 1;

    static JobRecord read(Path file) throws IOException {
        Map<String, String> values = new HashMap<>();
        for (String line : Files.readString(file, StandardCharsets.UTF_8).split("\n")) {
            int sign = line.indexOf('=');
            if (sign > 0) {
                values.put(line.substring(0, sign), line.substring(sign + 1));
            }
        }
        String format = values.getOrDefault("format", "none");
        if (!format.equals(Integer.toString(FORMAT))) {
            throw RefusedException.usage(file + ": format=" + format + " is not the one that this version reads, " + FORMAT
                    + "; go on with the version that wrote it, or start over with --fresh");
        }
        return new JobRecord(
                values.getOrDefault("command", ""),
                values.getOrDefault("fingerprint", ""),
                values.getOrDefault("results", ""),
                values.getOrDefault("at", ""),
                values.getOrDefault("producer", ""));
    }

    void write(Path file) throws IOException {
        String text = "format=" + FORMAT + "\ncommand=" + command + "\nfingerprint=" + fingerprint + "\nresults="
                + results + "\n" + (at.isEmpty() ? "" : "at=" + at + "\nproducer=" + producer + "\n");
        Path temporary = file.resolveSibling(file.getFileName() + ".new");
        Files.writeString(
                temporary,
                text,
                StandardCharsets.UTF_8,
                StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.WRITE,
                StandardOpenOption.SYNC);
        Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
