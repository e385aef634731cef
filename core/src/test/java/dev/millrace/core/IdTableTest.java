package dev.millrace.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

class IdTableTest {
    private final TaskTable table = new TaskTable();
    private final IdTable ids = new IdTable(table);
    private final Map<Long, Integer> expected = new HashMap<>();

    @Test
    void find_emptyTable_findsNothing() {
        assertThat(ids.find(1)).isZero();
        assertThat(ids.find(Long.MAX_VALUE)).isZero();
    }

    @Test
    void find_extremeIds_findsEach() {
        for (long id : new long[] {1, 15, 16, 17, 1L << 32, (1L << 32) + 16, Long.MAX_VALUE - 1, Long.MAX_VALUE}) {
            add(id);
        }
        check();
    }

    @Test
    void find_sequentialIds_likeAMap() {
        for (long id = 1; id <= 200_000; id++) {
            add(id);
        }
        check();
        for (long id = 1; id <= 200_000; id++) {
            assertThat(ids.find(id + 200_000)).isZero();
        }
    }

    @Test
    void remove_allButEveryTenthOrSixteenth_likeAMap() {
        for (int step : new int[] {10, 16}) {
            for (long id = 1; id <= 100_000; id++) {
                add(1_000_000L * step + id);
            }
            for (long id = 1; id <= 100_000; id++) {
                if (id % step != 0) {
                    remove(1_000_000L * step + id);
                }
            }
            check();
        }
        for (long id = 1; id <= 100_000; id++) {
            add(50_000_000L + id);
        }
        check();
    }

    @Test
    void addAndRemove_randomly_likeAMap() {
        Fixture.seeds(8, random -> {
            TaskTable fields = new TaskTable();
            IdTable tested = new IdTable(fields);
            Map<Long, Integer> reference = new HashMap<>();
            List<Long> living = new ArrayList<>();
            long next = 1;
            long range = random.nextBoolean() ? 2_000 : Long.MAX_VALUE;
            boolean isSequential = random.nextBoolean();
            for (int step = 0; step < 10_000; step++) {
                boolean isGrowing = step / 2_500 % 2 == 0;
                if (living.isEmpty() || random.nextInt(10) < (isGrowing ? 7 : 3)) {
                    long id = isSequential ? next++ : 1 + random.nextLong(range);
                    if (!reference.containsKey(id)) {
                        int slot = fields.allocate(id);
                        tested.add(id, slot);
                        reference.put(id, slot);
                        living.add(id);
                    }
                } else {
                    long id = takeAny(living, random);
                    tested.remove(id);
                    assertThat(tested.find(id)).isZero();
                    fields.free(Objects.requireNonNull(reference.remove(id)));
                }
                long asked = living.isEmpty() || random.nextInt(4) == 0
                        ? 1 + random.nextLong(range)
                        : living.get(random.nextInt(living.size()));
                assertThat(tested.find(asked)).isEqualTo(reference.getOrDefault(asked, 0));
            }
            reference.forEach((id, slot) -> assertThat(tested.find(id)).isEqualTo(slot));
        });
    }

    @Test
    void add_manyIds_costsAtMostEightBytesEach() {
        for (long id = 1; id <= 600_000; id++) {
            add(id);
            if (id >= 100_000 && id % 10_000 == 0) {
                assertThat((double) ids.placeBytes() / id).as("bytes an entry at %s", id).isBetween(5.0, 8.0);
            }
        }
    }

    @Test
    void settle_manyIdsWithGaps_keepsThemInAtMostEightBytesEach() {
        for (long id = 1; id <= 1_000_000; id++) {
            add(id);
            if (id % 10 == 0) {
                remove(id - 3);
            }
        }
        check();
        ids.settle();
        check();
        assertThat((double) ids.placeBytes() / expected.size()).isBetween(5.0, 8.0);
        for (long id = 1_000_001; id <= 1_400_000; id++) {
            add(id);
        }
        check();
        assertThat((double) ids.placeBytes() / expected.size()).isBetween(5.0, 8.0);
        assertThat(ids.find(7)).isZero();
    }

    @Test
    void settle_fewIds_keepsThem() {
        ids.settle();
        for (long id = 1; id <= 100; id++) {
            add(id);
        }
        ids.settle();
        check();
    }

    @Test
    void remove_everything_givesTheMemoryBack() {
        List<Long> all = new ArrayList<>();
        for (long id = 1; id <= 100_000; id++) {
            add(id * 7);
            all.add(id * 7);
        }
        Collections.shuffle(all, new Random(1));
        all.forEach(this::remove);
        assertThat(ids.placeBytes()).isZero();
    }

    private static long takeAny(List<Long> list, Random random) {
        int index = random.nextInt(list.size());
        long id = list.get(index);
        list.set(index, list.getLast());
        list.removeLast();
        return id;
    }

    @Test
    void remove_nearlyAll_givesTheirPlacesBack() {
        for (long id = 1; id <= 200_000; id++) {
            add(id);
        }
        long most = ids.placeBytes();
        for (long id = 1; id <= 200_000; id++) {
            if (id % 2_000 != 0) {
                remove(id);
            }
        }
        check();
        assertThat(ids.placeBytes()).isLessThan(most / 8);
    }

    private void add(long id) {
        int slot = table.allocate(id);
        ids.add(id, slot);
        expected.put(id, slot);
    }

    private void remove(long id) {
        ids.remove(id);
        table.free(Objects.requireNonNull(expected.remove(id)));
        assertThat(ids.find(id)).isZero();
    }

    private void check() {
        expected.forEach((id, slot) -> {
            if (ids.find(id) != slot) {
                throw new AssertionError("id " + id + " is in slot " + slot + ", but found in " + ids.find(id));
            }
        });
    }
}
