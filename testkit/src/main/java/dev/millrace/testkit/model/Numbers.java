package dev.millrace.testkit.model;

import dev.millrace.api.engine.Answer;
import dev.millrace.api.engine.Command;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The numbers by which steps name tasks, and the ids that the engine has given them. Numbers above {@link #LITERAL}
 * stand for an id as it is.
 */
final class Numbers {
    static final long LITERAL = 1_000_000_000_000L;

    private final Map<Long, Long> idByNumber = new HashMap<>();
    private final Map<Long, Long> numberById = new HashMap<>();
    private long lastNumber;
    private long lastId;

    /** A payload of so many bytes, at least 4, that begins with a number. */
    static ByteBuffer payload(int number, int bytes) {
        ByteBuffer payload = ByteBuffer.allocate(Math.max(bytes, Integer.BYTES));
        payload.putInt(0, number);
        for (int index = Integer.BYTES; index < payload.limit(); index++) {
            payload.put(index, (byte) (number * 31 + index));
        }
        return payload;
    }

    static int number(ByteBuffer payload) {
        return payload.getInt(payload.position());
    }

    /** Learns the ids of tasks that were put. */
    void learn(Command command, Answer answer) {
        if (command instanceof Command.Put put && answer instanceof Answer.Stored stored) {
            learn(put.payload(), stored);
        } else if (command instanceof Command.PutMany many && answer instanceof Answer.StoredMany stored) {
            for (int index = 0; index < stored.tasks().size(); index++) {
                learn(many.items().get(index).payload(), stored.tasks().get(index));
            }
        }
    }

    private void learn(ByteBuffer payload, Answer.Stored stored) {
        long number = number(payload);
        idByNumber.put(number, stored.id());
        numberById.putIfAbsent(stored.id(), number);
        if (!stored.existing() && !stored.repeated() && number > lastNumber) {
            lastNumber = number;
            lastId = stored.id();
        }
    }

    /** The id of a task; a guess, when its put was not answered yet. */
    long id(long number) {
        if (number <= 0) {
            return number;
        }
        if (number >= LITERAL) {
            return number - LITERAL;
        }
        Long id = idByNumber.get(number);
        return id != null ? id : number > lastNumber ? lastId + number - lastNumber : LITERAL + number;
    }

    long numberOf(long id) {
        return numberById.getOrDefault(id, LITERAL + id);
    }

    /** The command with ids for numbers, and with buffers of its own. */
    Command withIds(Command command) {
        return switch (command) {
            case Command.Put put -> new Command.Put(put.queue(), put.payload().duplicate(), put.options());
            case Command.PutMany many ->
                new Command.PutMany(
                        many.queue(),
                        many.items().stream()
                                .map(item -> new Command.PutMany.Item(item.payload().duplicate(), item.options()))
                                .toList());
            case Command.Ack c -> new Command.Ack(c.queue(), id(c.id()), c.attempt());
            case Command.AckMany c -> new Command.AckMany(c.queue(), withIds(c.receipts()));
            case Command.Release c -> new Command.Release(c.queue(), id(c.id()), c.attempt(), c.delayMs());
            case Command.Fail c -> new Command.Fail(c.queue(), id(c.id()), c.attempt(), c.delayMs(), c.reason());
            case Command.Bury c -> new Command.Bury(c.queue(), id(c.id()), c.attempt(), c.reason());
            case Command.Touch c -> new Command.Touch(c.queue(), id(c.id()), c.attempt());
            case Command.KickOne c -> new Command.KickOne(c.queue(), id(c.id()));
            case Command.Peek c -> new Command.Peek(c.queue(), id(c.id()));
            case Command.Delete c -> new Command.Delete(c.queue(), id(c.id()), c.force());
            default -> command;
        };
    }

    private List<Command.AckMany.Held> withIds(List<Command.AckMany.Held> receipts) {
        return receipts.stream()
                .map(held -> new Command.AckMany.Held(id(held.id()), held.attempt()))
                .toList();
    }
}
