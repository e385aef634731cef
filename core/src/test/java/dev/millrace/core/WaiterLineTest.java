package dev.millrace.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class WaiterLineTest {
    private final Tasks tasks = new Tasks(Fixture.EPOCH_MS, 0);
    private final QueueState queue = tasks.queues.make(1, "q");
    private final CoreSession session = new CoreSession(1, 1, 0, "session");

    @Test
    void addAndRemove_randomly_likeAList() {
        Fixture.seeds(20, random -> {
            WaiterLine line = new WaiterLine();
            List<Waiter.Place> reference = new ArrayList<>();
            for (int step = 0; step < 500; step++) {
                if (reference.isEmpty() || random.nextInt(10) < 5) {
                    Waiter.Place place = new Waiter(session, step, List.of(queue), 0).places.getFirst();
                    line.add(place);
                    reference.add(place);
                } else {
                    Waiter.Place place = reference.remove(random.nextInt(reference.size()));
                    line.remove(place);
                    assertThat(place.next).isNull();
                    assertThat(place.previous).isNull();
                }
                assertThat(line.size()).isEqualTo(reference.size());
                assertThat(line.first()).isSameAs(reference.isEmpty() ? null : reference.getFirst().waiter);
            }
            for (Waiter.Place expected : reference) {
                assertThat(line.first()).isSameAs(expected.waiter);
                line.remove(expected);
            }
            assertThat(line.first()).isNull();
        });
    }
}
