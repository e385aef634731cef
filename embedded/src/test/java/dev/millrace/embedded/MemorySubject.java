package dev.millrace.embedded;

import dev.millrace.api.OpenOptions;

/** The engine {@code memory:}, which never ends in these plays, since nothing would be left of it. */
final class MemorySubject extends ShardSubject {
    MemorySubject(OpenOptions options) {
        super(Opening.inMemory(options, false, () -> DiskSubject.SECRET).shard());
    }

    @Override
    boolean isIdle() {
        return true;
    }

    @Override
    boolean mayBreak() {
        return false;
    }

    @Override
    public boolean closeInOrder() {
        throw new UnsupportedOperationException("nothing is left of it");
    }

    @Override
    public void kill(boolean losesPower, long seed) {
        throw new UnsupportedOperationException("nothing is left of it");
    }

    @Override
    public long openAgain(long wallMs) {
        throw new UnsupportedOperationException("nothing is left of it");
    }

    @Override
    public void fault(String name, long amount) {
        throw new UnsupportedOperationException("it has no disk: " + name);
    }

    @Override
    public boolean outlives(boolean losesPower) {
        return false;
    }

    @Override
    public boolean mayBeOverloaded() {
        return false;
    }
}
