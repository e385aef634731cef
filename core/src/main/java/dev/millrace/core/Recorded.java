package dev.millrace.core;

/** Something whose last record must be written again before the log frees the segment it lies in. */
abstract sealed class Recorded permits QueueState, Producer {
    /** The oldest record that is still needed to know this; −1 when the log does not know it. */
    long neededFrom = -1;

    /** What {@link #recordBytesNow} was at that record. */
    long recordBytes;

    /** About how many bytes a record of it takes. */
    abstract long recordBytesNow();
}
