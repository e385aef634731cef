package dev.millrace.testkit.model;

import dev.millrace.api.TaskState;
import dev.millrace.api.engine.Command;
import java.util.ArrayList;
import java.util.List;

/**
 * The names that steps use: few, so that things meet.
 *
 * @param queues names of queues
 * @param keys keys of tasks
 * @param groups groups of tasks
 * @param producers names of producers
 */
public record Cast(List<String> queues, List<String> keys, List<String> groups, List<String> producers) {
    private static final int LIST_MAX = 10_000;

    /** Two queues, and two of all else. */
    public static Cast small() {
        return new Cast(List.of("a", "b"), List.of("k", "l"), List.of("g", "h"), List.of("p", "q"));
    }

    /** Commands that together show everything that a queue keeps. */
    public List<Command> looks() {
        List<Command> looks = new ArrayList<>();
        for (String queue : queues) {
            for (TaskState state : TaskState.values()) {
                looks.add(new Command.ListTasks(queue, state, 0, LIST_MAX));
            }
            looks.add(new Command.Settings(queue));
            looks.add(new Command.Stats(queue));
            for (String producer : producers) {
                looks.add(new Command.LastSequence(queue, producer));
            }
        }
        return looks;
    }
}
