package dev.millrace.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ProducerTest {
    private final Tasks tasks = new Tasks(Fixture.EPOCH_MS, 0);
    private final QueueState queue = tasks.queues.make(1, "q");
    private final Producer producer = new Producer(queue, "p");

    @Test
    void last_nothingAdded_isZero() {
        assertThat(producer.last()).isZero();
        assertThat(producer.firstKept()).isZero();
        assertThat(producer.idOf(1)).isZero();
        assertThat(producer.isFull()).isFalse();
        assertThat(producer.sequences()).isEmpty();
    }

    @Test
    void add_moreThanKept_forgetsTheOldest() {
        for (int sequence = 1; sequence <= Producer.KEPT + 1; sequence++) {
            assertThat(producer.isFull()).isEqualTo(sequence > Producer.KEPT);
            producer.add(sequence, 10L * sequence);
        }
        assertThat(producer.idOf(1)).isZero();
        assertThat(producer.idOf(2)).isEqualTo(20);
        assertThat(producer.firstKept()).isEqualTo(2);
        assertThat(producer.last()).isEqualTo(Producer.KEPT + 1);
    }

    @Test
    void add_randomGaps_likeASortedMap() {
        Fixture.seeds(20, random -> {
            Producer tested = new Producer(queue, "p");
            TreeMap<Long, Long> reference = new TreeMap<>();
            long sequence = 0;
            for (int step = 0; step < 1_000; step++) {
                sequence += 1 + random.nextInt(3);
                tested.add(sequence, step);
                reference.put(sequence, (long) step);
                if (reference.size() > Producer.KEPT) {
                    reference.pollFirstEntry();
                }
                long asked = random.nextLong(sequence + 2);
                assertThat(tested.idOf(asked)).isEqualTo(reference.getOrDefault(asked, 0L));
                assertThat(tested.last()).isEqualTo(reference.lastKey());
                assertThat(tested.firstKept()).isEqualTo(reference.firstKey());
            }
            assertThat(tested.sequences()).containsExactly(reference.keySet().toArray(Long[]::new));
            assertThat(tested.ids()).containsExactly(reference.values().toArray(Long[]::new));
        });
    }
}
