package dev.millrace.embedded;

import org.jspecify.annotations.Nullable;

/** Something that a thread wants of the engine; applied by whose turn it is. A link of {@link RequestStack}. */
abstract class Request {
    /** Touched by {@link RequestStack} only. */
    @Nullable Request next;

    /** What of {@code commandBytesMax} it occupies until it is applied. */
    int cost() {
        return 0;
    }

    /** Does it. Called by whose turn it is. */
    abstract void apply(Shard shard);

    /** The engine was closed before it was applied, or by an Error in the midst of that. Called by any thread. */
    abstract void tooLate();
}
