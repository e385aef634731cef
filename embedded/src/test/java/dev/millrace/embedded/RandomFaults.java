package dev.millrace.embedded;

import dev.millrace.testkit.model.Cast;
import dev.millrace.testkit.model.Play;
import dev.millrace.testkit.model.Step;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Random;
import java.util.function.Function;

/** Random steps, among which the disk fails and the engine dies. */
final class RandomFaults {
    private static final long HOUR_MS = 3_600_000;
    /** Enough for a whole reserve, and for all that a play puts. */
    private static final long MUCH_ROOM = 1L << 40;
    /** On disks that are mostly full one step in so many begins to drain the engine. */
    private static final int STEPS_A_DRAIN = 100;

    private final Random random;
    private final Workload workload;
    private final Function<Play, Step> steps;
    private final boolean losesPower;
    private final DrainSteps drain;
    /** In so many steps the disk has little room again; 0 if it is not to have much meanwhile. */
    private int stepsToFull;

    private final Deque<Step> next = new ArrayDeque<>();

    RandomFaults(
            Random random, Workload workload, Cast cast, Function<Play, Step> steps, boolean losesPower) {
        this.random = random;
        this.workload = workload;
        this.steps = steps;
        this.losesPower = losesPower;
        this.drain = new DrainSteps(cast);
    }

    Step next(Play play) {
        if (next.isEmpty() && drain.isUnderWay()) {
            next.addAll(drain.round(play));
        } else if (next.isEmpty() && stepsToFull > 0 && --stepsToFull == 0) {
            addFull();
        } else if (next.isEmpty()) {
            if (play.isBroken() ? random.nextInt(3) == 0 : random.nextInt(workload.stepsPerEnd) == 0) {
                addEnd();
            } else if (!play.isBroken() && random.nextInt(workload.stepsPerFault) == 0) {
                addFault();
            } else if (!play.isBroken() && workload.isFull() && random.nextInt(STEPS_A_DRAIN) == 0) {
                next.addAll(drain.begin(random.nextBoolean()));
            } else {
                next.add(steps.apply(play));
            }
        }
        return next.remove();
    }

    private void addFault() {
        if (workload.isFull() && random.nextInt(3) != 0) {
            if (random.nextBoolean()) {
                next.add(new Step.Fault(DiskSubject.ROOM, MUCH_ROOM));
                stepsToFull = 5 + random.nextInt(20);
            } else {
                addFull();
            }
            return;
        }
        next.add(switch (random.nextInt(10)) {
            case 0 -> new Step.Fault(DiskSubject.FAIL_WRITES, 0);
            case 1 -> new Step.Fault(DiskSubject.FAIL_SYNCS, 0);
            case 2 -> new Step.Fault(DiskSubject.ROOM, random.nextInt(20_000));
            default -> new Step.Fault(DiskSubject.CRASH_AFTER, random.nextInt(16));
        });
    }

    private void addFull() {
        next.add(new Step.Fault(DiskSubject.ROOM, random.nextInt(4) == 0 ? 0 : random.nextInt(60_000)));
    }

    private void addEnd() {
        if (workload.isFull() && random.nextInt(4) != 0) {
            next.add(new Step.Fault(DiskSubject.STAYS_LIMITED, 0));
        }
        if (random.nextInt(3) == 0) {
            long times = 1 + random.nextInt(3);
            next.add(new Step.Fault(DiskSubject.CRASH_IN_RECOVERY, times << 32 | random.nextInt(Integer.MAX_VALUE)));
        }
        if (random.nextInt(4) == 0) {
            next.add(new Step.Fault(DiskSubject.FLIP, 1L + random.nextInt(Integer.MAX_VALUE)));
        }
        long ms = random.nextInt(8) == 0 ? -HOUR_MS : random.nextInt(3) == 0 ? random.nextInt(200) : random.nextInt(3);
        next.add(random.nextInt(5) == 0 ? new Step.Reopen(ms) : new Step.Crash(isPowerLoss(), ms, random.nextLong()));
    }

    private boolean isPowerLoss() {
        return losesPower && random.nextInt(4) != 0;
    }
}
