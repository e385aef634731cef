package dev.millrace.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class MemoryPayloadsTest {
    private final MemoryPayloads payloads = new MemoryPayloads();

    @Test
    void addAndRemove_randomly_likeAMap() {
        Random random = new Random(1);
        Map<Long, ByteBuffer> expected = new HashMap<>();
        List<Long> positions = new ArrayList<>();
        for (int step = 0; step < 100_000; step++) {
            boolean grows = step / 10_000 % 2 == 0;
            if (positions.isEmpty() || random.nextInt(10) < (grows ? 7 : 3)) {
                ByteBuffer payload = ByteBuffer.allocate(0);
                long position = payloads.add(payload);
                assertThat(expected.put(position, payload)).as("a position in use, given anew").isNull();
                positions.add(position);
            } else {
                int last = positions.size() - 1;
                int index = random.nextInt(positions.size());
                long position = positions.set(index, positions.get(last));
                positions.remove(last);
                assertThat(payloads.get(position)).isSameAs(expected.remove(position));
                payloads.remove(position);
            }
            assertThat(payloads.count()).isEqualTo(expected.size());
        }
        expected.forEach((position, payload) -> assertThat(payloads.get(position)).isSameAs(payload));
    }

    @Test
    void remove_ofVeryMany_givesTheirPagesBack() {
        List<Long> positions = new ArrayList<>();
        for (int index = 0; index < 100_000; index++) {
            positions.add(payloads.add(ByteBuffer.allocate(0)));
        }
        assertThat(payloads.pageCount()).isEqualTo(98);
        positions.forEach(payloads::remove);
        assertThat(payloads.pageCount()).isOne();
    }

    @Test
    void get_removed_throws() {
        long position = payloads.add(ByteBuffer.allocate(0));
        payloads.remove(position);
        assertThatThrownBy(() -> payloads.get(position)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> payloads.get(1L << 20)).isInstanceOf(IllegalStateException.class);
    }
}
