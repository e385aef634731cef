package dev.millrace.pool;

import static dev.millrace.pool.Commands.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.pool.ExecutableLookup.Missing;
import dev.millrace.pool.ExecutableLookup.Reason;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExecutableTest {
    @TempDir
    Path folder;

    @Test
    void find_programOnPath_isAbsolute() {
        assertThat(Executable.find("true")).isInstanceOfSatisfying(Executable.class, found -> assertThat(found.path())
                .isAbsolute()
                .isExecutable());
    }

    @Test
    void find_unknownName_isNotFound() {
        assertMissing(Executable.find("no-such\nprogram"), Reason.NOT_FOUND, 127, "\"no-such\\u000aprogram\" was not found");
    }

    @Test
    void find_emptyName_isNotFound() {
        assertMissing(Executable.find(""), Reason.NOT_FOUND, 127, "\"\"");
    }

    @Test
    void find_shellBuiltinOnly_isNotFound() {
        assertMissing(Executable.find(bytes("exit"), folder.toString()), Reason.NOT_FOUND, 127, "exit");
    }

    @Test
    void find_plainFile_isNotExecutable() throws Exception {
        Path file = Files.createFile(folder.resolve("data"));
        assertMissing(Executable.find(file.toString()), Reason.NOT_EXECUTABLE, 126, "permissions");
        assertMissing(Executable.find(bytes("data"), folder.toString()), Reason.NOT_EXECUTABLE, 126, "data");
    }

    @Test
    void find_folder_isNotExecutable() {
        assertMissing(Executable.find(folder.toString()), Reason.NOT_EXECUTABLE, 126, folder.toString());
    }

    @Test
    void find_plainFileBeforeProgram_isTheProgram() throws Exception {
        Path first = Files.createDirectory(folder.resolve("first"));
        Path second = Files.createDirectory(folder.resolve("second"));
        Files.createFile(first.resolve("tool"));
        Path tool = Files.createFile(
                second.resolve("tool"), PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        assertThat(Executable.find(bytes("tool"), first + "::" + second))
                .isInstanceOfSatisfying(Executable.class, found -> assertThat(found.path()).isEqualTo(tool));
    }

    @Test
    void find_nul_throwsNamingPosition() {
        assertThatThrownBy(() -> Executable.find("a\0"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("position 1");
    }

    private static void assertMissing(ExecutableLookup lookup, Reason reason, int exitCode, String said) {
        assertThat(lookup).isInstanceOfSatisfying(Missing.class, missing -> {
            assertThat(missing.reason()).isEqualTo(reason);
            assertThat(missing.reason().exitCode()).isEqualTo(exitCode);
            assertThat(missing.message()).contains(said);
        });
    }
}
