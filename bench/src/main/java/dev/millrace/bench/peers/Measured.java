package dev.millrace.bench.peers;

/**
 * What one load has shown.
 *
 * @param perSecond life cycles, or puts; 0 for a load that is paced
 * @param serverUs processor time of the server in µs for each of them
 * @param p50us of the time each took
 * @param p99us of the time each took
 * @param generatorShare of a processor that the generator used
 */
record Measured(double perSecond, double serverUs, double p50us, double p99us, double generatorShare) {}
