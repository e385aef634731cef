package dev.millrace.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ExtensionsTest {
    private record Row(long priority, int maxAttempts, int failures, @Nullable String reason) {}

    private final Extensions extensions = new Extensions();

    @Test
    void allocate_reusedRow_isEmpty() {
        int row = extensions.allocate();
        assertThat(row).isPositive();
        write(extensions, row, new Row((1L << 32) - 1, 0xFFFF, 0xFFFF, "full"));
        extensions.free(row);
        assertThat(extensions.allocate()).isEqualTo(row);
        assertThat(read(extensions, row)).isEqualTo(new Row(0, 0, 0, null));
    }

    @Test
    void set_extremes_touchNoNeighbour() {
        int row = extensions.allocate();
        extensions.priority(row, (1L << 32) - 1);
        assertThat(read(extensions, row)).isEqualTo(new Row((1L << 32) - 1, 0, 0, null));
        extensions.maxAttempts(row, 0xFFFF);
        extensions.priority(row, 0);
        assertThat(read(extensions, row)).isEqualTo(new Row(0, 0xFFFF, 0, null));
        extensions.failures(row, 0xFFFF);
        extensions.maxAttempts(row, 0);
        assertThat(read(extensions, row)).isEqualTo(new Row(0, 0, 0xFFFF, null));
    }

    @Test
    void allocateAndFree_randomly_rowsKeepTheirValues() {
        Fixture.seeds(20, random -> {
            Extensions tested = new Extensions();
            Map<Integer, Row> reference = new HashMap<>();
            List<Integer> rows = new ArrayList<>();
            for (int step = 0; step < 3_000; step++) {
                if (rows.isEmpty() || random.nextInt(10) < 6) {
                    int row = tested.allocate();
                    Row values = new Row(
                            random.nextLong(1L << 32),
                            random.nextInt(1 << 16),
                            random.nextInt(1 << 16),
                            random.nextInt(20) == 0 ? "reason " + step : null);
                    write(tested, row, values);
                    assertThat(reference.put(row, values)).as("row %s is given twice", row).isNull();
                    rows.add(row);
                } else {
                    int row = rows.remove(random.nextInt(rows.size()));
                    tested.free(row);
                    reference.remove(row);
                }
            }
            reference.forEach((row, values) -> assertThat(read(tested, row)).isEqualTo(values));
        });
    }

    private static void write(Extensions to, int row, Row values) {
        to.priority(row, values.priority);
        to.maxAttempts(row, values.maxAttempts);
        to.failures(row, values.failures);
        to.reason(row, values.reason);
    }

    private static Row read(Extensions from, int row) {
        return new Row(from.priority(row), from.maxAttempts(row), from.failures(row), from.reason(row));
    }
}
