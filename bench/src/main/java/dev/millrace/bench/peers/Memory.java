package dev.millrace.bench.peers;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A server's memory at one time, in MiB.
 *
 * @param seconds since the load began
 * @param resident what the process occupies of the machine's memory, as {@code /proc} says
 * @param heap of the heap, what was left by the last collection
 * @param direct buffers outside the heap that the JVM knows of (its native memory tracking calls them {@code Other})
 */
record Memory(double seconds, double resident, double heap, double direct) {
    private static final Pattern COLLECTION = Pattern.compile("Pause .* \\d+M->(\\d+)M\\(");
    private static final Pattern OTHER = Pattern.compile("Other \\(reserved=\\d+KB, committed=(\\d+)KB\\)");

    /** Of a process that writes its collections to a log and tracks its native memory. */
    static Memory of(long pid, Path collections, double seconds) throws IOException, InterruptedException {
        return new Memory(seconds, residentMib(pid), heapMib(Files.readString(collections)), otherKib(tracked(pid)) / 1_024.0);
    }

    private static double residentMib(long pid) throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/" + pid + "/status"))) {
            if (line.startsWith("VmRSS:")) {
                return Long.parseLong(line.replaceAll("\\D", "")) / 1_024.0;
            }
        }
        throw new IOException("process " + pid + " is over");
    }

    /** What the last collection left, 0 before the first. */
    static double heapMib(String collections) {
        double left = 0;
        Matcher matcher = COLLECTION.matcher(collections);
        while (matcher.find()) {
            left = Double.parseDouble(matcher.group(1));
        }
        return left;
    }

    /** What is tracked as {@code Other}, 0 if nothing is. */
    static double otherKib(String tracked) {
        Matcher matcher = OTHER.matcher(tracked);
        return matcher.find() ? Double.parseDouble(matcher.group(1)) : 0;
    }

    private static String tracked(long pid) throws IOException, InterruptedException {
        Process jcmd = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(), "" + pid, "VM.native_memory", "summary")
                .redirectErrorStream(true)
                .start();
        StringBuilder text = new StringBuilder();
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(jcmd.getInputStream(), StandardCharsets.UTF_8))) {
            lines.lines().forEach(line -> text.append(line).append('\n'));
        }
        jcmd.waitFor();
        return text.toString();
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "%6.0f s: resident %6.1f MiB, heap after collection %5.1f MiB, direct %5.1f MiB",
                seconds, resident, heap, direct);
    }
}
