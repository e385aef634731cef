package dev.millrace.remote;

import dev.millrace.api.ErrorCode;
import dev.millrace.api.engine.Answer;
import dev.millrace.api.engine.Command;
import dev.millrace.api.engine.Push;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The tasks that a session has taken, as far as its user has heard, in the order of the takes. */
final class Held {
    private final Map<Name, Integer> attempts = new LinkedHashMap<>();

    /** A task. */
    private record Name(String queue, long id) {}

    /** Whether it is held by this take. */
    boolean has(String queue, long id, int attempt) {
        Integer held = attempts.get(new Name(queue, id));
        return held != null && held == attempt;
    }

    /** Follows what the answer says of the command's tasks. */
    void follow(Command command, Answer answer) {
        switch (answer) {
            case Answer.Taken taken -> add(taken);
            case Answer.TakenMany many -> many.tasks().forEach(this::add);
            case Answer.Each each when command instanceof Command.AckMany many -> {
                for (int index = 0; index < Math.min(many.receipts().size(), each.answers().size()); index++) {
                    Command.AckMany.Held receipt = many.receipts().get(index);
                    decided(many.queue(), receipt.id(), receipt.attempt(), each.answers().get(index));
                }
            }
            default -> {
                Receipt receipt = Receipt.of(command);
                if (receipt != null) {
                    decided(receipt.queue(), receipt.id(), receipt.attempt(), answer);
                }
            }
        }
    }

    private void add(Answer.Taken taken) {
        attempts.put(new Name(taken.queue(), taken.id()), taken.attempt());
    }

    private void decided(String queue, long id, int attempt, Answer answer) {
        boolean isOver = answer instanceof Answer.Failed(ErrorCode code, String message)
                ? code == ErrorCode.NOT_FOUND || code == ErrorCode.NOT_OWNER || code == ErrorCode.NOT_TAKEN
                        || code == ErrorCode.UNKNOWN
                : answer instanceof Answer.Done;
        if (isOver) {
            remove(queue, id, attempt);
        }
    }

    /** It is held no more, unless by another take; attempt 0 stands for any. */
    void remove(String queue, long id, int attempt) {
        Name name = new Name(queue, id);
        if (attempt == 0) {
            attempts.remove(name);
        } else {
            attempts.remove(name, attempt);
        }
    }

    boolean isEmpty() {
        return attempts.isEmpty();
    }

    /**
     * The command with receipts instead of bare ids, where they are known: so a repeat can mean no other take (T21).
     */
    Command withReceipts(Command command) {
        return switch (command) {
            case Command.Ack(String queue, long id, int attempt) when attempt == 0 ->
                new Command.Ack(queue, id, attempt(queue, id));
            case Command.Release(String queue, long id, int attempt, long delayMs) when attempt == 0 ->
                new Command.Release(queue, id, attempt(queue, id), delayMs);
            case Command.Fail(String queue, long id, int attempt, long delayMs, @Nullable String reason) when attempt == 0 ->
                new Command.Fail(queue, id, attempt(queue, id), delayMs, reason);
            case Command.Bury(String queue, long id, int attempt, @Nullable String reason) when attempt == 0 ->
                new Command.Bury(queue, id, attempt(queue, id), reason);
            case Command.Touch(String queue, long id, int attempt) when attempt == 0 ->
                new Command.Touch(queue, id, attempt(queue, id));
            case Command.AckMany(String queue, List<Command.AckMany.Held> receipts) ->
                new Command.AckMany(queue, receipts.stream().map(one -> withAttempt(queue, one)).toList());
            default -> command;
        };
    }

    private Command.AckMany.Held withAttempt(String queue, Command.AckMany.Held one) {
        return one.attempt() == 0 ? new Command.AckMany.Held(one.id(), attempt(queue, one.id())) : one;
    }

    private int attempt(String queue, long id) {
        return attempts.getOrDefault(new Name(queue, id), 0);
    }

    /** All of them; from now on there is none. */
    List<Push.Lost> clear() {
        List<Push.Lost> all = all();
        attempts.clear();
        return all;
    }

    List<Push.Lost> all() {
        List<Push.Lost> all = new ArrayList<>(attempts.size());
        attempts.forEach((name, attempt) -> all.add(new Push.Lost(name.queue(), name.id(), attempt)));
        return all;
    }

    /** Which take a verdict speaks for. */
    record Receipt(String queue, long id, int attempt) {
        /** Those of a verdict on one task or on many; none for what is no verdict. */
        static List<Receipt> all(Command command) {
            if (command instanceof Command.AckMany many) {
                return many.receipts().stream()
                        .map(one -> new Receipt(many.queue(), one.id(), one.attempt()))
                        .toList();
            }
            Receipt one = of(command);
            return one == null ? List.of() : List.of(one);
        }

        /** Null for what is no verdict on one task; a touch is none, for it ends nothing. */
        static @Nullable Receipt of(Command command) {
            return switch (command) {
                case Command.Ack ack -> new Receipt(ack.queue(), ack.id(), ack.attempt());
                case Command.Release release -> new Receipt(release.queue(), release.id(), release.attempt());
                case Command.Fail fail -> new Receipt(fail.queue(), fail.id(), fail.attempt());
                case Command.Bury bury -> new Receipt(bury.queue(), bury.id(), bury.attempt());
                default -> null;
            };
        }
    }
}
