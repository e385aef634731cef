package dev.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HashFileTest {
    @TempDir
    Path folder;

    @Test
    void write_moreThanTheRing_keepsTheLatestAndMilestones() throws IOException {
        Path file = folder.resolve("hashes");
        long last = 100_000;
        try (HashFile hashes = HashFile.open(file)) {
            for (long number = 1; number <= last; number++) {
                hashes.add(number, number * 31);
                if (number % 77 == 0) {
                    hashes.write();
                }
            }
            hashes.write();
        }
        try (HashFile hashes = HashFile.open(file)) {
            for (long number = last - HashFile.RING + 1; number <= last; number++) {
                assertThat(hashes.knows(number)).isTrue();
                assertThat(hashes.hash(number)).isEqualTo(number * 31);
            }
            assertThat(hashes.knows(last - HashFile.RING)).isFalse();
            assertThat(hashes.knows(last + 1)).isFalse();
            assertThat(hashes.knows(65_536)).isTrue();
            assertThat(hashes.knows(81_920)).isTrue();
            assertThat(hashes.hash(65_536)).isEqualTo(65_536 * 31);
        }
        assertThat(Files.size(file)).isLessThan(70_000);
    }

    @Test
    void milestones_anyLossAfterPowerCut_leaveOneLessThanFourTimesAsFarBack() throws IOException {
        Path file = folder.resolve("hashes");
        long last = 300_000;
        try (HashFile hashes = HashFile.open(file)) {
            for (long number = 1; number <= last; number++) {
                hashes.add(number, number);
            }
            hashes.write();
        }
        try (HashFile hashes = HashFile.open(file)) {
            for (long stored = 10_000; stored <= last; stored += 10_000) {
                long newest = stored;
                while (newest > 0 && !hashes.knows(newest)) {
                    newest--;
                }
                long lost = last - stored;
                assertThat(last - newest).as("stored %d", stored).isLessThanOrEqualTo(Math.max(HashFile.RING, 4 * lost));
            }
        }
    }

    @Test
    void open_fileCutShort_readsTheRestAsEmpty() throws IOException {
        Path file = folder.resolve("hashes");
        Files.write(file, new byte[] {0, 0, 0, 0, 0, 0, 0, 1, 9});
        try (HashFile hashes = HashFile.open(file)) {
            assertThat(hashes.knows(1)).isFalse();
        }
    }
}
