package dev.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.testkit.ClauseTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Every clause of the contract has a passing test on every engine it binds; the table of them is written beside. */
class ClauseTableTest {
    /** The modules whose tests name clauses; they are built before this one. */
    private static final List<Path> MODULES = List.of(Path.of("../embedded"), Path.of("../json"), Path.of("../remote"), Path.of("../server"));

    @Test
    void table_ofTheModulesBuiltBefore_hasNoProblems() throws IOException {
        ClauseTable table = ClauseTable.read(MODULES);
        Files.createDirectories(Path.of("target"));
        Files.writeString(Path.of("target/clause-table.md"), table.markdown());
        assertThat(table.problems())
                .as("run mvn verify from the root, so that the tests of %s have run", MODULES)
                .isEmpty();
    }
}
