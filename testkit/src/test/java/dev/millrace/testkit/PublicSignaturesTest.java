package dev.millrace.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PublicSignaturesTest {
    /** The API's own tests cannot use the testkit, which stands on the API. */
    @Test
    void api_comparedWithDump_isTheSame() throws IOException {
        new PublicSignatures(Path.of("..", "api"), "dev.millrace.api", "dev.millrace.api.engine").requireUnchanged();
    }

    @Test
    void testkit_comparedWithDump_isTheSame() throws IOException {
        new PublicSignatures(Path.of(""), "dev.millrace.testkit", "dev.millrace.testkit.contract").requireUnchanged();
    }

    @Test
    void now_ofAPackage_leavesOutWhatIsNotPublic() throws IOException {
        String api = new PublicSignatures(Path.of("..", "api"), "dev.millrace.api").now();

        assertThat(api)
                .contains("class dev.millrace.api.Put")
                .contains("dev.millrace.api.ErrorCode$Kind")
                .doesNotContain("SessionCalls ")
                .doesNotContain("Consumption$Loop")
                .doesNotContain("$1");
    }

    @Test
    void requireUnchanged_withAnotherDump_namesTheRemedyWhichHelps(@TempDir Path folder) throws IOException {
        Path classes = folder.resolve("target/classes/dev/millrace/testkit");
        Files.createDirectories(classes);
        Files.copy(Path.of("target/classes/dev/millrace/testkit/Clause.class"), classes.resolve("Clause.class"));
        Files.writeString(folder.resolve("api.txt"), "something else");

        PublicSignatures signatures = new PublicSignatures(folder, "dev.millrace.testkit");
        assertThatThrownBy(() -> signatures.requireUnchanged(false)).hasMessageContaining("-Dapi.update=true");
        signatures.requireUnchanged(true);
        signatures.requireUnchanged(false);
        assertThat(Files.readString(folder.resolve("api.txt"))).contains("dev.millrace.testkit.Clause");
    }
}
