package dev.millrace.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.api.ErrorCode;
import dev.millrace.api.KeyMode;
import dev.millrace.api.Put;
import dev.millrace.api.TaskState;
import dev.millrace.api.engine.Answer;
import dev.millrace.api.engine.Command;
import dev.millrace.api.engine.Command.AckMany.Held;
import dev.millrace.api.engine.Command.PutMany.Item;
import dev.millrace.testkit.Clause;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Batches as a door may send them, in which each item has options of its own. */
public abstract class BatchCommandContract extends CommandContract {
    /** For subclasses. */
    protected BatchCommandContract() {}

    @Test
    @Clause({"T25 put many", "T7", "T4"})
    void putMany_itemsWithTheirOwnOptions_haveThem() {
        List<Answer.Stored> stored = stored(
                item("second", Put.options()),
                item("later", Put.delay(Duration.ofHours(1))),
                item("first", Put.priority(1)),
                item("grouped", Put.group("g", 1)));

        assertThat(stored)
                .extracting(Answer.Stored::state)
                .containsExactly(TaskState.READY, TaskState.DELAYED, TaskState.READY, TaskState.READY);
        assertThat(stored).extracting(Answer.Stored::id).isSorted();
        assertThat(stats(QUEUE).delayed()).isOne();
        Answer.TakenMany many = (Answer.TakenMany) client.call(new Command.TakeMany(List.of(QUEUE), 10, 0));
        assertThat(many.tasks())
                .extracting(CommandContract::named)
                .containsExactly("jobs/first", "jobs/grouped", "jobs/second");
    }

    @Test
    @Clause({"T25 put many", "G10", "T14"})
    void putMany_itemsOfWhichNotAllFollowOneProducer_areRefused() {
        put(QUEUE, "before", by("importer", 3));
        Answer before = client.call(new Command.Stats(QUEUE));
        requireRefused(item("a", by("importer", 4)), item("b", Put.options()));
        requireRefused(item("a", Put.options()), item("b", by("importer", 4)));
        requireRefused(item("a", by("importer", 4)), item("b", by("other", 5)));
        requireRefused(item("a", by("importer", 4)), item("b", by("importer", 6)));
        requireRefused(item("a", by("importer", 4)), item("b", by("importer", 4)));
        requireRefused(item("a", by("importer", 5)), item("b", by("importer", 4)));

        assertThat(client.call(new Command.Stats(QUEUE))).isEqualTo(before);
        assertThat(client.call(new Command.LastSequence(QUEUE, "importer"))).isEqualTo(new Answer.Count(3));
        assertThat(stored(item("a", by("importer", 4)), item("b", by("importer", 5))))
                .noneMatch(Answer.Stored::repeated);
    }

    @Test
    @Clause({"T25 put many", "T14", "G2"})
    void putMany_lastItemTooLarge_undoesWhatTheFirstWouldHaveRewritten() {
        put(QUEUE, "old", Put.key("k"));
        Answer before = client.call(new Command.Stats(QUEUE));

        Answer answer = client.call(new Command.PutMany(
                QUEUE,
                List.of(
                        item("new", Put.options().withKey("k", KeyMode.REPLACE)),
                        item("grouped", Put.group("g", 1)),
                        new Item(ByteBuffer.allocate(PAYLOAD_BYTES_MAX + 1), Put.options()))));

        requireFailed(ErrorCode.TOO_LARGE, answer, "item 2: ", "payloadBytesMax");
        assertThat(client.call(new Command.Stats(QUEUE))).isEqualTo(before);
        assertThat(named((Answer.Taken) client.call(new Command.Take(QUEUE, 0)))).isEqualTo("jobs/old");
    }

    @Test
    @Clause({"T25 put many", "T23"})
    void putMany_itemsOfOneKeyInDifferentModes_seeEachWhatTheEarlierDid() {
        List<Answer.Stored> stored = stored(
                item("1", Put.key("k")),
                item("2", Put.options().withKey("k", KeyMode.REPLACE)),
                item("3", Put.options().withKey("k", KeyMode.RERUN)),
                item("4", Put.key("k")),
                item("5", Put.options().withKey("k", KeyMode.REPLACE)));

        long first = stored.getFirst().id();
        long next = stored.get(2).id();
        assertThat(next).isGreaterThan(first);
        assertThat(stored).extracting(Answer.Stored::id).containsExactly(first, first, next, first, next);
        assertThat(stored).extracting(Answer.Stored::existing).containsExactly(false, true, false, true, true);
        assertThat(named((Answer.Taken) client.call(new Command.Take(QUEUE, 0)))).isEqualTo("jobs/2");
        client.call(new Command.Ack(QUEUE, first, 1));
        assertThat(named((Answer.Taken) client.call(new Command.Take(QUEUE, 0)))).isEqualTo("jobs/5");
    }

    @Test
    @Clause({"T25 ack many", "T13"})
    void ackMany_answersDoneOrFailedForEachInOrder() {
        long one = put("one");
        long two = put("two");
        client.call(new Command.TakeMany(List.of(QUEUE), 2, 0));

        Answer.Each each = (Answer.Each)
                client.call(new Command.AckMany(QUEUE, List.of(new Held(two, 1), new Held(two, 1), new Held(one, 0))));

        assertThat(each.answers()).hasSize(3);
        assertThat(each.answers().get(0)).isEqualTo(new Answer.Done(two, null));
        requireFailed(ErrorCode.NOT_FOUND, each.answers().get(1), Long.toString(two));
        assertThat(each.answers().get(2)).isEqualTo(new Answer.Done(one, null));
    }

    @Test
    @Clause({"T25 ack many", "G6", "T14"})
    void ackMany_withAReceiptOutsideItsRange_acksNone() {
        long id = put("job");
        client.call(new Command.Take(QUEUE, 0));
        Answer before = client.call(new Command.Stats(QUEUE));

        for (Held bad : List.of(new Held(0, 1), new Held(-1, 1), new Held(id, -1))) {
            requireFailed(
                    ErrorCode.BAD_ARGUMENT, client.call(new Command.AckMany(QUEUE, List.of(new Held(id, 1), bad))));
        }

        assertThat(client.call(new Command.Stats(QUEUE))).isEqualTo(before);
    }

    private void requireRefused(Item... items) {
        requireFailed(ErrorCode.BAD_ARGUMENT, client.call(new Command.PutMany(QUEUE, List.of(items))));
    }

    private List<Answer.Stored> stored(Item... items) {
        return ((Answer.StoredMany) client.call(new Command.PutMany(QUEUE, List.of(items)))).tasks();
    }

    private static Item item(String payload, Put options) {
        return new Item(bytes(payload), options);
    }

    private static Put by(String producer, long sequence) {
        return Put.options().withProducer(producer, sequence);
    }
}
