package dev.millrace.bench.peers;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What JVM and kernel write, as recorded, and the picture made of it. */
class MemoryTest {
    @Test
    void heapMib_severalCollections_isWhatTheLastLeft() {
        String log = """
                [0.012s][info][gc] Using Serial
                [29.154s][info][gc] GC(8) Pause Young (Allocation Failure) 104M->4M(365M) 6.498ms
                [34.828s][info][gc] GC(9) Pause Full (Metadata GC Threshold) 105M->7M(365M) 8.909ms
                """;
        assertThat(Memory.heapMib(log)).isEqualTo(7);
        assertThat(Memory.heapMib("[0.012s][info][gc] Using Serial\n")).isZero();
    }

    @Test
    void otherKib_summary_isWhatIsCommitted() {
        String summary = """
                Total: reserved=1800432KB, committed=112404KB
                -                     Other (reserved=4164KB, committed=4100KB)
                                            (malloc=4164KB #21)
                """;
        assertThat(Memory.otherKib(summary)).isEqualTo(4_100);
        assertThat(Memory.otherKib("Native memory tracking is not enabled")).isZero();
    }

    @Test
    void of_threeTimes_drawsALineOfThreePointsForEachKind() {
        List<Memory> seen = List.of(new Memory(0, 100, 0, 4), new Memory(5, 120, 4, 4), new Memory(10, 120, 4, 4));
        String svg = Picture.of("a title", seen);
        List<String> lines = Pattern.compile("<polyline[^>]* points=\"([^\"]*)\"")
                .matcher(svg)
                .results()
                .map(line -> line.group(1))
                .toList();
        assertThat(svg).startsWith("<svg").endsWith("</svg>\n");
        assertThat(lines).hasSize(3);
        String[] points = lines.getFirst().split(" ");
        // From the left edge to the right one; the last two at one height, the first lower.
        assertThat(points).hasSize(3);
        assertThat(points[0]).startsWith("70.0,");
        assertThat(points[2]).startsWith("740.0,").endsWith(points[1].substring(points[1].indexOf(',')));
        assertThat(height(points[0])).isGreaterThan(height(points[1]));
    }

    private static double height(String point) {
        return Double.parseDouble(point.substring(point.indexOf(',') + 1));
    }
}
