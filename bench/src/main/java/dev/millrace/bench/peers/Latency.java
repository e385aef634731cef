package dev.millrace.bench.peers;

/** How often which time was seen: in classes, none of which is wider than a thirty-second of its times. */
final class Latency {
    private static final int CLASS_BITS = 5;
    private static final int CLASSES = 64 << CLASS_BITS;

    private final long[] counts = new long[CLASSES];
    private long count;

    void add(long ns) {
        counts[classOf(Math.max(1, ns))]++;
        count++;
    }

    /** The time in µs that so many of a thousand did not exceed; NaN when there were none. */
    double us(int ofThousand) {
        long rank = (count * ofThousand + 999) / 1_000;
        long seen = 0;
        for (int place = 0; place < CLASSES && count > 0; place++) {
            seen += counts[place];
            if (seen >= rank) {
                return middle(place) / 1e3;
            }
        }
        return Double.NaN;
    }

    private static int classOf(long ns) {
        int exponent = 63 - Long.numberOfLeadingZeros(ns);
        int shift = Math.max(0, exponent - CLASS_BITS);
        return (shift << CLASS_BITS) + (int) (ns >>> shift);
    }

    private static double middle(int place) {
        int shift = Math.max(0, (place >> CLASS_BITS) - 1);
        long low = (long) (place - (shift << CLASS_BITS)) << shift;
        return low + ((1L << shift) - 1) / 2.0;
    }
}
