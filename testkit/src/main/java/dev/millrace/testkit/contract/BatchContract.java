package dev.millrace.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.api.AckResult;
import dev.millrace.api.ErrorCode;
import dev.millrace.api.KeyMode;
import dev.millrace.api.MillraceException;
import dev.millrace.api.Put;
import dev.millrace.api.Receipt;
import dev.millrace.api.Session;
import dev.millrace.api.Stored;
import dev.millrace.api.Task;
import dev.millrace.api.TaskId;
import dev.millrace.api.TaskQueue;
import dev.millrace.api.TaskState;
import dev.millrace.testkit.Clause;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Puts of many, all or none, and acks of many, each for itself. */
public abstract class BatchContract extends EngineContract {
    private static final int BATCH_MAX = 10_000;
    private static final Duration HOUR = Duration.ofHours(1);

    /** For subclasses. */
    protected BatchContract() {}

    @Test
    @Clause({"T25 put many", "T2", "T7"})
    void putAll_several_storesAllWithAscendingIdsInTheirOrder() {
        long before = jobs().put("before").id().number();

        List<Stored> stored = jobs().putAll(List.of("1", "2", "3"));

        assertThat(stored).extracting(each -> each.id().number()).isSorted().allMatch(id -> id > before);
        assertThat(stored).extracting(Stored::id).doesNotHaveDuplicates();
        assertThat(stored).allSatisfy(each -> {
            assertThat(each.state()).isEqualTo(TaskState.READY);
            assertThat(each.repeated()).isFalse();
            assertThat(each.existing()).isFalse();
        });
        assertThat(jobs().stats().putCount()).isEqualTo(4);
        assertThat(drained(jobs())).containsExactly("before", "1", "2", "3");
    }

    @Test
    @Clause({"T25 put many", "T4", "T22"})
    void putAll_withOptions_givesThemToEach() {
        Put options = Put.delay(HOUR).withPriority(3).withMaxAttempts(1).withTtl(HOUR.multipliedBy(2));
        List<Stored> stored = jobs().putAll(List.of("1", "2"), options);

        assertThat(stored).allSatisfy(each -> {
            assertThat(each.state()).isEqualTo(TaskState.DELAYED);
            assertThat(each.due()).isEqualTo(fixture.clock().now().plus(HOUR));
        });
        advance(HOUR);
        Task<String> first = taken(jobs());
        assertThat(first.priority()).isEqualTo(3);
        assertThat(first.fail("no")).isEqualTo(TaskState.BURIED);
        advance(HOUR);
        assertThat(jobs().stats().expiredCount()).isOne();
    }

    @Test
    @Clause({"T25 put many", "G7"})
    void putAll_asManyAsTheLimit_storesAll() {
        List<String> payloads =
                IntStream.range(0, BATCH_MAX).mapToObj(Integer::toString).toList();

        assertThat(jobs().putAll(payloads)).extracting(Stored::id).doesNotHaveDuplicates().hasSize(BATCH_MAX);

        assertThat(jobs().stats().ready()).isEqualTo(BATCH_MAX);
        assertThat(jobs().takeMany(BATCH_MAX)).extracting(Task::payload).containsExactlyElementsOf(payloads);
    }

    @Test
    @Clause({"T25 put many", "G6", "G7", "T14"})
    void putAll_countOutsideItsRange_isRefused() {
        List<String> tooMany = Collections.nCopies(BATCH_MAX + 1, "x");

        refusedUnchanged(jobs(), ErrorCode.BAD_ARGUMENT, () -> jobs().putAll(List.of()), 0, BATCH_MAX);
        refusedUnchanged(jobs(), ErrorCode.BAD_ARGUMENT, () -> jobs().putAll(tooMany), BATCH_MAX + 1, BATCH_MAX);
    }

    @Test
    @Clause({"T25 put many", "T14", "G2"})
    void putAll_withOneItemTooLarge_storesNoneAndNamesIt() {
        reopen(options -> options.withPayloadBytesMax(100));
        long last = jobs().put("before").id().number();

        refusedUnchanged(
                jobs(),
                ErrorCode.TOO_LARGE,
                () -> jobs().putAll(List.of("1", "2", "x".repeat(101), "4")),
                "item 2: ",
                101,
                "payloadBytesMax");

        assertThat(drained(jobs())).containsExactly("before");
        assertThat(jobs().put("after").id().number()).isGreaterThan(last);
    }

    @Test
    @Clause({"T25 put many", "T14", "G7"})
    void putAll_payloadsTogetherBeyondHalfOfTheRoom_areTooLarge() {
        reopen(options -> options.withPayloadBytesMax(4_096).withCommandBytesMax(64 << 10));
        TaskQueue<byte[]> bytes = mill.queue("bytes");
        byte[] payload = new byte[4_096];

        refusedUnchanged(
                bytes,
                ErrorCode.TOO_LARGE,
                () -> bytes.putAll(Collections.nCopies(9, payload)),
                9 * 4_096,
                32_768);
        assertThat(bytes.putAll(Collections.nCopies(8, payload))).hasSize(8);
        assertThat(bytes.stats().ready()).isEqualTo(8);
    }

    @Test
    @Clause({"T25 put many", "G7"})
    void putAll_manyEmptyPayloadsInTheLeastRoom_isAccepted() {
        reopen(options -> options.withPayloadBytesMax(4_096).withCommandBytesMax(64 << 10));

        assertThat(jobs().putAll(Collections.nCopies(BATCH_MAX, ""))).hasSize(BATCH_MAX);

        assertThat(jobs().stats().ready()).isEqualTo(BATCH_MAX);
    }

    @Test
    @Clause({"T25 put many", "T5", "T9"})
    void putAll_withTakesWaiting_servesOneEachInOrder() {
        List<CompletableFuture<@Nullable Task<String>>> waiters = new ArrayList<>();
        for (int index = 0; index < 4; index++) {
            waiters.add(waiter(jobs()));
        }

        jobs().putAll(List.of("1", "2", "3"));

        for (int index = 0; index < 3; index++) {
            assertThat(got(waiters.get(index)).payload()).isEqualTo(Integer.toString(index + 1));
        }
        fixture.settle();
        assertThat(waiters.get(3)).isNotDone();
        assertThat(jobs().stats().taken()).isEqualTo(3);
    }

    @Test
    @Clause({"T25 put many", "G10"})
    void putAll_byAProducer_usesUpOneSequenceEach() {
        List<Stored> first = jobs().putAll(List.of("a", "b", "c"), by(5));
        assertThat(jobs().lastSequence("importer")).isEqualTo(7);

        List<Stored> again = jobs().putAll(List.of("a", "b", "c"), by(5));

        assertThat(again).extracting(Stored::id).containsExactlyElementsOf(first.stream().map(Stored::id).toList());
        assertThat(again).allMatch(Stored::repeated);
        assertThat(jobs().stats().total()).isEqualTo(3);
        Stored single = jobs().put("b", by(6));
        assertThat(single.repeated()).isTrue();
        assertThat(single.id()).isEqualTo(first.get(1).id());
        assertThat(jobs().put("d", by(8)).repeated()).isFalse();
    }

    @Test
    @Clause({"T25 put many", "G10", "T14"})
    void putAll_ofWhichSomeWereStored_isRefused() {
        jobs().putAll(List.of("a", "b", "c"), by(5));

        refusedUnchanged(
                jobs(), ErrorCode.BAD_ARGUMENT, () -> jobs().putAll(List.of("c", "d"), by(7)), "importer");
        refusedUnchanged(
                jobs(), ErrorCode.BAD_ARGUMENT, () -> jobs().putAll(List.of("", "a"), by(4)), "importer");

        assertThat(jobs().lastSequence("importer")).isEqualTo(7);
        assertThat(drained(jobs())).containsExactly("a", "b", "c");
    }

    @Test
    @Clause({"T25 put many", "G10", "G7"})
    void putAll_ofMoreThanAProducerIsRememberedFor_isRefused() {
        refusedUnchanged(
                jobs(), ErrorCode.BAD_ARGUMENT, () -> jobs().putAll(Collections.nCopies(257, "x"), by(1)), 257, 256);
        assertThat(jobs().lastSequence("importer")).isZero();

        List<Stored> stored = jobs().putAll(Collections.nCopies(256, "x"), by(1));
        assertThat(jobs().putAll(Collections.nCopies(256, "x"), by(1)))
                .extracting(Stored::id)
                .containsExactlyElementsOf(stored.stream().map(Stored::id).toList());
        jobs().putAll(List.of("x"), by(257));
        refusedUnchanged(jobs(), ErrorCode.NOT_FOUND, () -> jobs().putAll(List.of("x"), by(1)), "importer");
    }

    @Test
    @Clause({"T25 put many", "G10", "G7"})
    void putAll_byOneProducerTooMany_isOverloaded() {
        reopen(options -> options.withProducersMax(1));
        jobs().put("x", Put.options().withProducer("first", 1));

        refusedUnchanged(
                jobs(), ErrorCode.OVERLOADED, () -> jobs().putAll(List.of("a", "b"), by(1)), "producersMax");
        assertThat(jobs().putAll(List.of("a", "b"))).hasSize(2);
    }

    @Test
    @Clause({"T25 put many", "T23"})
    void putAll_ofOneKeyWithKeep_storesTheFirstOnly() {
        List<Stored> stored = jobs().putAll(List.of("1", "2", "3"), Put.key("k"));

        assertThat(stored).extracting(Stored::existing).containsExactly(false, true, true);
        assertThat(stored).extracting(Stored::id).containsOnly(stored.getFirst().id());
        assertThat(drained(jobs())).containsExactly("1");
    }

    @Test
    @Clause({"T25 put many", "T23", "T5"})
    void putAll_ofOneKeyWithReplace_isOneTaskForOneWaiter() {
        CompletableFuture<@Nullable Task<String>> first = waiter(jobs());
        CompletableFuture<@Nullable Task<String>> second = waiter(jobs());

        jobs().putAll(List.of("1", "2", "3"), Put.options().withKey("k", KeyMode.REPLACE));

        assertThat(got(first).payload()).isEqualTo("3");
        fixture.settle();
        assertThat(second).isNotDone();
        assertThat(jobs().stats().total()).isOne();
    }

    @Test
    @Clause({"T25 put many", "T23 successor"})
    void putAll_ofOneKeyWithRerun_isAFirstAndTheLatestSuccessor() {
        List<Stored> stored = jobs().putAll(List.of("1", "2", "3"), Put.options().withKey("k", KeyMode.RERUN));

        assertThat(stored).extracting(Stored::existing).containsExactly(false, false, true);
        assertThat(stored.get(2).id()).isEqualTo(stored.get(1).id());
        assertThat(drained(jobs())).containsExactly("1", "3");
    }

    @Test
    @Clause({"T25 put many", "T26"})
    void putAll_intoAGroup_servesAsManyAsItsLimit() {
        List<CompletableFuture<@Nullable Task<String>>> waiters =
                List.of(waiter(jobs()), waiter(jobs()), waiter(jobs()));

        jobs().putAll(List.of("1", "2", "3"), Put.group("g", 2));

        assertThat(got(waiters.get(0)).payload()).isEqualTo("1");
        assertThat(got(waiters.get(1)).payload()).isEqualTo("2");
        fixture.settle();
        assertThat(waiters.get(2)).isNotDone();
    }

    @Test
    @Clause({"T25 ack many", "T13"})
    void ackAll_ofReceiptsInEverySituation_answersForEach() {
        Session other = mill.openSession();
        jobs().putAll(List.of("mine", "released", "theirs", "mine too"));
        Task<String> mine = taken(jobs());
        Task<String> released = taken(jobs());
        Task<String> theirs = taken(jobs(other));
        Task<String> mineToo = taken(jobs());
        released.release();
        Receipt unknown = new Receipt(new TaskId("jobs", 1_000_000), 1);

        List<AckResult> results = jobs().ackAll(List.of(
                mine.receipt(), released.receipt(), theirs.receipt(), unknown, mine.receipt(), mineToo.receipt()));

        assertThat(results).extracting(AckResult::isAcked).containsExactly(true, false, false, false, false, true);
        assertThat(results.stream().map(AckResult::failure).map(BatchContract::code))
                .containsExactly(
                        null, ErrorCode.NOT_TAKEN, ErrorCode.NOT_OWNER, ErrorCode.NOT_FOUND, ErrorCode.NOT_FOUND, null);
        assertThat(results.get(2).failure())
                .hasMessageContaining(Long.toString(theirs.id().number()))
                .hasMessageContaining(Long.toString(other.id()));
        assertThat(jobs().stats()).satisfies(stats -> {
            assertThat(stats.ackedCount()).isEqualTo(2);
            assertThat(stats.ready()).isOne();
            assertThat(stats.taken()).isOne();
        });
    }

    @Test
    @Clause({"T25 ack many", "T21"})
    void ackAll_withTheReceiptOfAnEarlierAttempt_isRefusedForIt() {
        jobs().put("job");
        Task<String> first = taken(jobs());
        first.release();
        Task<String> second = taken(jobs());

        List<AckResult> results = jobs().ackAll(List.of(first.receipt(), second.receipt()));

        assertThat(code(results.getFirst().failure())).isEqualTo(ErrorCode.NOT_OWNER);
        assertThat(results.getLast().isAcked()).isTrue();
    }

    @Test
    @Clause({"T25 ack many", "G6", "G7", "T14"})
    void ackAll_countOutsideItsRangeOrAnotherQueue_isRefused() {
        jobs().put("job");
        Receipt mine = taken(jobs()).receipt();
        Receipt foreign = new Receipt(new TaskId("other", 1), 1);

        refusedUnchanged(jobs(), ErrorCode.BAD_ARGUMENT, () -> jobs().ackAll(List.of()), BATCH_MAX);
        refusedUnchanged(
                jobs(),
                ErrorCode.BAD_ARGUMENT,
                () -> jobs().ackAll(Collections.nCopies(BATCH_MAX + 1, mine)),
                BATCH_MAX + 1);
        refusedUnchanged(jobs(), ErrorCode.BAD_ARGUMENT, () -> jobs().ackAll(List.of(mine, foreign)), "other");
    }

    @Test
    @Clause({"T25 ack many", "G7"})
    void ackAll_asManyAsTheLimit_acksAll() {
        jobs().putAll(Collections.nCopies(BATCH_MAX, "x"));
        List<Receipt> receipts =
                jobs().takeMany(BATCH_MAX).stream().map(Task::receipt).toList();

        assertThat(jobs().ackAll(receipts)).hasSize(BATCH_MAX).allMatch(AckResult::isAcked);

        assertThat(jobs().stats().total()).isZero();
        assertThat(jobs().stats().ackedCount()).isEqualTo(BATCH_MAX);
    }

    @Test
    @Clause({"T25 ack many", "T26", "T5"})
    void ackAll_ofAFullGroup_servesAsManyWaitersAsItFreesSlots() {
        jobs().putAll(List.of("1", "2", "3", "4", "5"), Put.group("g", 2));
        List<Receipt> held = jobs().takeMany(5).stream().map(Task::receipt).toList();
        assertThat(held).hasSize(2);
        List<CompletableFuture<@Nullable Task<String>>> waiters =
                List.of(waiter(jobs()), waiter(jobs()), waiter(jobs()));

        jobs().ackAll(held);

        assertThat(got(waiters.get(0)).payload()).isEqualTo("3");
        assertThat(got(waiters.get(1)).payload()).isEqualTo("4");
        fixture.settle();
        assertThat(waiters.get(2)).isNotDone();
    }

    private static Put by(long sequence) {
        return Put.options().withProducer("importer", sequence);
    }

    private static @Nullable ErrorCode code(@Nullable MillraceException failure) {
        return failure == null ? null : failure.code();
    }
}
