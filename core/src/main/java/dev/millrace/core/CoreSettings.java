package dev.millrace.core;

import java.util.function.IntToLongFunction;

/**
 * The limits and defaults of the state machine.
 *
 * @param waitersMax takes that may wait at once
 * @param producersMax producers that are kept
 * @param idleQueuesMax empty queues whose counters are kept
 * @param engineDeathsMax times a task may be held when the engine dies before it is buried; 0 = without limit
 * @param backoffMs the delay after so many failures, where a failure names none
 */
public record CoreSettings(
        int waitersMax, int producersMax, int idleQueuesMax, int engineDeathsMax, IntToLongFunction backoffMs) {}
