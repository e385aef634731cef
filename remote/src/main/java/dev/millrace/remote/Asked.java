package dev.millrace.remote;

import dev.millrace.wire.ProtocolException;
import dev.millrace.wire.Reply;

/**
 * What was sent on a connection, and is answered in its turn.
 *
 * @param <T> the type of the user's tokens
 */
sealed interface Asked<T> permits Pending, Asked.Ours {
    /** What the session asks for itself. */
    record Ours<T>(Reader reader) implements Asked<T> {}

    /** Reads the answer. */
    interface Reader {
        void read(Reply reply) throws ProtocolException;
    }
}
