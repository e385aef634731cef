package dev.millrace.embedded;

import java.util.concurrent.locks.LockSupport;

/** A real thread's sleep. */
final class OwnerParking implements RequestStack.OwnerSleep {
    private final Thread owner;

    /** The sleep of a thread, which may not have been started yet. */
    OwnerParking(Thread owner) {
        this.owner = owner;
    }

    @Override
    public void sleep(long nanos) {
        // A callback may have left an interrupt, with which a thread never sleeps; nobody means the owner by one.
        Thread.interrupted();
        if (nanos == Long.MAX_VALUE) {
            LockSupport.park(this);
        } else {
            LockSupport.parkNanos(this, nanos);
        }
    }

    @Override
    public void wake() {
        LockSupport.unpark(owner);
    }
}
