package dev.millrace.pool;

import static dev.millrace.pool.Commands.program;
import static dev.millrace.pool.Commands.request;
import static dev.millrace.pool.Commands.run;
import static dev.millrace.pool.Commands.script;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.pool.Commands.Done;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Input, output and exit codes. */
@Timeout(60)
class ProcessRunnerOutputTest {
    @TempDir
    Path folder;

    private ProcessRunner runner;

    @BeforeEach
    void startRunner() throws IOException {
        runner = ProcessRunner.start(RunnerOptions.ofSlots(1));
    }

    @AfterEach
    void closeRunner() throws IOException {
        runner.close();
    }

    @Test
    void run_exitCodes_areTheCommands() throws Exception {
        for (int exitCode : new int[] {0, 1, 2, 126, 127, 128, 137, 255}) {
            Done done = run(runner, script("exit " + exitCode));
            assertThat(done.exitCode()).isEqualTo(exitCode);
            assertThat(done.end()).isEqualTo(ProcessEnd.EXITED);
        }
    }

    @Test
    void run_killedBySignal_is128AndSignal() throws Exception {
        // Not INT: it is ignored by all that a shell starts in the background, builds too, and no shell can take that
        // back (POSIX).
        assertThat(run(runner, script("kill -TERM $$")).exitCode()).isEqualTo(128 + 15);
        assertThat(run(runner, script("kill -KILL $$")).exitCode()).isEqualTo(128 + 9);
        assertThat(run(runner, script("kill -ALRM $$")).exitCode()).isEqualTo(128 + 14);
    }

    @Test
    void run_programVanished_is127() throws Exception {
        Path copy = Files.copy(program("true").path(), folder.resolve("copy"));
        copy.toFile().setExecutable(true);
        Executable vanishing = (Executable) Executable.find(copy.toString());
        assertThat(run(runner, ProcessRequest.of(vanishing)).exitCode()).isZero();
        copy.toFile().setExecutable(false, false);
        assertThat(run(runner, ProcessRequest.of(vanishing)).exitCode()).isEqualTo(126);
        Files.delete(copy);
        Done gone = run(runner, ProcessRequest.of(vanishing));
        assertThat(gone.exitCode()).isEqualTo(127);
        assertThat(gone.errText()).contains(copy.toString());
    }

    @Test
    void run_noInput_isAtItsEnd() throws Exception {
        assertThat(run(runner, request("cat")).out()).isEmpty();
    }

    @Test
    void run_bytesAsInput_roundTrip() throws Exception {
        byte[] content = randomBytes(300_000);
        ProcessRequest cat = request("cat").withInput(new ProcessInput.FromBytes(content));
        assertThat(run(runner, cat).out()).isEqualTo(content);
        assertThat(run(runner, cat.withInput(new ProcessInput.FromBytes(new byte[0]))).out()).isEmpty();
        assertThat(run(runner, request("cat")).out()).isEmpty();
    }

    @Test
    void run_fileAsInput_roundTrips() throws Exception {
        Path file = folder.resolve("it's $(odd)\n\u00e9");
        byte[] content = randomBytes(1000);
        Files.write(file, content);
        assertThat(run(runner, request("cat").withInput(new ProcessInput.FromFile(file))).out()).isEqualTo(content);
    }

    @Test
    void run_inputFileMissing_throwsAndSlotStaysGood() throws Exception {
        Path missing = folder.resolve("missing");
        assertThatThrownBy(() -> run(runner, request("cat").withInput(new ProcessInput.FromFile(missing))))
                .isInstanceOf(FileSystemException.class)
                .hasMessageContaining(missing.toString());
        assertThat(run(runner, request("true")).exitCode()).isZero();
    }

    @Test
    void run_bothStreams_areSeparateAndBinary() throws Exception {
        Done done = run(runner, script("printf 'out\\0\\377\\n'; printf 'err\\1\\200' >&2"));
        assertThat(done.out()).isEqualTo(new byte[] {'o', 'u', 't', 0, (byte) 0xff, '\n'});
        assertThat(done.err()).isEqualTo(new byte[] {'e', 'r', 'r', 1, (byte) 0x80});
    }

    @Test
    void run_oneMebibyte_fitsAnArray() throws Exception {
        byte[] content = randomBytes(ProcessOutput.ARRAY_BYTES_MAX);
        assertThat(run(runner, request("cat").withInput(new ProcessInput.FromBytes(content))).out()).isEqualTo(content);
    }

    @Test
    void run_twentyMebibytes_canBeCopiedButNotTakenWhole() throws Exception {
        byte[] content = randomBytes(20 << 20);
        ProcessRequest cat = request("cat").withInput(new ProcessInput.FromBytes(content));
        runner.run(cat, result -> {
            assertThat(result.stdout().sizeBytes()).isEqualTo(content.length);
            assertThatThrownBy(() -> result.stdout().bytes())
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("arrayBytesMax");
            assertThat(result.stdout().tail(5)).endsWith(content[content.length - 1]).hasSize(5);
            ByteArrayOutputStream copy = new ByteArrayOutputStream();
            result.stdout().copyTo(copy);
            assertThat(copy.toByteArray()).isEqualTo(content);
            return null;
        });
    }

    @Test
    void tail_outOfBounds_throws() throws Exception {
        runner.run(request("true"), result -> {
            assertThat(result.stdout().tail(10)).isEmpty();
            assertThatThrownBy(() -> result.stdout().tail(-1)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> result.stdout().tail(ProcessOutput.ARRAY_BYTES_MAX + 1))
                    .isInstanceOf(IllegalArgumentException.class);
            return null;
        });
    }

    @Test
    void output_afterHandler_isNoLongerValid() throws Exception {
        ProcessOutput kept = runner.run(request("pwd"), ProcessResult::stdout);
        assertThat(kept.sizeBytes()).isPositive();
        assertThatThrownBy(kept::bytes).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void run_handlerThrows_isThrownAndSlotStaysGood() throws Exception {
        assertThatThrownBy(() -> runner.run(request("true"), result -> {
                    throw new ReflectiveOperationException("thrown by the handler");
                }))
                .isInstanceOf(ReflectiveOperationException.class);
        assertThat(run(runner, request("true")).exitCode()).isZero();
    }

    @Test
    void run_callerInterrupted_outputIsStillRead() throws Exception {
        Done done = runner.run(script("echo fine"), result -> {
            Thread.currentThread().interrupt();
            Done read = Done.of(result);
            assertThat(Thread.interrupted()).isTrue();
            return read;
        });
        assertThat(done.outText()).isEqualTo("fine\n");
    }

    @Test
    void run_processLeftWriting_doesNotReachTheNextOutput() throws Exception {
        Path pipe = Commands.pipe(runner, folder, "go");
        Path done = Commands.pipe(runner, folder, "done");
        run(runner, script("{ read line <\"$0\"; echo stray; echo stray >&2; echo said >\"$1\"; } & echo first", pipe, done));
        Done next = run(runner, script("echo go >\"$0\"; read line <\"$1\"; echo second", pipe, done));
        assertThat(next.outText()).isEqualTo("second\n");
        assertThat(next.err()).isEmpty();
    }

    @Test
    @EnabledOnOs(OS.LINUX) // looks into /proc
    void run_descriptors_areOnlyTheThree() throws Exception {
        // The fourth is that of the folder being listed.
        assertThat(run(runner, request("ls", "/proc/self/fd")).outText()).isEqualTo("0\n1\n2\n3\n");
        assertThat(run(runner, request("readlink", "/proc/self/fd/0")).outText()).isEqualTo("/dev/null\n");
    }

    @Test
    void run_workingFolderAndEnvironment_areOurs() throws Exception {
        assertThat(run(runner, request("pwd")).outText()).isEqualTo(Path.of("").toAbsolutePath() + "\n");
        assertThat(run(runner, request("printenv", "PATH")).outText()).isEqualTo(System.getenv("PATH") + "\n");
    }

    private static byte[] randomBytes(int length) {
        byte[] content = new byte[length];
        new Random(7).nextBytes(content);
        return content;
    }
}
