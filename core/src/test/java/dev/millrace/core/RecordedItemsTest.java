package dev.millrace.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RecordedItemsTest {
    private final Tasks tasks = new Tasks(Fixture.EPOCH_MS, 0);
    private final QueueState queue = tasks.queues.make(1, "q");

    @Test
    void bytesBefore_randomChanges_isTheSumOfTheOldest() {
        Fixture.seeds(30, random -> {
            RecordedItems items = new RecordedItems();
            List<Producer> known = new ArrayList<>();
            long position = 0;
            for (int step = 1; step < 1_000; step++) {
                int index = random.nextInt(known.size() + 1);
                Producer producer = index < known.size() ? known.get(index) : new Producer(queue, "p" + step);
                switch (random.nextInt(4)) {
                    case 0 -> {
                        items.remove(producer);
                        known.remove(producer);
                    }
                    case 1 -> {
                        if (index < known.size()) {
                            producer.add(step, step);
                            items.grown(producer);
                        }
                    }
                    default -> {
                        producer.add(step, step);
                        items.add(producer, position += random.nextInt(3));
                        known.remove(producer);
                        known.add(producer);
                    }
                }
                long before = random.nextBoolean() ? position / 2 : random.nextLong(position + 2);
                assertThat(items.bytesBefore(before)).isEqualTo(sum(known, before));
            }
        });
    }

    private static long sum(List<Producer> known, long before) {
        return known.stream().filter(each -> each.neededFrom < before).mapToLong(Producer::recordBytesNow).sum();
    }

    /** On a full disk this is asked in each round: the round must cost what it changes, however many are known. */
    @Test
    void moveTo_askedAgain_looksOnlyAtWhatLiesBetween() {
        OldestItems first = new OldestItems();
        List<Producer> producers = producersAt(1_000, first);
        Producer oldest = producers.getFirst();
        assertThat(first.moveTo(600, oldest)).isEqualTo(600);
        assertThat(first.bytes()).isEqualTo(600 * oldest.countedBytes);
        assertThat(first.moveTo(600, oldest)).isZero();

        first.onGrown(producers.get(10), 7);
        first.onGrown(producers.get(610), 7);
        first.onRemoving(producers.get(20));
        assertThat(first.moveTo(600, oldest)).isZero();
        assertThat(first.bytes()).isEqualTo(599 * oldest.countedBytes + 7);

        assertThat(first.moveTo(605, oldest)).isEqualTo(5);
        assertThat(first.moveTo(5, oldest)).as("back to an earlier one").isEqualTo(5);
    }

    /** So many, one at each position; all take the same. */
    private List<Producer> producersAt(int count, OldestItems first) {
        List<Producer> producers = new ArrayList<>();
        for (int position = 0; position < count; position++) {
            Producer producer = new Producer(queue, "p");
            producer.neededFrom = position;
            producer.countedBytes = producer.recordBytesNow();
            if (position > 0) {
                producers.getLast().newer = producer;
            }
            first.onAdded(producer);
            producers.add(producer);
        }
        return producers;
    }
}
