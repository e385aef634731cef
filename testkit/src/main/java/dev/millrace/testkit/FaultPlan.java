package dev.millrace.testkit;

import dev.millrace.api.engine.Command;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The faults that have not met their command, first planned first. Safe for use by several threads. */
final class FaultPlan {
    private final List<PlannedFault> faults = new ArrayList<>();

    synchronized void add(PlannedFault fault) {
        faults.add(fault);
    }

    /** The first planned fault that this command meets, which is then over; null when it meets none. */
    synchronized @Nullable PlannedFault meet(Command command) {
        for (PlannedFault fault : faults) {
            if (fault.meets(command)) {
                faults.remove(fault);
                return fault;
            }
        }
        return null;
    }

    synchronized List<PlannedFault> unmet() {
        return List.copyOf(faults);
    }
}
