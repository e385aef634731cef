package dev.millrace.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.api.ErrorCode;
import dev.millrace.api.Put;
import dev.millrace.api.QueueStats;
import dev.millrace.api.Stored;
import dev.millrace.api.TaskId;
import dev.millrace.api.TaskQueue;
import dev.millrace.testkit.Clause;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Producers: a put that is repeated happens once. */
public abstract class ProducerContract extends EngineContract {
    private static final int KEPT_IDS = 256;

    /** For subclasses. */
    protected ProducerContract() {}

    @Test
    @Clause("G10")
    void put_repeatedByItsProducer_answersTheFirstIdAndStoresNothing() {
        Stored first = jobs().put("job", by("importer", 1));
        QueueStats before = jobs().stats();

        Stored again = jobs().put("something else", by("importer", 1));

        assertThat(first.repeated()).isFalse();
        assertThat(again.repeated()).isTrue();
        assertThat(again.id()).isEqualTo(first.id());
        assertThat(again.state()).isEqualTo(first.state());
        assertThat(jobs().stats()).isEqualTo(before);
        assertThat(drained(jobs())).containsExactly("job");
    }

    @Test
    @Clause("G10")
    void put_repeatedAfterTheTaskIsGone_answersTheFirstId() {
        Stored first = jobs().put("job", by("importer", 1));
        taken(jobs()).ack();

        Stored again = jobs().put("job", by("importer", 1));

        assertThat(again.repeated()).isTrue();
        assertThat(again.id()).isEqualTo(first.id());
        assertThat(again.state()).isNull();
        assertThat(jobs().take()).isNull();
    }

    @Test
    @Clause({"G10", "T14"})
    void put_lowerSequenceNeverStored_isRefused() {
        jobs().put("1", by("importer", 1));
        TaskId five = jobs().put("5", by("importer", 5)).id();
        jobs().put("9", by("importer", 9));

        refusedUnchanged(jobs(), ErrorCode.BAD_ARGUMENT, () -> jobs().put("7", by("importer", 7)), "7", "9", "importer");
        assertThat(jobs().put("5", by("importer", 5)).id()).isEqualTo(five);
        assertThat(jobs().lastSequence("importer")).isEqualTo(9);
    }

    @Test
    @Clause("G10")
    void put_manySequences_remembersTheLastIds() {
        int count = KEPT_IDS + 44;
        List<TaskId> ids = new ArrayList<>();
        for (int sequence = 1; sequence <= count; sequence++) {
            ids.add(jobs().put("job", by("importer", sequence)).id());
        }

        for (int sequence = count - KEPT_IDS + 1; sequence <= count; sequence++) {
            Stored again = jobs().put("job", by("importer", sequence));
            assertThat(again.id()).as("sequence %d", sequence).isEqualTo(ids.get(sequence - 1));
            assertThat(again.repeated()).isTrue();
        }
        refusedUnchanged(
                jobs(), ErrorCode.NOT_FOUND, () -> jobs().put("job", by("importer", count - KEPT_IDS)), "importer", 256);
        assertThat(jobs().lastSequence("importer")).isEqualTo(count);
    }

    @Test
    @Clause("G10")
    void lastSequence_followsThePuts() {
        assertThat(jobs().lastSequence("importer")).isZero();
        jobs().put("job", by("importer", 41));
        assertThat(jobs().lastSequence("importer")).isEqualTo(41);
        jobs().put("job", by("importer", Long.MAX_VALUE));
        assertThat(jobs().lastSequence("importer")).isEqualTo(Long.MAX_VALUE);
        assertThat(jobs().lastSequence("other")).isZero();
    }

    @Test
    @Clause("G10")
    void put_sameProducerInAnotherQueue_isIndependent() {
        TaskQueue<byte[]> other = mill.queue("other");
        jobs().put("job", by("importer", 5));

        Stored stored = other.put(new byte[0], by("importer", 1));

        assertThat(stored.repeated()).isFalse();
        assertThat(other.lastSequence("importer")).isOne();
        assertThat(jobs().lastSequence("importer")).isEqualTo(5);
    }

    @Test
    @Clause("G10")
    void put_twoProducers_countApart() {
        jobs().put("a", by("a", 3));
        assertThat(jobs().put("b", by("b", 3)).repeated()).isFalse();
        assertThat(jobs().put("b", by("b", 4)).repeated()).isFalse();
        assertThat(jobs().lastSequence("a")).isEqualTo(3);
    }

    @Test
    @Clause({"G10", "T20"})
    void put_repeatedAfterAPurge_storesNothing() {
        Stored first = jobs().put("job", by("importer", 1));
        jobs().purge();

        assertThat(jobs().put("job", by("importer", 1)).id()).isEqualTo(first.id());
        assertThat(jobs().stats().total()).isZero();
    }

    @Test
    @Clause({"G10", "G6"})
    void put_sequenceOutsideItsRange_isRefused() {
        refusedUnchanged(jobs(), ErrorCode.BAD_ARGUMENT, () -> jobs().put("x", by("importer", 0)), "sequence=0");
        refusedUnchanged(jobs(), ErrorCode.BAD_ARGUMENT, () -> jobs().put("x", by("importer", -1)), "sequence=-1");
    }

    @Test
    @Clause({"G10", "T14"})
    void put_refusedForItsSize_consumesNoSequence() {
        refused(ErrorCode.TOO_LARGE, () -> mill.queue("jobs").put(new byte[(1 << 20) + 1], by("importer", 1)));

        assertThat(jobs().lastSequence("importer")).isZero();
        assertThat(jobs().put("job", by("importer", 1)).repeated()).isFalse();
    }

    @Test
    @Clause({"G7", "G10"})
    void put_byMoreProducersThanTheLimit_isOverloaded() {
        reopen(options -> options.withProducersMax(2));
        jobs().put("a", by("a", 1));
        jobs().put("b", by("b", 1));

        refusedUnchanged(jobs(), ErrorCode.OVERLOADED, () -> jobs().put("c", by("c", 1)), "producersMax");
        assertThat(jobs().put("a", by("a", 2)).repeated()).isFalse();
        assertThat(jobs().put("b", by("b", 1)).repeated()).isTrue();
        jobs().put("without");
        assertThat(drained(jobs())).containsExactly("a", "b", "a", "without");
    }

    @Test
    @Clause("G10")
    void producer_silentForAsLongAsItIsKept_isForgottenAtThatMoment() {
        reopen(options -> options.withProducerKeepMs(60_000));
        Stored first = jobs().put("first", by("importer", 1));
        advanceMs(59_999);
        assertThat(jobs().put("repeat", by("importer", 1)).id()).isEqualTo(first.id());
        assertThat(jobs().lastSequence("importer")).isOne();

        advanceMs(1);

        assertThat(jobs().lastSequence("importer")).isZero();
        Stored anew = jobs().put("anew", by("importer", 1));
        assertThat(anew.repeated()).isFalse();
        assertThat(anew.id()).isNotEqualTo(first.id());
        assertThat(drained(jobs())).containsExactly("first", "anew");
    }

    @Test
    @Clause("G10")
    void producer_withANewSequence_isKeptAnew() {
        reopen(options -> options.withProducerKeepMs(60_000));
        for (int sequence = 1; sequence <= 5; sequence++) {
            jobs().put("job", by("importer", sequence));
            advanceMs(59_999);
        }

        assertThat(jobs().put("job", by("importer", 1)).repeated()).isTrue();
        assertThat(jobs().lastSequence("importer")).isEqualTo(5);
    }

    @Test
    @Clause({"G7", "G10"})
    void put_byVeryManyShortLivedProducers_findsRoomForEach() {
        reopen(options -> options.withProducersMax(10).withProducerKeepMs(60_000));
        for (int producer = 0; producer < 200; producer++) {
            assertThat(jobs().put("job", by("process " + producer, 1)).repeated()).isFalse();
            advanceMs(6_000);
        }

        assertThat(jobs().lastSequence("process 199")).isOne();
        assertThat(jobs().lastSequence("process 189")).isZero();
        assertThat(drained(jobs())).hasSize(200);
    }

    @Test
    @Clause({"G1", "G12"})
    void queue_withoutTasksAndWhoseProducersAreForgotten_isGone() {
        reopen(options -> options.withProducerKeepMs(60_000).withIdleQueuesMax(0));
        jobs().put("job", by("importer", 1));
        taken(jobs()).ack();
        assertThat(mill.queues()).extracting(QueueStats::queue).containsExactly("jobs");

        advanceMs(60_000);

        assertThat(mill.queues()).isEmpty();
    }

    private static Put by(String producer, long sequence) {
        return Put.options().withProducer(producer, sequence);
    }
}
