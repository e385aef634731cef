package dev.millrace.remote;

import dev.millrace.api.ErrorCode;
import dev.millrace.api.Limits;
import dev.millrace.api.MillraceException;
import dev.millrace.api.engine.Command;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * Refuses what cannot be written on the wire as it is meant, names that are no Unicode and values that stand for an
 * option left out; counts, in the words of the API rather than those of the wire; and payloads that are too large,
 * since a server ends a connection that sends such. All other checks are the server's.
 */
final class Checks {
    private static final int QUEUES_LISTED_MAX = 1_000;

    private final int payloadBytesMax;

    Checks(int payloadBytesMax) {
        this.payloadBytesMax = payloadBytesMax;
    }

    /** @throws MillraceException BAD_ARGUMENT or TOO_LARGE */
    void require(Command command) {
        switch (command) {
            case Command.Take take -> requireQueues(take.queues());
            case Command.TakeMany take -> {
                requireQueues(take.queues());
                requireWithin("count", take.count(), Limits.BATCH_MAX);
            }
            case Command.ListQueues list -> {}
            case Command.ListHeld list -> {}
            case Command.Beat beat -> {}
            default -> Limits.requireName("queue", command.queue());
        }
        switch (command) {
            case Command.Put put -> requirePayload("", put.payload());
            case Command.PutMany many -> requirePayloads(many.items());
            case Command.Ack ack -> requireAtLeast("attempt", ack.attempt(), 0);
            case Command.Touch touch -> requireAtLeast("attempt", touch.attempt(), 0);
            case Command.Release release -> {
                requireAtLeast("attempt", release.attempt(), 0);
                requireAtLeast("delayMs", release.delayMs(), 0);
            }
            case Command.Fail fail -> {
                requireAtLeast("attempt", fail.attempt(), 0);
                requireAtLeast("delayMs", fail.delayMs(), -1);
            }
            case Command.Bury bury -> requireAtLeast("attempt", bury.attempt(), 0);
            case Command.Kick kick -> requireWithin("count", kick.count(), Limits.BATCH_MAX);
            case Command.ListTasks list -> requireWithin("count", list.count(), Limits.BATCH_MAX);
            case Command.ListQueues list -> requireWithin("count", list.count(), QUEUES_LISTED_MAX);
            case Command.ListHeld list -> requireWithin("count", list.count(), Limits.BATCH_MAX);
            case Command.LastSequence last -> Limits.requireName("producer", last.producer());
            default -> {}
        }
    }

    private static void requireQueues(List<String> queues) {
        requireWithin("queues", queues.size(), Limits.TAKE_QUEUES_MAX);
        queues.forEach(queue -> Limits.requireName("queue", queue));
    }

    private void requirePayloads(List<Command.PutMany.Item> items) {
        for (int index = 0; index < items.size(); index++) {
            requirePayload("item " + index + ": ", items.get(index).payload());
        }
    }

    private void requirePayload(String which, ByteBuffer payload) {
        if (payload.remaining() > payloadBytesMax) {
            throw new MillraceException(
                    ErrorCode.TOO_LARGE,
                    which + "payloadBytes=" + payload.remaining() + " > payloadBytesMax=" + payloadBytesMax
                            + "; raise payloadBytesMax here and on the server, or store it elsewhere and put its name");
        }
    }

    private static void requireWithin(String what, int value, int max) {
        if (value < 1 || value > max) {
            throw bad(what + "=" + value + " is outside 1 … " + max);
        }
    }

    private static void requireAtLeast(String what, long value, long min) {
        if (value < min) {
            throw bad(what + "=" + value + " < " + min);
        }
    }

    private static MillraceException bad(String message) {
        return new MillraceException(ErrorCode.BAD_ARGUMENT, message);
    }
}
