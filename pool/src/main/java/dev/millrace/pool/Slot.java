package dev.millrace.pool;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import org.jspecify.annotations.Nullable;

/**
 * A place where one command runs at a time: a resident shell, started when first needed and again whenever it was lost,
 * and the scratch files for input, output and error. Each command gets new files: a process that an earlier one left in
 * the background may still write to the old ones.
 *
 * <p>Whoever borrowed the slot owns it; only {@link #cut} may come from another thread.
 */
final class Slot {
    private static final byte[] DEV_NULL = "/dev/null".getBytes(StandardCharsets.US_ASCII);

    /** How often a command is given to a shell that is lost before it starts the command. */
    private static final int ATTEMPTS_MAX = 3;

    private final String shellProgram;
    private final Guardian guardian;
    private final ScheduledExecutorService clock;
    private final Duration grace;
    private final Path inputFile;
    private final Path outputFile;
    private final Path errorFile;
    private final byte[] inputWord;
    private final byte[] outputWord;
    private final byte[] errorWord;

    private @Nullable Shell shell;
    private long runs;

    /** Whether files of an earlier command may be left. */
    private boolean used;

    /** Of the command that runs, or the last one. */
    private volatile @Nullable Deadline current;

    /** Set before {@link #current} is read, as that is set before this is read: so no command is missed. */
    private volatile boolean cut;

    Slot(
            int index,
            Path scratch,
            String shellProgram,
            Guardian guardian,
            ScheduledExecutorService clock,
            Duration grace) {
        this.shellProgram = shellProgram;
        this.guardian = guardian;
        this.clock = clock;
        this.grace = grace;
        inputFile = scratch.resolve(index + ".in");
        outputFile = scratch.resolve(index + ".out");
        errorFile = scratch.resolve(index + ".err");
        inputWord = CommandLine.quoted(PathBytes.toBytes(inputFile));
        outputWord = CommandLine.quoted(PathBytes.toBytes(outputFile));
        errorWord = CommandLine.quoted(PathBytes.toBytes(errorFile));
    }

    /**
     * Runs a command to its end. Blocks the thread in a read, so it should not be a virtual one. A shell can be lost
     * before it comes to the command, by something an earlier one left behind; then another gets it.
     */
    ProcessResult run(ProcessRequest request) throws IOException {
        removeFiles();
        byte[] stdin = prepareInput(request.input());
        for (int attempt = 1; attempt <= ATTEMPTS_MAX; attempt++) {
            ProcessResult result = attempt(request, stdin, readyShell());
            // The shell creates the output file before it starts the command.
            if (result.end() != ProcessEnd.SHELL_LOST || Files.exists(outputFile)) {
                return result;
            }
        }
        throw new IOException("a shell was lost " + ATTEMPTS_MAX + " times before it started " + request.program()
                + "; something kills the shells of this user");
    }

    private ProcessResult attempt(ProcessRequest request, byte[] stdin, Shell ready) throws IOException {
        long run = ++runs;
        byte[] line = CommandLine.of(request, outputWord, errorWord, stdin, run);
        Deadline deadline = new Deadline(guardian, clock, grace, ready);
        current = deadline;
        if (cut) {
            deadline.cut(ProcessEnd.RUNNER_CLOSED);
        }
        used = true;
        long beginNanos = System.nanoTime();
        if (request.timeLimit() != null) {
            deadline.start(request.timeLimit());
        }
        int exitCode = ready.run(line, run);
        ProcessEnd end = deadline.over();
        if (exitCode == Shell.LOST || end != ProcessEnd.EXITED) {
            int shellExitCode = retire(ready);
            if (exitCode == Shell.LOST) {
                exitCode = shellExitCode;
                end = end == ProcessEnd.EXITED ? ProcessEnd.SHELL_LOST : end;
            }
        }
        Duration elapsed = Duration.ofNanos(System.nanoTime() - beginNanos);
        boolean started = end == ProcessEnd.EXITED;
        return new ProcessResult(
                exitCode, end, elapsed, ProcessOutput.of(outputFile, started), ProcessOutput.of(errorFile, started));
    }

    /** Ends what runs here now or later. Any thread. */
    void cut() {
        cut = true;
        Deadline running = current;
        if (running != null) {
            running.cut(ProcessEnd.RUNNER_CLOSED);
        }
    }

    /**
     * Frees the space of what was last read and written. What cannot be deleted now must be before the next command.
     */
    void release(ProcessResult result) {
        result.stdout().expire();
        result.stderr().expire();
        try {
            removeFiles();
        } catch (IOException notNow) {
            used = true;
        }
    }

    /** Waits for the shell's end. */
    void close() {
        if (shell != null) {
            shell.end();
            shell.awaitEnd();
        }
    }

    private void removeFiles() throws IOException {
        if (used) {
            Files.deleteIfExists(inputFile);
            Files.deleteIfExists(outputFile);
            Files.deleteIfExists(errorFile);
            used = false;
        }
    }

    /** The word for the shell that names the file to read. */
    private byte[] prepareInput(ProcessInput input) throws IOException {
        return switch (input) {
            case ProcessInput.Empty empty -> DEV_NULL;
            case ProcessInput.FromFile(Path path) -> {
                if (!Files.isReadable(path)) {
                    throw new FileSystemException(path.toString(), null, "input file is missing or may not be read");
                }
                yield CommandLine.quoted(PathBytes.toBytes(path));
            }
            case ProcessInput.FromBytes(byte[] content) -> {
                used = true;
                Files.write(inputFile, content);
                yield inputWord;
            }
        };
    }

    private Shell readyShell() throws IOException {
        Shell resident = shell;
        if (resident != null && resident.isAlive()) {
            return resident;
        }
        if (resident != null) {
            retire(resident);
        }
        Shell fresh = Shell.start(shellProgram);
        try {
            guardian.add(fresh.group());
        } catch (IOException noGuardian) {
            fresh.end();
            throw noGuardian;
        }
        shell = fresh;
        return fresh;
    }

    /** Kills all that is in the shell's group, itself included, and gives its exit code. */
    private int retire(Shell lost) throws IOException {
        shell = null;
        try {
            guardian.kill(lost.group());
        } finally {
            // Even if the guardian perished over this line: the shell must end now, for its end is waited for.
            lost.destroy();
        }
        int exitCode = lost.awaitEnd();
        guardian.forget(lost.group());
        return exitCode;
    }
}
