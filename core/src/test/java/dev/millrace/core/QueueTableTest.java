package dev.millrace.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class QueueTableTest {
    private final Tasks tasks = new Tasks(Fixture.EPOCH_MS, 2);
    private final QueueTable queues = tasks.queues;

    @Test
    void open_sameName_isTheSameQueue() {
        QueueState a = open("a");
        assertThat(open("a")).isSameAs(a);
        assertThat(queues.find("a")).isSameAs(a);
        assertThat(queues.get(a.number)).isSameAs(a);
        assertThat(queues.find("b")).isNull();
        assertThatThrownBy(() -> queues.get(2)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void settle_moreIdleThanKept_forgetsTheLongestIdle() {
        QueueState a = open("a");
        QueueState b = open("b");
        QueueState c = open("c");
        queues.settle(b);
        queues.settle(a);
        queues.settle(b);
        assertThat(queues.find("b")).isNotNull();
        queues.settle(c);
        assertThat(queues.find("b")).as("idle for longest").isNull();
        assertThat(queues.find("a")).isSameAs(a);
        assertThat(queues.find("c")).isSameAs(c);
        assertThat(queues.findNumber(b.number)).isNull();
    }

    @Test
    void settle_usedAgain_isNotForgotten() {
        QueueState a = open("a");
        queues.settle(a);
        int slot = Fixture.create(tasks, a, 1, 0);
        tasks.toReady(slot);
        queues.settle(a);
        for (String name : List.of("b", "c", "d", "e")) {
            queues.settle(open(name));
        }
        assertThat(queues.find("a")).isSameAs(a);
        tasks.remove(slot);
        queues.settle(a);
        queues.settle(open("f"));
        queues.settle(open("g"));
        assertThat(queues.find("a")).isNull();
    }

    @Test
    void open_afterForgetting_reusesTheLowestNumber() {
        QueueState a = open("a");
        QueueState b = open("b");
        QueueState c = open("c");
        queues.forget(c);
        queues.forget(a);
        assertThat(open("d").number).isEqualTo(a.number);
        assertThat(open("e").number).isEqualTo(c.number);
        assertThat(open("f").number).isEqualTo(4);
        assertThat(queues.get(b.number)).isSameAs(b);
    }

    @Test
    void recovered_numbersBetween_areFree() {
        QueueState fifth = queues.make(5, "five");
        tasks.toReady(Fixture.create(tasks, fifth, 1, 0));
        queues.make(3, "three");
        queues.recovered();
        assertThat(List.of(open("a").number, open("b").number, open("c").number, open("d").number))
                .containsExactly(1, 2, 4, 6);
        assertThat(queues.find("three")).as("one idle queue may stay").isNotNull();
    }

    @Test
    void list_inPages_seesEachQueueOnce() {
        for (int number = 0; number < 10; number++) {
            open("q" + number);
        }
        queues.forget(open("q4"));
        List<String> names = new ArrayList<>();
        long cursor = 0;
        do {
            List<QueueCounts> page = new ArrayList<>();
            cursor = queues.list(cursor, 4, tasks::counts, page);
            assertThat(page.size()).isLessThanOrEqualTo(4);
            page.forEach(counts -> names.add(counts.queue()));
        } while (cursor != 0);
        assertThat(names).containsExactly("q0", "q1", "q2", "q3", "q5", "q6", "q7", "q8", "q9");
        assertThat(queues.list(Long.MAX_VALUE, 4, tasks::counts, new ArrayList<>())).isZero();
    }

    private QueueState open(String name) {
        return Objects.requireNonNull(queues.open(name));
    }
}
