package dev.millrace.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Producers past their time, before a round has come to forget them. */
class ProducersTest {
    private static final long KEEP_MS = 1_000;
    private static final int MAX = 3 * TaskMachine.FORGOTTEN_MAX;

    private final CoreSettings settings = new CoreSettings(10, MAX, KEEP_MS, 0, 0, 1, 2, failures -> 0L);
    private final World world = new World(settings, 1_000_000);
    private CoreSession session = world.open("A", 0);

    @Test
    void forget_moreThanOneRoundMayForget_takesSeveral() {
        for (int number = 0; number < MAX; number++) {
            put("q" + number % 7, "p" + number, 1);
        }
        pass(KEEP_MS - 1);
        assertThat(world.machine.hasOutlivedProducers()).isFalse();
        pass(1);
        assertThat(world.machine.looks().lastSequence("q1", "p1")).as("at once, for everybody").isZero();
        assertThat(world.machine.forgetProducers()).isTrue();
        assertThat(world.machine.forgetProducers()).isTrue();
        assertThat(world.machine.forgetProducers()).isFalse();
        assertThat(world.drain()).filteredOn(line -> line.startsWith("log forget")).hasSize(MAX);
        assertThat(world.machine.hasOutlivedProducers()).isFalse();
    }

    @Test
    void put_byOnePastItsTime_countsAnewAndSaysSoInTheLog() {
        put("q", "p", 9);
        pass(KEEP_MS);
        world.drain();
        put("q", "p", 2);
        assertThat(world.drain()).containsExactly(
                "log forget p queue=1", "log task 2 queue=1 priority=1000 producer=p:2", "A: stored 2 READY");
        reopen();
        assertThat(world.machine.looks().lastSequence("q", "p")).isEqualTo(2);
        put("q", "p", 2);
        assertThat(world.drain()).last().isEqualTo("A: stored 2 READY repeated");
    }

    @Test
    void put_byOneMoreThanTheLimit_takesThePlaceOfTheLeastRecentPastItsTime() {
        put("first", "p", 1);
        ackAll("first");
        pass(KEEP_MS - 10);
        for (int number = 1; number < MAX; number++) {
            put("q", "p" + number, 1);
        }
        world.drain();
        put("q", "late", 1);
        assertThat(world.drain()).singleElement().asString().startsWith("A: OVERLOADED producers=" + MAX);
        pass(10);
        put("q", "late", 1);
        assertThat(world.drain()).first().isEqualTo("log forget p queue=1");
        assertThat(world.machine.hasOutlivedProducers()).isFalse();
        assertThat(world.machine.looks().knows("first")).as("a queue without tasks, once its producer has gone").isFalse();
        put("q", "later", 1);
        assertThat(world.drain()).singleElement().asString().startsWith("A: OVERLOADED");
    }

    @Test
    void put_thatIsRefusedOrARepeat_isNoUse() {
        put("q", "p", 5);
        pass(KEEP_MS - 1);
        put("q", "p", 5);
        put("q", "p", 4);
        pass(1);
        assertThat(world.machine.looks().lastSequence("q", "p")).isZero();
    }

    @Test
    void putMany_byOnePastItsTime_isNeitherARepeatNorInPart() {
        put("q", "p", 7);
        pass(KEEP_MS);
        world.drain();
        world.machine.putMany(
                session, "", "q", List.of(by("p", 6), by("p", 7)), List.of("", ""));
        assertThat(world.drain()).last().isEqualTo("A: stored 2 READY, 3 READY");
    }

    @Test
    void put_keptByItsKeyAndPastItsTime_isRecordedAnew() {
        world.machine.put(session, "", "q", keyed("p", 3), "");
        pass(KEEP_MS);
        world.drain();
        world.machine.put(session, "", "q", keyed("p", 1), "");
        assertThat(world.drain()).containsExactly(
                "log forget p queue=1", "log producer p queue=1 last=1 kept=1 used=" + KEEP_MS, "A: stored 1 READY existing");
        reopen();
        assertThat(world.machine.looks().lastSequence("q", "p")).isEqualTo(1);
    }

    /** Each way of a producer, against a plain map; the log is read again now and then. */
    @Test
    void producers_randomUse_areKnownForAsLongAsTheyAreKept() {
        long seed = Long.getLong("millrace.sim.seed", System.nanoTime());
        Random random = new Random(seed);
        Map<String, Long> usedMs = new HashMap<>();
        Map<String, Long> last = new HashMap<>();
        for (int step = 0; step < 20_000; step++) {
            String queue = "q" + random.nextInt(3);
            String producer = "p" + random.nextInt(200);
            String both = queue + producer;
            switch (random.nextInt(20)) {
                case 0 -> pass(random.nextInt(300));
                case 1 -> world.machine.forgetProducers();
                case 2 -> ackAll(queue);
                case 3 -> {
                    if (random.nextInt(20) == 0) {
                        reopen();
                    }
                }
                default -> {
                    long sequence = 1 + random.nextInt(1_000);
                    boolean isKnown = usedMs.getOrDefault(both, Long.MIN_VALUE) + KEEP_MS > world.machine.nowMs();
                    if (!isKnown || sequence > last.getOrDefault(both, 0L)) {
                        put(queue, producer, sequence);
                        assertThat(world.drain()).as("seed %d", seed).last().asString().startsWith("A: stored");
                        usedMs.put(both, world.machine.nowMs());
                        last.put(both, sequence);
                    }
                }
            }
            boolean isKnown = usedMs.getOrDefault(both, Long.MIN_VALUE) + KEEP_MS > world.machine.nowMs();
            assertThat(world.machine.looks().lastSequence(queue, producer))
                    .as("seed %d, step %d, %s of %s", seed, step, producer, queue)
                    .isEqualTo(isKnown ? last.getOrDefault(both, 0L) : 0L);
        }
    }

    private void pass(long ms) {
        while (world.machine.advance(world.machine.nowMs() + ms)) {
            // The next slice.
        }
        world.log.begin(world.machine.nowMs());
    }

    private void reopen() {
        world.reopen(true);
        session = world.open("A", 0);
        world.drain();
    }

    private void put(String queue, String producer, long sequence) {
        world.machine.put(session, "", queue, by(producer, sequence), "");
    }

    private static PutCommand by(String producer, long sequence) {
        return Fixture.put(0, 1_000, 0, producer, sequence);
    }

    private static PutCommand keyed(String producer, long sequence) {
        return new PutCommand(0, 1_000, 0, 0, 0, "key", KeyRule.KEEP, null, 0, producer, sequence);
    }

    private void ackAll(String queue) {
        world.machine.purge(session, "", queue);
        while (world.machine.sweep()) {
            // The next slice.
        }
    }
}
