package dev.millrace.testkit.model;

import dev.millrace.api.QueueStats;

/** What has happened in a queue since the engine was opened (T18). */
final class ModelCounts {
    long puts;
    long takes;
    long acks;
    long releases;
    long failures;
    long timeouts;
    long burials;
    long expiries;
    long deletions;

    /**
     * What the opening itself did. Whether that is "since the opening" is open, until the engine shows how it counts.
     */
    private long recoveredBurials;

    private long recoveredExpiries;
    ModelCounts() {}

    ModelCounts(ModelCounts from) {
        puts = from.puts;
        takes = from.takes;
        acks = from.acks;
        releases = from.releases;
        failures = from.failures;
        timeouts = from.timeouts;
        burials = from.burials;
        expiries = from.expiries;
        deletions = from.deletions;
        recoveredBurials = from.recoveredBurials;
        recoveredExpiries = from.recoveredExpiries;
    }

    /** The engine is open: all counts begin at nothing. */
    void opened() {
        recoveredBurials = burials;
        recoveredExpiries = expiries;
        burials = 0;
        expiries = 0;
    }

    /** An engine that was killed may have buried or expired some of them just before. */
    void acceptRecovered(QueueStats engines) {
        long moreBurials = engines.buriedCount() - burials;
        burials += moreBurials >= 0 && moreBurials <= recoveredBurials ? moreBurials : 0;
        long moreExpiries = engines.expiredCount() - expiries;
        expiries += moreExpiries >= 0 && moreExpiries <= recoveredExpiries ? moreExpiries : 0;
        recoveredBurials = 0;
        recoveredExpiries = 0;
    }

    /** Of two pasts that left the same, one may have had more to recover. */
    void allowRecovered(ModelCounts other) {
        recoveredBurials = Math.max(recoveredBurials, other.recoveredBurials);
        recoveredExpiries = Math.max(recoveredExpiries, other.recoveredExpiries);
    }
}
