package dev.millrace.pool;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** What the tests of this package share: short ways to run commands, and to wait for other processes. */
final class Commands {
    private static final long POLL_NANOS = 2_000_000;

    private Commands() {}

    /** A result with its output read. */
    record Done(int exitCode, ProcessEnd end, Duration elapsed, byte[] out, byte[] err) {
        static Done of(ProcessResult result) throws IOException {
            return new Done(
                    result.exitCode(),
                    result.end(),
                    result.elapsed(),
                    result.stdout().bytes(),
                    result.stderr().bytes());
        }

        String outText() {
            return new String(out, StandardCharsets.UTF_8);
        }

        String errText() {
            return new String(err, StandardCharsets.UTF_8);
        }
    }

    static Executable program(String name) {
        return (Executable) Executable.find(name);
    }

    static ProcessRequest request(String name, String... arguments) {
        return ProcessRequest.of(program(name), arguments);
    }

    /** A script for {@code sh}, with {@code $0} and on as given. */
    static ProcessRequest script(String script, Object... arguments) {
        List<String> words = new ArrayList<>(List.of("-c", script));
        for (Object argument : arguments) {
            words.add(argument.toString());
        }
        return request("sh", words.toArray(String[]::new));
    }

    static Done run(ProcessRunner runner, ProcessRequest request) throws IOException, InterruptedException {
        return runner.run(request, Done::of);
    }

    static Path pipe(ProcessRunner runner, Path folder, String name) throws IOException, InterruptedException {
        Path pipe = folder.resolve(name);
        assertThat(run(runner, request("mkfifo", pipe.toString())).exitCode()).isZero();
        return pipe;
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** Waits, up to a bound, for something in another process, which has no way to wake this one. */
    static void await(Duration patience, Supplier<String> what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + patience.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as(what).isLessThan(deadline);
            LockSupport.parkNanos(POLL_NANOS);
        }
    }

    static void awaitGone(Duration patience, long pid) {
        await(patience, () -> "process " + pid + " is gone", () -> isGone(pid));
    }

    /** Not running: a zombie, which only waits for its parent to take note, counts as gone. */
    static boolean isGone(long pid) {
        if (ProcessHandle.of(pid).isEmpty()) {
            return true;
        }
        try {
            String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"), StandardCharsets.ISO_8859_1);
            char state = stat.charAt(stat.lastIndexOf(')') + 2);
            return state == 'Z' || state == 'X';
        } catch (NoSuchFileException vanished) {
            return Files.isDirectory(Path.of("/proc/self"));
        } catch (IOException vanishing) {
            return true;
        }
    }
}
