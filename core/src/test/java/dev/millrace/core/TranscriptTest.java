package dev.millrace.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Each file under {@code src/test/resources/transcripts} is a dialogue with the machine; {@link Script} tells the
 * commands. {@code -Dtranscripts.update=true} writes what the machine says now into the files; read the difference
 * before it is kept.
 */
class TranscriptTest {
    private static final Path FOLDER = Path.of("src", "test", "resources", "transcripts");

    @TestFactory
    List<DynamicTest> run_eachTranscript_saysWhatIsWritten() throws IOException {
        try (Stream<Path> files = Files.list(FOLDER)) {
            return files.sorted()
                    .map(file -> DynamicTest.dynamicTest(String.valueOf(file.getFileName()), () -> check(file)))
                    .toList();
        }
    }

    private static void check(Path file) throws IOException {
        List<String> expected = Files.readAllLines(file);
        List<String> actual = Script.run(expected);
        if (Boolean.getBoolean("transcripts.update")) {
            Files.write(file, actual);
        } else {
            assertThat(String.join("\n", actual)).isEqualTo(String.join("\n", expected));
        }
    }
}
