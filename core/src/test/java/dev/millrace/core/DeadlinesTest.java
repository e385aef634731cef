package dev.millrace.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class DeadlinesTest {
    private static final class Alarm extends Deadline {}

    private final Deadlines<Alarm> deadlines = new Deadlines<>();

    @Test
    void first_nothingArmed_isNull() {
        assertThat(deadlines.first()).isNull();
    }

    @Test
    void first_equalTimes_inOrderOfArming() {
        List<Alarm> alarms = new ArrayList<>();
        for (int index = 0; index < 100; index++) {
            Alarm alarm = new Alarm();
            alarms.add(alarm);
            deadlines.arm(alarm, 7);
        }
        for (Alarm alarm : alarms) {
            assertThat(deadlines.first()).isSameAs(alarm);
            deadlines.disarm(alarm);
        }
    }

    @Test
    void disarm_notArmed_changesNothing() {
        Alarm armed = new Alarm();
        deadlines.arm(armed, 1);
        deadlines.disarm(new Alarm());
        assertThat(deadlines.first()).isSameAs(armed);
        deadlines.disarm(armed);
        deadlines.disarm(armed);
        assertThat(deadlines.first()).isNull();
    }

    @Test
    void armAndDisarm_randomly_firstIsTheNearest() {
        Fixture.seeds(8, random -> {
            Deadlines<Alarm> tested = new Deadlines<>();
            TreeSet<Alarm> reference = new TreeSet<>(
                    Comparator.<Alarm>comparingLong(alarm -> alarm.atMs).thenComparing(alarm -> alarm.order));
            for (int step = 0; step < 3_000; step++) {
                boolean isGrowing = step / 750 % 2 == 0;
                if (reference.isEmpty() || random.nextInt(10) < (isGrowing ? 7 : 3)) {
                    Alarm alarm = new Alarm();
                    tested.arm(alarm, random.nextBoolean() ? random.nextInt(40) : random.nextLong());
                    reference.add(alarm);
                } else {
                    List<Alarm> all = List.copyOf(reference);
                    Alarm alarm = random.nextBoolean() ? all.getFirst() : all.get(random.nextInt(all.size()));
                    reference.remove(alarm);
                    tested.disarm(alarm);
                    assertThat(alarm.index).isZero();
                    if (random.nextInt(3) == 0) {
                        tested.arm(alarm, random.nextInt(40));
                        reference.add(alarm);
                    }
                }
                assertThat(tested.first()).isSameAs(reference.isEmpty() ? null : reference.first());
            }
        });
    }
}
