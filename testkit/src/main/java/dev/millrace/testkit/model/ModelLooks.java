package dev.millrace.testkit.model;

import dev.millrace.api.Limits;
import dev.millrace.api.QueueStats;
import dev.millrace.api.engine.Answer;
import dev.millrace.api.engine.Command;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Commands that change no task: looks (T18, T20, G12), and the settings of queues (T20). */
final class ModelLooks {
    private final ModelState state;
    private final ModelTakes takes;

    ModelLooks(ModelState state, ModelTakes takes) {
        this.state = state;
        this.takes = takes;
    }

    void peek(long session, long token, Command.Peek peek) {
        ModelState.requireWithin(peek.id(), 0, Long.MAX_VALUE);
        ModelQueue queue = state.queue(peek.queue());
        ModelTask task = queue.tasks.get(peek.id());
        if (peek.id() == 0 && queue.hasTakeable()) {
            task = queue.firstTakeable(state.dialogue.seenId(session, token), state::choose);
        }
        state.answer(session, token, task == null ? new Answer.Nothing() : task.seen());
    }

    void list(long session, long token, Command.ListTasks list) {
        ModelState.requireWithin(list.cursor(), 0, Long.MAX_VALUE);
        ModelState.requireWithin(list.count(), 1, 10_000);
        List<Answer.Seen> tasks = state.queue(list.queue()).in(list.state()).stream().map(ModelTask::seen).toList();
        state.answer(session, token, new Answer.Page(tasks, 0));
    }

    void stats(long session, long token, Command.Stats command) {
        ModelQueue queue = state.queue(command.queue());
        QueueStats engines = state.dialogue.stats(session, token, command.queue());
        if (engines != null) {
            queue.counts.acceptRecovered(engines);
        }
        state.answer(session, token, new Answer.Stats(stats(queue, engines)));
    }

    private QueueStats stats(ModelQueue queue, @Nullable QueueStats engines) {
        return queue.stats(takes.waiting(queue.name), queue.ageMs(engines == null ? 0 : engines.ageMs(), state.nowMs));
    }

    void listQueues(long session, long token, Command.ListQueues list) {
        ModelState.requireWithin(list.cursor(), 0, Long.MAX_VALUE);
        ModelState.requireWithin(list.count(), 1, 1_000);
        List<QueueStats> queues = state.queues.values().stream()
                .filter(queue -> queue.isWorthListing(state.options.producerKeepMs(), state.nowMs) || takes.waiting(queue.name) > 0)
                .map(queue -> stats(queue, state.dialogue.stats(session, token, queue.name)))
                .toList();
        state.answer(session, token, new Answer.Queues(queues, 0));
    }

    void listHeld(long session, long token, Command.ListHeld list) {
        ModelState.requireWithin(list.cursor(), 0, Long.MAX_VALUE);
        ModelState.requireWithin(list.count(), 1, 10_000);
        List<Answer.Held.Receipt> tasks = new ArrayList<>();
        for (ModelQueue queue : state.queues.values()) {
            for (ModelTask task : queue.tasks.values()) {
                if (task.isTaken() && task.owner == session) {
                    tasks.add(new Answer.Held.Receipt(queue.name, task.id, task.attempts));
                }
            }
        }
        state.answer(session, token, new Answer.Held(tasks.size(), tasks, 0));
    }

    void lastSequence(long session, long token, Command.LastSequence command) {
        Limits.requireName("producer", command.producer());
        ModelProducer producer = state.producer(state.queue(command.queue()), command.producer());
        state.answer(session, token, new Answer.Count(producer == null ? 0 : producer.lastSequence()));
    }

    // --- Settings

    void pause(long session, long token, String name, boolean isPaused) {
        ModelQueue queue = state.queue(name);
        queue.isPaused = isPaused;
        state.onChange.run();
        settings(session, token, name);
        takes.settle(queue);
    }

    void configure(long session, long token, Command.Configure configure) {
        state.queue(configure.queue()).settings = configure.settings();
        settings(session, token, configure.queue());
    }

    void settings(long session, long token, String name) {
        ModelQueue queue = state.queue(name);
        state.answer(session, token, new Answer.Settings(queue.settings, queue.isPaused));
    }
}
