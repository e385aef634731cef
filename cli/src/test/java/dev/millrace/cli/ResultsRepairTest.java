package dev.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResultsRepairTest {
    private static final String DONE_1 = "{\"number\":1,\"exit\":0,\"attempts\":1}\n";
    private static final String DONE_2 = "{\"number\":2,\"exit\":0,\"attempts\":1}\n";
    private static final String FAILED_3 = "{\"number\":3,\"exit\":7,\"attempts\":3}\n";
    private static final String UNUSABLE_4 = "{\"number\":4,\"exit\":null,\"problem\":\"x\"}\n";

    @TempDir
    Path folder;

    @Test
    void run_nothingWrong_leavesTheFileAlone() throws IOException {
        assertThat(repair(DONE_1 + FAILED_3, 4)).isEqualTo(DONE_1 + FAILED_3);
        assertThat(repair("", 4, 1, 2)).isEmpty();
    }

    @Test
    void run_lineWithoutEnd_isCut() throws IOException {
        assertThat(repair(DONE_1 + DONE_2.substring(0, 12), 4, 2)).isEqualTo(DONE_1);
        assertThat(repair(DONE_2.strip(), 4, 2)).isEmpty();
    }

    @Test
    void run_successOfAnUnfinishedItem_isBelieved() throws IOException {
        assertThat(repair(DONE_1 + DONE_2, 4, 2, 3)).isEqualTo(DONE_1 + DONE_2);
        assertThat(succeeded).isEqualTo(BitSet.valueOf(new long[] {1}));
    }

    @Test
    void run_failureOfAnUnfinishedItem_isTakenOut() throws IOException {
        assertThat(repair(DONE_1 + FAILED_3 + UNUSABLE_4, 4, 3, 4)).isEqualTo(DONE_1);
        assertThat(succeeded.isEmpty()).isTrue();
    }

    @Test
    void run_secondLineOfAnUnfinishedItem_isTakenOut() throws IOException {
        assertThat(repair(DONE_2 + DONE_1 + DONE_2, 4, 2)).isEqualTo(DONE_2 + DONE_1);
    }

    @Test
    void run_lineOfAnItemThatThePowerCutTookBack_isTakenOut() throws IOException {
        assertThat(repair(DONE_1 + DONE_2 + FAILED_3, 1)).isEqualTo(DONE_1);
    }

    @Test
    void run_foreignLine_isRefusedAndNothingChanged() throws IOException {
        Path file = folder.resolve("results");
        Files.writeString(file, DONE_1 + "hello\n");
        assertThatThrownBy(() -> new ResultsRepair(file, new long[] {1}, 4).run())
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("line 2");
        assertThat(file).hasContent(DONE_1 + "hello\n");
    }

    private BitSet succeeded = new BitSet();

    private String repair(String content, long last, long... unfinished) throws IOException {
        Path file = folder.resolve("results");
        Files.writeString(file, content);
        ResultsRepair repair = new ResultsRepair(file, unfinished, last);
        repair.run();
        succeeded = repair.succeeded();
        assertThat(folder.resolve("results.new")).doesNotExist();
        return Files.readString(file);
    }
}
