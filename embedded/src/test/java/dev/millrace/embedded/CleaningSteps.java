package dev.millrace.embedded;

import dev.millrace.api.KeyMode;
import dev.millrace.api.Put;
import dev.millrace.api.QueueSettings;
import dev.millrace.api.TaskState;
import dev.millrace.api.engine.Command;
import dev.millrace.testkit.model.Cast;
import dev.millrace.testkit.model.Model;
import dev.millrace.testkit.model.Play;
import dev.millrace.testkit.model.Step;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Steps from a seed that put, take and ack tasks of some hundred bytes, but one in ten is never acked: the log grows by
 * what is done, and is kept from being freed by what is not, so it has to be cleaned.
 */
final class CleaningSteps {
    private static final int TASKS_MANY = 30;
    private static final int NEVER_ACKED = 10;
    private static final int PAYLOAD_BYTES_MIN = 200;
    private static final int PAYLOAD_BYTES_MAX = 1_500;

    private final Random random;
    private final Cast cast;
    private int lastNumber;
    private long lastToken;
    private long lastSession;
    private long lastSequence;
    private boolean justOpened;

    CleaningSteps(Random random, Cast cast) {
        this.random = random;
        this.cast = cast;
    }

    /** The next step of a play. */
    Step next(Play play) {
        List<Long> sessions = play.known().sessions();
        if (sessions.isEmpty() && !justOpened) {
            justOpened = true;
            return new Step.Open(++lastSession, 0);
        }
        if (sessions.isEmpty() || oneIn(4)) {
            justOpened = false;
            return new Step.Pass(oneIn(8) ? 20 : random.nextInt(3));
        }
        long session = sessions.getFirst();
        return oneIn(150) ? new Step.Close(session) : new Step.Do(session, ++lastToken, command(play, session));
    }

    private Command command(Play play, long session) {
        List<Model.Known> tasks = play.known().tasks();
        int choice = random.nextInt(100);
        if (choice < (tasks.size() > TASKS_MANY ? 15 : 45)) {
            return put(queue());
        }
        if (choice < 62) {
            return oneIn(2) ? new Command.TakeMany(cast.queues(), 4, 0) : new Command.Take(queue(), 0);
        }
        return choice < 96 ? verdict(play, tasks, session) : administration(play, tasks);
    }

    private Command put(String queue) {
        if (!oneIn(5)) {
            return new Command.Put(queue, payload(), options());
        }
        List<Command.PutMany.Item> items = new ArrayList<>();
        for (int count = 1 + random.nextInt(5); count > 0; count--) {
            items.add(new Command.PutMany.Item(payload(), options()));
        }
        return new Command.PutMany(queue, items);
    }

    private Put options() {
        return switch (random.nextInt(16)) {
            case 0 -> Put.options().withDelay(Duration.ofMillis(1 + random.nextInt(20)));
            case 1 -> Put.options().withPriority(random.nextInt(3) * 1_000L);
            case 2 -> Put.options().withKey(pick(cast.keys()), KeyMode.values()[random.nextInt(3)]);
            case 3 -> Put.options().withGroup(pick(cast.groups()), 2);
            case 4 -> Put.options().withTtl(Duration.ofMillis(1 + random.nextInt(60)));
            default -> Put.options();
        };
    }

    private ByteBuffer payload() {
        byte[] bytes = new byte[PAYLOAD_BYTES_MIN + random.nextInt(PAYLOAD_BYTES_MAX - PAYLOAD_BYTES_MIN)];
        random.nextBytes(bytes);
        return ByteBuffer.wrap(bytes).putInt(0, ++lastNumber);
    }

    private Command verdict(Play play, List<Model.Known> tasks, long session) {
        List<Model.Known> taken = tasks.stream()
                .filter(task -> task.state() == TaskState.TAKEN && task.owner() == session)
                .toList();
        if (taken.isEmpty()) {
            return new Command.Take(queue(), 0);
        }
        Model.Known task = pick(taken);
        long number = play.numberOf(task.id());
        if (number % NEVER_ACKED != 0) {
            return new Command.Ack(task.queue(), number, task.attempts());
        }
        return switch (random.nextInt(3)) {
            case 0 -> new Command.Release(task.queue(), number, task.attempts(), random.nextInt(2) * 10L);
            case 1 -> new Command.Fail(task.queue(), number, task.attempts(), 0, "no luck");
            default -> new Command.Bury(task.queue(), number, task.attempts(), "no luck");
        };
    }

    private Command administration(Play play, List<Model.Known> tasks) {
        String queue = queue();
        int choice = random.nextInt(8);
        if (tasks.isEmpty() || choice == 0 && oneIn(3)) {
            return new Command.Purge(queue);
        }
        return switch (choice) {
            case 1 -> new Command.Configure(queue, QueueSettings.defaults().withMaxAttempts(random.nextInt(4)));
            case 2, 3 -> new Command.Put(queue, payload(), Put.options().withProducer(pick(cast.producers()), ++lastSequence));
            case 4 -> new Command.Kick(queue, 2);
            default -> {
                Model.Known task = pick(tasks);
                yield new Command.Delete(task.queue(), play.numberOf(task.id()), true);
            }
        };
    }

    // --- Dice

    private String queue() {
        return pick(cast.queues());
    }

    private boolean oneIn(int count) {
        return random.nextInt(count) == 0;
    }

    private <T> T pick(List<T> from) {
        return from.get(random.nextInt(from.size()));
    }
}
