package dev.millrace.core;

import java.util.function.IntToLongFunction;

/**
 * The limits and defaults of the state machine.
 *
 * @param waitersMax takes that may wait at once
 * @param producersMax producers that are kept
 * @param producerKeepMs how long a producer is kept after its last new sequence
 * @param idleQueuesMax empty queues whose counters are kept
 * @param engineDeathsMax times a task may be held when the engine dies before it is buried; 0 = without limit
 * @param keySecret0 half of the secret that keys are hashed with, so that nobody can choose keys that meet
 * @param keySecret1 the other half
 * @param backoffMs the delay after so many failures, where a failure names none
 */
public record CoreSettings(
        int waitersMax,
        int producersMax,
        long producerKeepMs,
        int idleQueuesMax,
        int engineDeathsMax,
        long keySecret0,
        long keySecret1,
        IntToLongFunction backoffMs) {}
