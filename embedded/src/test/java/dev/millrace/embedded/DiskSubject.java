package dev.millrace.embedded;

import dev.millrace.api.Durability;
import dev.millrace.api.ErrorCode;
import dev.millrace.api.MillraceException;
import dev.millrace.api.OpenOptions;
import dev.millrace.api.engine.Command;
import dev.millrace.api.engine.EngineFigures;
import dev.millrace.journal.JournalOptions;
import dev.millrace.testkit.model.Difference;
import dev.millrace.testkit.model.Event;
import java.util.List;
import java.util.Random;

/** The engine {@code embedded:} on a simulated disk that fails and crashes when it is told to. */
class DiskSubject extends ShardSubject {
    /** The disk crashes instead of completing the step that comes after so many more. */
    static final String CRASH_AFTER = "crash after so many disk steps";
    /** The next openings crash, each after a few steps: the lower half is a seed, the upper half how many. */
    static final String CRASH_IN_RECOVERY = "crash in recovery";
    /** Every write fails from now on. */
    static final String FAIL_WRITES = "fail writes";
    /** Every fsync fails from now on. */
    static final String FAIL_SYNCS = "fail fsyncs";
    /** The disk has room for so many bytes more. */
    static final String ROOM = "room for so many bytes";
    /** If the disk is limited at the next end, nobody makes room before the opening after it; else somebody does. */
    static final String STAYS_LIMITED = "nobody makes room";
    /**
     * Nothing but takes and ends of work comes until an amount of 0 says that other commands do: they must not stand
     * still. If it is 2, they come so quickly that the cleaner has one slice for each round.
     */
    static final String DRAIN = "drain";
    /** A bit is flipped before the next opening, and flipped back after it was looked at; the amount is a seed. */
    static final String FLIP = "flip a bit";

    static final long FOLDER_ID = 7_919;
    /** By which keys are hashed; of a user's engine it is random. */
    static final long SECRET = 104_729;

    private static final int RECOVERY_STEPS = 14;
    /** Two segments, and room for what producers' records have grown by. */
    private static final int RESERVE_UNITS = 3;

    /** Opens a shard on a disk. */
    @FunctionalInterface
    interface Opener {
        Shard open(SimulatedDisk disk, OpenOptions options);
    }

    private final OpenOptions options;
    private final Opener opener;
    private SimulatedDisk disk;
    private long crashesInRecovery;
    private long flipSeed;
    private boolean staysLimited;
    private boolean isHurried;
    private final Standstill standstill = new Standstill();
    /**
     * So large was the largest file when the disk was limited, and there was a reserve; 0 while nothing is promised.
     */
    private int promisedUnitBytes;

    /** A new folder. */
    DiskSubject(OpenOptions options, SimulatedDisk disk, Opener opener) {
        super(opener.open(disk, options));
        this.options = options;
        this.disk = disk;
        this.opener = opener;
    }

    /** The engine as it is. */
    static Opener opener(Workload workload) {
        return (disk, options) ->
                Opening.of(disk, options, journalOptions(options, workload), FOLDER_ID, () -> SECRET).shard();
    }

    static JournalOptions journalOptions(OpenOptions options, Workload workload) {
        return new JournalOptions(
                dev.millrace.journal.Durability.valueOf(options.durability().name()),
                Workload.SEGMENT_BYTES_MIN,
                workload.segmentBytesMax,
                16 << 10);
    }

    /** Where the engine is, or was; another one after each end. */
    SimulatedDisk disk() {
        return disk;
    }

    @Override
    boolean isIdle() {
        return !isHurried;
    }

    @Override
    boolean mayBreak() {
        return disk.isFaulty();
    }

    @Override
    public boolean mayBeOverloaded() {
        return disk.isLimited();
    }

    @Override
    public boolean outlives(boolean losesPower) {
        return options.durability() == Durability.SYNC || !losesPower;
    }

    @Override
    public void fault(String name, long amount) {
        switch (name) {
            case CRASH_AFTER -> disk.crashAfter(amount);
            case CRASH_IN_RECOVERY -> crashesInRecovery = amount;
            case FAIL_WRITES -> disk.failWrites();
            case FAIL_SYNCS -> disk.failSyncs();
            case ROOM -> limit(amount);
            case FLIP -> flipSeed = amount;
            case STAYS_LIMITED -> staysLimited = true;
            case DRAIN -> drain(amount);
            default -> throw new IllegalArgumentException(name);
        }
    }

    @Override
    void asked(Command command) {
        standstill.asked(command);
    }

    @Override
    void heard(List<Event> events) {
        standstill.heard(shard().nowMs(), events);
    }

    private void limit(long amount) {
        disk.capacity(disk.bytes() + amount);
        int unitBytes = largestFileBytes();
        promisedUnitBytes = freeBytes() >= RESERVE_UNITS * (long) unitBytes ? unitBytes : 0;
    }

    private void drain(long amount) {
        isHurried = amount == 2;
        if (amount != 0 && disk.isLimited() && promisedUnitBytes == largestFileBytes()) {
            standstill.watch(shard().nowMs());
        } else {
            standstill.stop();
        }
    }

    private long freeBytes() {
        return shard().figures(List.of()).store().stream()
                .filter(figure -> figure.name().equals("free_bytes"))
                .mapToLong(EngineFigures.Figure::value)
                .sum();
    }

    private int largestFileBytes() {
        return disk.names().stream().filter(name -> name.endsWith(".seg")).mapToInt(disk::bytes).max().orElse(0);
    }

    // --- Ends and beginnings

    @Override
    public boolean closeInOrder() {
        shard().close();
        if (shard().broken() != null) {
            if (!disk.isFaulty()) {
                throw new Difference("the engine broke down while closing, without a fault: " + broken());
            }
            return false;
        }
        Coverage.Written lastWritten = disk.lastWritten();
        promisedUnitBytes = 0;
        disk = disk.killed();
        makeRoom();
        crashInRecoveries(lastWritten, () -> disk = disk.killed());
        return true;
    }

    @Override
    public void kill(boolean losesPower, long seed) {
        disk.noteCrashBetweenSteps();
        shard().abandon();
        Coverage.Written lastWritten = disk.lastWritten();
        Random dice = new Random(seed);
        Runnable ending = () -> disk = losesPower ? disk.powerLost(dice) : disk.killed();
        ending.run();
        makeRoom();
        crashInRecoveries(lastWritten, ending);
    }

    private void makeRoom() {
        if (!staysLimited) {
            disk.capacity(Long.MAX_VALUE);
        }
        staysLimited = false;
    }

    private void crashInRecoveries(Coverage.Written lastWritten, Runnable ending) {
        Random recoveries = new Random(crashesInRecovery);
        for (long left = crashesInRecovery >>> 32; left > 0; left--) {
            crashInRecovery(recoveries.nextInt(RECOVERY_STEPS), lastWritten);
            ending.run();
        }
        crashesInRecovery = 0;
    }

    private void crashInRecovery(int steps, Coverage.Written lastWritten) {
        disk.crashAfter(steps);
        try {
            opener.open(disk, options).abandon();
        } catch (MillraceException e) {
            if (!disk.isCrashed()) {
                requireFull(e);
            } else {
                disk.noteCrashInRecovery(lastWritten);
            }
        }
    }

    @Override
    public long openAgain(long wallMs) {
        OpenOptions now = options.withTimeSource(new FrozenTime(wallMs));
        if (flipSeed != 0) {
            new BitFlip(disk, new Random(flipSeed)).requireNoticed(damaged -> opener.open(damaged, now));
            flipSeed = 0;
        }
        try {
            use(opener.open(disk, now));
        } catch (MillraceException e) {
            requireFull(e);
            disk.capacity(Long.MAX_VALUE);
            use(openWithRoom(now));
        }
        drain(0);
        return shard().nowMs();
    }

    /**
     * An opening that found no room for what it gives back has said so; somebody has made room, and now it must
     * succeed.
     */
    private Shard openWithRoom(OpenOptions now) {
        try {
            return opener.open(disk, now);
        } catch (MillraceException e) {
            throw new Difference("the engine does not open: " + e.getMessage(), e);
        }
    }

    private void requireFull(MillraceException e) {
        boolean isFull = e.code() == ErrorCode.READ_ONLY && String.valueOf(e.getMessage()).contains("make room");
        if (!disk.isLimited() || !isFull) {
            throw new Difference("the engine does not open: " + e.getMessage(), e);
        }
    }

    /**
     * A refusal to open that is in order: it says what is wrong, and where; of a segment that is not known to be one,
     * only its number.
     */
    static void requireNamed(MillraceException e, String file) {
        String message = String.valueOf(e.getMessage());
        boolean names = message.contains(file) || message.contains("segment") && message.contains("shard-00/");
        if (e.code() != ErrorCode.CORRUPT && e.code() != ErrorCode.VERSION || !names) {
            throw new Difference("damage to " + file + " is refused without naming it: " + e.getMessage(), e);
        }
    }
}
