package dev.millrace.pool;

import static dev.millrace.pool.Commands.bytes;
import static dev.millrace.pool.Commands.program;
import static dev.millrace.pool.Commands.request;
import static dev.millrace.pool.Commands.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.pool.Commands.Done;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Arguments come through byte for byte, and none is ever syntax. */
@Timeout(60)
class ProcessRunnerArgumentsTest {
    @TempDir
    Path folder;

    @Test
    void run_eachByteAsArgument_comesThrough() throws Exception {
        assertComesThrough("sh", everyByte());
    }

    /** Debian's sh is dash, and other systems have others; whichever of them is here must do. */
    @Test
    void run_eachByteAsArgumentInTheOtherShellsThereAre_comesThrough() throws Exception {
        if (Executable.find("bash") instanceof Executable) {
            assertComesThrough("bash", everyByte());
        }
        if (Executable.find("busybox") instanceof Executable busybox) {
            Path shell = Files.createSymbolicLink(folder.resolve("ash"), busybox.path());
            assertComesThrough(shell.toString(), everyByte());
        }
    }

    @Test
    void run_hostileWords_areOnlyWords() throws Exception {
        Path canary = folder.resolve("canary");
        List<byte[]> hostile = new ArrayList<>();
        for (String form : List.of(
                "'; touch %s; '", "$(touch %s)", "`touch %s`", "\ntouch %s\n", "\"; touch %s; \"", "'\\''; touch %s",
                "\\'; touch %s; \\'", "| touch %s", "> %s", "& touch %s &", "${x:=$(touch %s)}", "#\n touch %s",
                "'\ntouch %s\n'", "<<EOF\nEOF\ntouch %s", "'\necho 1 0\ntouch %s\n")) {
            hostile.add(bytes(form.formatted(canary)));
        }
        assertComesThrough("sh", hostile);
        assertThat(canary).doesNotExist();
    }

    @Test
    void run_oddWords_comeThrough() throws Exception {
        byte[] long100K = new byte[100 << 10];
        Arrays.fill(long100K, (byte) '\'');
        assertComesThrough(
                "sh",
                List.of(
                        bytes(""), bytes(" "), bytes("-n"), bytes("--"), bytes("a b\tc\n\n"), bytes("'"), bytes("''"),
                        bytes("*"), bytes("~"), bytes("!"), bytes("\\"), bytes("é\uD83D\uDE00"), bytes("\n"),
                        new byte[] {(byte) 0xff, (byte) 0xc3}, new byte[] {(byte) 0xe2, (byte) 0x82}, long100K, bytes("")));
    }

    @Test
    void run_variables_reachThisCommandOnlyAndAreNeverSyntax() throws Exception {
        try (ProcessRunner runner = runner("sh")) {
            String value = "it's \"$(id)\" `x` \\ ü\n; exit 7";
            ProcessRequest request = request("sh", "-c", "printf %s \"$MILLRACE_TASK|$OTHER\"")
                    .withVariables(Map.of("MILLRACE_TASK", value, "OTHER", ""));
            assertThat(run(runner, request).outText()).isEqualTo(value + "|");
            assertThat(run(runner, request("sh", "-c", "printf %s \"${MILLRACE_TASK-none}\"")).outText())
                    .isEqualTo("none");
        }
    }

    @Test
    void withVariables_whatAShellCannotPassOn_isRefused() {
        ProcessRequest request = request("true");
        for (String name : List.of("", "1A", "A-B", "A=B", "A B", "é", "A\n")) {
            assertThatThrownBy(() -> request.withVariables(Map.of(name, "x")))
                    .as(name)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("is no identifier");
        }
        assertThatThrownBy(() -> request.withVariables(Map.of("A", "x\0")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("variable A holds a NUL byte at position 1");
    }

    @Test
    void run_argumentTooLongForKernel_is126WithReason() throws Exception {
        try (ProcessRunner runner = runner("sh")) {
            Done tooLong = run(runner, request("true", "x".repeat(200 << 10)));
            assertThat(tooLong.exitCode()).isEqualTo(126);
            assertThat(tooLong.end()).isEqualTo(ProcessEnd.EXITED);
            assertThat(tooLong.errText()).containsIgnoringCase("argument list too long");

            List<byte[]> many = Collections.nCopies(70, new byte[100 << 10]);
            many.forEach(argument -> Arrays.fill(argument, (byte) 'y'));
            assertThat(run(runner, ProcessRequest.of(program("true"), many)).exitCode()).isEqualTo(126);
            assertThat(run(runner, request("true")).exitCode()).isZero();
        }
    }

    @Test
    void run_namesThatMeanSomethingToAShell_runPrograms() throws Exception {
        try (ProcessRunner runner = runner("sh")) {
            for (String name : List.of(
                    "exit", "exec", "cd", ":", "if", "}", "kill", "umask", "echo", "test", "[", "A=b", "-n", "a b", "!", "'")) {
                script(folder.resolve(name));
                Executable program = (Executable) Executable.find(bytes(name), folder.toString());
                Done done = run(runner, ProcessRequest.of(program, "3"));
                assertThat(done.outText()).as(name).isEqualTo("ran " + folder.resolve(name) + " 3\n");
                assertThat(done.exitCode()).as(name).isEqualTo(7);
            }
        }
    }

    @Test
    void run_programNameNotText_isFoundAndRun() throws Exception {
        byte[] name = {'a', (byte) 0xff, (byte) 0x81, '\n', 'b', '%', '4', '1'};
        Path program = PathBytes.toPath(concat(bytes(folder + "/"), name));
        assertThat(PathBytes.toBytes(program)).endsWith(name);
        script(program);
        try (ProcessRunner runner = runner("sh")) {
            Executable found = (Executable) Executable.find(name, folder.toString());
            assertThat(run(runner, ProcessRequest.of(found)).exitCode()).isEqualTo(7);
        }
    }

    @Test
    void of_nulInArgument_throwsNamingPosition() {
        assertThatThrownBy(() -> ProcessRequest.of(program("true"), "fine", "ab\0c"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("argument 2")
                .hasMessageContaining("position 2");
    }

    @Test
    void of_argumentsBeyondBound_throws() {
        assertThatThrownBy(() -> ProcessRequest.of(
                        program("true"), Collections.nCopies(9, new byte[] {}).stream()
                                .map(none -> filled(1 << 20))
                                .toList()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("argumentBytesMax");
    }

    private static byte[] filled(int length) {
        byte[] filled = new byte[length];
        Arrays.fill(filled, (byte) 'x');
        return filled;
    }

    private static List<byte[]> everyByte() {
        List<byte[]> words = new ArrayList<>();
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (int octet = 1; octet <= 255; octet++) {
            words.add(new byte[] {(byte) octet});
            words.add(new byte[] {'x', (byte) octet, 'y'});
            words.add(new byte[] {(byte) octet, '\''});
            words.add(new byte[] {(byte) octet, (byte) octet});
            all.write(octet);
        }
        words.add(all.toByteArray());
        return words;
    }

    private void assertComesThrough(String shell, List<byte[]> words) throws Exception {
        List<byte[]> arguments = new ArrayList<>(List.of(bytes("%s\\0")));
        arguments.addAll(words);
        ByteArrayOutputStream expected = new ByteArrayOutputStream();
        for (byte[] word : words) {
            expected.write(word);
            expected.write(0);
        }
        try (ProcessRunner runner = runner(shell)) {
            Done done = run(runner, ProcessRequest.of(program("printf"), arguments));
            assertThat(done.errText()).isEmpty();
            assertThat(done.out()).isEqualTo(expected.toByteArray());
            assertThat(done.exitCode()).isZero();
        }
    }

    private ProcessRunner runner(String shell) throws IOException {
        return ProcessRunner.start(RunnerOptions.ofSlots(1), shell);
    }

    private static void script(Path file) throws IOException {
        Files.writeString(file, "#!/bin/sh\nprintf 'ran %s %s\\n' \"$0\" \"$1\"\nexit 7\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
    }

    private static byte[] concat(byte[] first, byte[] second) {
        byte[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }
}
