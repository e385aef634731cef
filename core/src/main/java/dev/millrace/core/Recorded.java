package dev.millrace.core;

import org.jspecify.annotations.Nullable;

/** Something whose last record must be written again before the log frees the segment it lies in. */
abstract sealed class Recorded permits QueueState, Producer {
    /** The oldest record that is still needed to know this; −1 when the log does not know it. */
    long neededFrom = -1;

    /** In {@link RecordedItems}, while the log knows this. */
    @Nullable Recorded older;

    @Nullable Recorded newer;

    /** What {@link #recordBytesNow} was at its last record; 0 when it is known from records of tasks alone. */
    long recordBytes;

    /** What {@link #recordBytesNow} was when {@link RecordedItems} last counted it. */
    long countedBytes;

    /** About how many bytes a record of it takes. */
    abstract long recordBytesNow();
}
