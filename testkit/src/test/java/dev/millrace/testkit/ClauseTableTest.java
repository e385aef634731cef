package dev.millrace.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.testkit.ClauseTable.Outcome;
import dev.millrace.testkit.ClauseTable.Promise;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClauseTableTest {
    private static final Promise ORDER = Promise.parse("T7\tmemory: embedded:\t\tUrgent first");
    private static final Promise RESTART =
            Promise.parse("T7 restart\tembedded:\tmemory: keeps nothing; redis: not yet\tThe same after a restart");
    private static final Promise JSON = Promise.parse("G2 json\t-\t\tJSON travels");

    @Test
    void problems_everyCellProved_areNone() {
        assertThat(table(
                                "T7\tmemory:\tx.Order#a\tpassed",
                                "T7\tembedded:\tx.Order#a\tpassed",
                                "T7 restart\tembedded:\tx.Restart#b\tpassed",
                                "G2 json\t-\tx.Json#c\tpassed")
                        .problems())
                .isEmpty();
    }

    @Test
    void problems_cellWithoutATest_isNamed() {
        assertThat(table("T7\tmemory:\tx.Order#a\tpassed", "T7 restart\tembedded:\tx.Restart#b\tpassed").problems())
                .hasSize(2)
                .anySatisfy(problem -> assertThat(problem)
                        .contains("Clause T7 ")
                        .contains("Urgent first")
                        .contains("no test on embedded:"))
                .anySatisfy(problem -> assertThat(problem).contains("G2 json").contains("no test;"));
    }

    @Test
    void problems_failedTest_isNamedThoughAnotherPassed() {
        assertThat(table(
                                "T7\tmemory:\tx.Order#a\tpassed",
                                "T7\tmemory:\tx.Order#b\tfailed",
                                "T7\tembedded:\tx.Order#a\tpassed",
                                "T7 restart\tembedded:\tx.Restart#b\tpassed",
                                "G2 json\t-\tx.Json#c\tpassed")
                        .problems())
                .containsExactly("Clause T7 fails on memory: in x.Order#b");
    }

    @Test
    void problems_testOfAnUnlistedClause_isNamed() {
        assertThat(table("T99\tmemory:\tx.Order#a\tpassed").problems())
                .contains("x.Order#a names clause T99, which clauses.tsv does not list; correct the name or list it");
    }

    @Test
    void markdown_ofOutcomes_hasARowForEachClause() {
        assertThat(table(
                                "T7\tmemory:\tx.Order#a\tpassed",
                                "T7\tmemory:\tx.Order$In#b\tpassed",
                                "T7\tembedded:\tx.Order#a\tfailed",
                                "G2 json\t-\tx.Json#c\tpassed")
                        .markdown())
                .isEqualTo("""
                        | Clause | Promise | `memory:` | `embedded:` | no engine | Tests |
                        |---|---|---|---|---|---|
                        | T7 | Urgent first | 2 | **1 of 1 fail** |  | In#b<br>Order#a |
                        | T7 restart | The same after a restart | keeps nothing | **none** |  |  |
                        | G2 json | JSON travels |  |  | 1 | Json#c |
                        """);
    }

    @Test
    void parse_malformedLine_isRefusedWithIt() {
        assertThatThrownBy(() -> Promise.parse("T7\tmemory:\ttext")).hasMessageContaining("T7\tmemory:\ttext");
        assertThatThrownBy(() -> Promise.parse("T7\tmemory:\tredis:\ttext")).hasMessageContaining("reason");
        assertThatThrownBy(() -> Outcome.parse("T7\tmemory:")).hasMessageContaining("T7");
    }

    @Test
    void read_foldersWithAndWithoutOutcomes_mergesThem(@TempDir Path root) throws IOException {
        Path clauses = root.resolve("one/target/clauses");
        Files.createDirectories(clauses);
        Files.writeString(clauses.resolve("a.tsv"), "T7\tmemory:\tx.Order#a\tpassed\n");
        Files.writeString(clauses.resolve("b.tsv"), "T99\tmemory:\tx.Order#b\tpassed\n");

        ClauseTable table = ClauseTable.read(List.of(root.resolve("one"), root.resolve("absent")));

        assertThat(table.problems())
                .anySatisfy(problem -> assertThat(problem).contains("T99"))
                .noneSatisfy(problem -> assertThat(problem).contains("Clause T7 ").contains("memory:"));
        assertThat(table.markdown()).contains("Order#a");
    }

    @Test
    void list_asCommitted_namesEachClauseOnce() throws IOException {
        assertThat(ClauseTable.listed())
                .extracting(Promise::clause)
                .doesNotHaveDuplicates()
                .allSatisfy(clause -> assertThat(clause).matches("[GTCSHPU][0-9]+( .+)?"));
        assertThat(ClauseTable.listed())
                .allSatisfy(promise -> assertThat(promise.exempt().keySet())
                        .doesNotContainAnyElementsOf(promise.engines()));
    }

    private static ClauseTable table(String... outcomes) {
        return new ClauseTable(
                List.of(ORDER, RESTART, JSON),
                Stream.of(outcomes).map(Outcome::parse).toList());
    }
}
