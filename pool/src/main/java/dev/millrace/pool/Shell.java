package dev.millrace.pool;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;

/**
 * A resident shell: it leads a session and a process group of its own, reads commands from a pipe, and reports on
 * another how each ended, as a line {@code run exitCode}. Forking from so small a process costs half of what starting
 * one from here does.
 *
 * <p>It outlives the signals for which a command might reach its own group. They are caught, not ignored, since a
 * command would inherit what is ignored. For the thread that owns the slot, but for {@link #group}.
 */
final class Shell {
    /** What {@link #run} answers when the shell ended instead of reporting. */
    static final int LOST = -1;

    private static final byte[] CATCH_SIGNALS = "trap : HUP INT QUIT TERM\n".getBytes(StandardCharsets.US_ASCII);

    /** Exit code of a process that was ended by SIGKILL, which is how a shell ends that could not do otherwise. */
    private static final int KILLED = 128 + 9;

    private final Process process;
    private final OutputStream commands;
    private final InputStream reports;

    private Shell(Process process) {
        this.process = process;
        this.commands = process.getOutputStream();
        this.reports = process.getInputStream();
    }

    /** Starts one; {@code program} is the shell to use. */
    static Shell start(String program) throws IOException {
        // The new process does not lead a group yet, so setsid becomes the shell without forking, and keeps its id.
        Shell shell = new Shell(new ProcessBuilder("setsid", program)
                .redirectError(Redirect.DISCARD)
                .start());
        shell.commands.write(CATCH_SIGNALS);
        return shell;
    }

    /** The process group of all its commands. */
    long group() {
        return process.pid();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** Runs a line of {@link CommandLine} and waits for its end: the exit code, or {@link #LOST}. */
    int run(byte[] line, long run) {
        try {
            commands.write(line);
            commands.flush();
            return exitCode(readReport(), run);
        } catch (IOException brokenPipe) {
            return LOST;
        }
    }

    /** Lets it end by itself, once its command has. */
    void end() {
        try {
            commands.close();
        } catch (IOException brokenPipe) {
            // What was not yet written was for a shell that is gone.
        }
    }

    /** Kills it alone, not its group: the last resort. Any thread. */
    void destroy() {
        process.destroyForcibly();
    }

    /**
     * Waits until it is gone, which something must have seen to, and gives its exit code as that of a failure. Needs no
     * thread but those that watch processes: {@link Process#onExit} would finish on the common pool, whose threads may
     * all be waiting for this.
     */
    int awaitEnd() {
        int exitCode = awaitExit();
        end();
        try {
            reports.close();
        } catch (IOException brokenPipe) {
            // Nobody reads on.
        }
        return exitCode == 0 ? KILLED : exitCode;
    }

    /** An interrupt waits. */
    private int awaitExit() {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return process.waitFor();
                } catch (InterruptedException later) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** The next line without its end; what came of it before the end of the pipe, if that comes first. */
    private String readReport() throws IOException {
        StringBuilder report = new StringBuilder(24);
        for (int octet = reports.read(); octet >= 0 && octet != '\n'; octet = reports.read()) {
            report.append((char) octet);
        }
        return report.toString();
    }

    /** A report on anything but this run shows that somebody meddled with the shell: it cannot be trusted further. */
    private static int exitCode(String report, long run) {
        String prefix = run + " ";
        if (!report.startsWith(prefix)) {
            return LOST;
        }
        try {
            int exitCode = Integer.parseInt(report, prefix.length(), report.length(), 10);
            return exitCode >= 0 && exitCode <= 255 ? exitCode : LOST;
        } catch (NumberFormatException meddled) {
            return LOST;
        }
    }
}
