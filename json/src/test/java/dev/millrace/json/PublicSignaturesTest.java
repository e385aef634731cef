package dev.millrace.json;

import dev.millrace.testkit.PublicSignatures;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class PublicSignaturesTest {
    @Test
    void exportedPackage_comparedWithDump_isTheSame() throws IOException {
        new PublicSignatures(Path.of(""), "dev.millrace.json").requireUnchanged();
    }
}
