package dev.millrace.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What a transcript would be too long for. */
class TaskMachineTest {
    private final List<String> seen = new ArrayList<>();
    private static final PutCommand PLAIN = Fixture.put(0, 1_000, 0, null, 0);

    private final World world = new World(Fixture.SETTINGS, 1_000_000);
    private final CoreSession session = world.open("A", 0);

    @Test
    void release_atTheLastAttempt_buriesForGood() {
        put("q");
        takeToTheLastAttempt();
        machine().release(session, "", "q", 1, 0, 0);
        TaskView buried = Objects.requireNonNull(machine().looks().peek("q", 1));
        assertThat(buried.state()).isEqualTo(State.BURIED);
        assertThat(buried.attempts()).isEqualTo(TaskTable.ATTEMPTS_MAX);
        assertThat(buried.reason()).contains("65535");
    }

    @Test
    void kick_atTheLastAttempt_staysBuried() {
        put("q");
        put("q");
        takeToTheLastAttempt();
        machine().release(session, "", "q", 1, 0, 0);
        machine().take(session, "", List.of("q"), 0);
        machine().bury(session, "", "q", 2, 0, null);
        world.drain();
        machine().kick(session, "", "q", 10);
        machine().kickOne(session, "", "q", 1);
        assertThat(world.drain()).hasSize(3).last().asString().contains("NOT_FOUND", "65535");
        machine().take(session, "", List.of("q"), 0);
        machine().take(session, "", List.of("q"), 0);
        assertThat(world.lastTaken).isNull();
        assertThat(machine().looks().counts("q").buried()).isEqualTo(1);
        world.reopen(true);
        assertThat(machine().looks().counts("q").buried()).isEqualTo(1);
        machine().delete(world.session("B"), "", "q", 1, false);
        assertThat(machine().looks().counts("q").buried()).isZero();
    }

    @Test
    void counts_withinAnInstantOfMoreThanOneSlice_areByTheClock() {
        int due = 3 * TaskMachine.SLICE;
        PutCommand soon = Fixture.put(10, 1_000, 0, null, 0);
        PutCommand soonOver = new PutCommand(5, 1_000, 0, 0, 10, null, KeyRule.KEEP, null, 0, null, 0);
        PutCommand later = Fixture.put(11, 1_000, 0, null, 0);
        for (int count = 0; count < due; count++) {
            machine().put(session, "", count % 3 == 0 ? "p" : "q", count % 2 == 0 ? soon : soonOver, "");
            machine().put(session, "", "r", later, "");
        }
        world.advance(5);
        assertThat(machine().looks().counts("q").ready()).isEqualTo(due / 3);

        assertThat(machine().advance(machine().nowMs() + 5)).as("more is due than a slice").isTrue();
        assertCounts("q", due / 3, 0, due / 3);
        assertCounts("p", due / 6, 0, due / 6);
        assertCounts("r", 0, due, 0);

        machine().take(session, "", List.of("q"), 0);
        machine().kickOne(session, "", "q", 2L * due - 3);
        machine().delete(session, "", "r", 2, false);
        int taken = machine().looks().counts("q").taken();
        assertCounts("q", due / 3 - taken, 0, due / 3);
        assertCounts("r", 0, due - 1, 0);
        machine().purge(session, "", "p");
        assertCounts("p", 0, 0, due / 6);
        while (machine().advance(machine().nowMs())) {
            assertCounts("q", due / 3 - taken, 0, due / 3);
            assertCounts("p", 0, 0, due / 6);
        }
        assertCounts("q", due / 3 - taken, 0, due / 3);
        assertCounts("p", 0, 0, due / 6);
        world.advance(1);
        assertCounts("r", due - 1, 0, 0);
    }

    private void assertCounts(String queue, int ready, int delayed, int ended) {
        QueueCounts counts = machine().looks().counts(queue);
        assertThat(List.of(counts.ready(), counts.delayed(), (int) counts.expirations()))
                .as("ready, delayed and expired of %s", queue)
                .containsExactly(ready, delayed, ended);
    }

    @Test
    void advance_manyDue_worksInSlices() {
        PutCommand soon = Fixture.put(10, 1_000, 0, null, 0);
        PutCommand later = Fixture.put(20, 1_000, 0, null, 0);
        for (int count = 0; count < TaskMachine.SLICE; count++) {
            machine().put(session, "", "q", count == 0 ? later : soon, "");
        }
        machine().put(session, "", "q", soon, "");
        long start = machine().nowMs();
        assertThat(machine().advance(start + 100)).isTrue();
        assertThat(machine().looks().counts("q").ready()).isEqualTo(TaskMachine.SLICE);
        assertThat(machine().nowMs()).as("no due time is passed").isEqualTo(start + 10);
        assertThat(machine().advance(start + 100)).isFalse();
        assertThat(machine().nowMs()).isEqualTo(start + 100);
        assertThat(machine().looks().counts("q").delayed()).isZero();
        assertThat(machine().advance(start)).isFalse();
        assertThat(machine().nowMs()).as("time never goes back").isEqualTo(start + 100);
    }

    @Test
    void sweep_fewDeadAmongMany_looksAtASliceOfTheTableOnly() {
        for (int count = 0; count < 5 * TaskMachine.SLICE; count++) {
            put(count % 64 == 0 ? "dead" : "living");
        }
        machine().purge(session, "", "dead");
        int rounds = 1;
        while (machine().sweep()) {
            rounds++;
        }
        assertThat(rounds).isBetween(5, 7);
        assertThat(machine().taskCount()).isEqualTo(machine().looks().counts("living").ready());
    }

    @Test
    void put_afterMoreThanKeptSequences_oldOnesAreRefused() {
        for (long sequence = 1; sequence <= Producer.KEPT + 1; sequence++) {
            put(sequence);
        }
        world.drain();
        put(2);
        put(1);
        assertThat(world.drain()).satisfiesExactly(
                line -> assertThat(line).isEqualTo("A: stored 2 READY repeated"),
                line -> assertThat(line).startsWith("A: NOT_FOUND"));
        world.reopen(true);
        put(Producer.KEPT + 1);
        put(1);
        assertThat(world.drain()).anyMatch(line -> line.endsWith("repeated")).last().asString().contains("NOT_FOUND");
    }

    @Test
    void forget_idleQueues_leavesNothingToRestate() {
        for (int number = 0; number < 1_000; number++) {
            put("q" + number);
            machine().delete(session, "", "q" + number, number + 1L, false);
        }
        assertThat(machine().recordedCount()).isLessThanOrEqualTo(Fixture.SETTINGS.idleQueuesMax() + 1);
    }

    @Test
    void replay_purgedQueueThatWasKept_stillKnowsItsName() {
        World small = new World(Fixture.settings(10, 0), 1_000_000);
        CoreSession user = small.open("A", 0);
        TaskMachine<String> machine = small.machine;
        machine.put(user, "", "kept", PLAIN, "");
        machine.put(user, "", "forgotten", PLAIN, "");
        machine.purge(user, "", "kept");
        machine.purge(user, "", "forgotten");
        machine.take(user, "waits", List.of("kept"), -1);
        machine.sweep();
        machine.put(user, "", "next", PLAIN, "");
        machine.put(user, "", "kept", PLAIN, "");
        small.reopen(false);
        assertThat(small.machine.looks().counts("kept").ready()).isEqualTo(1);
        assertThat(small.machine.looks().counts("next").ready()).isEqualTo(1);
    }

    @Test
    void list_tasksComeAndGo_seesThoseThatStay() {
        Fixture.seeds(5, random -> {
            World here = new World(Fixture.SETTINGS, 1_000_000);
            CoreSession user = here.open("A", 0);
            Set<Long> staying = new HashSet<>();
            List<Long> leaving = new ArrayList<>();
            for (long id = 1; id <= 20_000; id++) {
                here.machine.put(user, "", "q", PLAIN, "");
                if (random.nextInt(4_000) == 0) {
                    staying.add(id);
                } else {
                    leaving.add(id);
                }
            }
            here.drain();
            List<Long> seen = pages(here, user, random, leaving);
            assertThat(seen).containsAll(staying).doesNotHaveDuplicates();
        });
    }

    private static List<Long> pages(World here, CoreSession user, Random random, List<Long> leaving) {
        List<Long> seen = new ArrayList<>();
        long cursor = 0;
        do {
            List<TaskView> page = new ArrayList<>();
            cursor = here.machine.looks().list("q", State.READY, cursor, 1 + random.nextInt(2_000), task -> {
                page.add(task);
                return page.size() < 500;
            });
            page.forEach(task -> seen.add(task.id()));
            for (int count = random.nextInt(3_000); count > 0 && !leaving.isEmpty(); count--) {
                here.machine.delete(user, "", "q", leaving.removeLast(), false);
            }
            here.machine.put(user, "", "q", PLAIN, "");
        } while (cursor != 0);
        return seen;
    }

    @Test
    void list_longHoleInTheTable_isSkippedInOneStep() {
        for (int count = 0; count < 20_000; count++) {
            put("q");
        }
        for (long id = 2; id < 20_000; id++) {
            machine().delete(session, "", "q", id, false);
        }
        List<TaskView> found = new ArrayList<>();
        long cursor = machine().looks().list("q", State.READY, 0, 100, found::add);
        machine().looks().list("q", State.READY, cursor, 100, found::add);
        assertThat(found).extracting(TaskView::id).containsExactly(1L, 20_000L);
    }

    @Test
    void openSession_many_eachHoldsItsOwn() {
        List<CoreSession> sessions = new ArrayList<>();
        for (int number = 0; number < 2_000; number++) {
            sessions.add(world.open("S" + number, 0));
            put("q");
            machine().take(sessions.getLast(), "", List.of("q"), 0);
        }
        for (int number = 0; number < 2_000; number += 2) {
            machine().closeSession(sessions.get(number));
        }
        assertThat(machine().looks().counts("q").ready()).isEqualTo(1_000);
        assertThat(machine().sessions()).hasSize(1_001);
        CoreSession late = world.open("late", 0);
        world.drain();
        machine().ack(late, "", "q", 2, 0);
        assertThat(world.drain()).singleElement().asString().contains("NOT_OWNER");
        machine().ack(sessions.get(1), "", "q", 2, 0);
        assertThat(machine().looks().counts("q").acks()).isEqualTo(1);
    }

    /** What a session holds goes back in slices, and it is among the sessions until then. */
    @Test
    void closeSession_holdsMoreThanASlice_givesItBackInOrderOverRounds() {
        CoreSession other = world.open("other", 0);
        int count = 2 * TaskMachine.GIVEN_BACK_MAX + 10;
        for (int task = 0; task < count; task++) {
            put("q");
            machine().take(session, "", List.of("q"), 0);
        }
        machine().take(other, "waits", List.of("q"), -1);
        world.drain();
        machine().closeSession(session);
        assertThat(session.isOpen()).isFalse();
        assertThat(machine().looks().counts("q").taken()).isEqualTo(count - TaskMachine.GIVEN_BACK_MAX + 1);
        assertThat(world.drain()).anyMatch(line -> line.startsWith("other waits: taken")).noneMatch(line -> line.contains("ended"));
        machine().closeSession(session);
        machine().silence(session);
        assertThat(machine().giveBack()).isTrue();
        assertThat(machine().sessions()).contains(session);
        assertThat(machine().giveBack()).isTrue();
        assertThat(machine().giveBack()).isFalse();
        assertThat(machine().sessions()).containsExactly(other);
        assertThat(world.drain().getLast()).contains("ended");
        assertThat(machine().looks().counts("q").taken()).isEqualTo(1);
        assertThat(machine().giveBack()).isFalse();
    }

    @Test
    void closeSessions_holdMoreThanASlice_giveBackAll() {
        for (int task = 0; task < 3 * TaskMachine.GIVEN_BACK_MAX; task++) {
            put("q");
            machine().take(task % 2 == 0 ? session : world.session("B"), "", List.of("q"), 0);
        }
        machine().closeSessions();
        assertThat(machine().sessions()).isEmpty();
        assertThat(machine().looks().counts("q").ready()).isEqualTo(3 * TaskMachine.GIVEN_BACK_MAX);
    }

    @Test
    void take_veryManyHaveExpiredAtOnce_waitsForTheirTimers() {
        takeFromBehindExpired(false);
    }

    /** A take that may not wait must know what is behind the tasks that are at their end. */
    @Test
    void take_veryManyHaveExpiredAtOnceAndItMayNotWait_endsThemAndServesWhoWaits() {
        takeFromBehindExpired(true);
    }

    private void takeFromBehindExpired(boolean endsThem) {
        CoreSession other = world.open("other", 0);
        for (int task = 0; task < 3 * TaskMachine.SLICE; task++) {
            machine().put(session, "", "q", new PutCommand(0, 1_000, 0, 0, 1_000, null, KeyRule.KEEP, null, 0, null, 0), "");
        }
        put("q");
        long behind = world.lastStored;
        put("r");
        long endMs = machine().nowMs() + 1_000;
        assertThat(machine().advance(endMs)).isTrue();
        machine().take(other, "both", List.of("q", "r"), 60_000);
        assertThat(said("both")).contains("taken");
        machine().take(other, "waits", List.of("q"), 60_000);
        assertThat(said("waits")).isEmpty();
        assertThat(machine().taskCount()).isEqualTo(2 * TaskMachine.SLICE - 2 * Takes.EXPIRED_MAX + 2);
        if (endsThem) {
            machine().take(session, "now", List.of("q"), 0);
            assertThat(said("now")).contains("nothing");
        } else {
            assertThat(machine().advance(endMs)).isTrue();
            assertThat(said("waits")).isEmpty();
            assertThat(machine().advance(endMs)).isFalse();
        }
        assertThat(said("waits")).contains("taken " + behind + ":1");
        machine().take(session, "empty", List.of("q"), 0);
        assertThat(said("empty")).contains("nothing");
        assertThat(machine().taskCount()).isEqualTo(2);
    }

    /** What was said with this token so far. */
    private String said(String token) {
        seen.addAll(world.drain());
        return seen.stream().filter(line -> line.contains(" " + token + ": ")).reduce("", String::concat);
    }

    private TaskMachine<String> machine() {
        return world.machine;
    }

    private void put(String queue) {
        machine().put(session, "", queue, PLAIN, "");
    }

    private void put(long sequence) {
        CoreSession user = world.session("A");
        machine().put(user, "", "q", Fixture.put(0, 1_000, 0, "p", sequence), "");
    }

    /** Takes task 1 as often as can be counted; it is taken then. */
    private void takeToTheLastAttempt() {
        for (int attempt = 1; attempt < TaskTable.ATTEMPTS_MAX; attempt++) {
            machine().take(session, "", List.of("q"), 0);
            machine().release(session, "", "q", 1, 0, 0);
        }
        machine().take(session, "", List.of("q"), 0);
        world.drain();
    }
}
