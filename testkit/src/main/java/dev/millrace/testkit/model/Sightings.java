package dev.millrace.testkit.model;

import dev.millrace.api.engine.Answer;
import dev.millrace.api.engine.Command;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Which tasks an engine shows after an opening. A put of which nobody heard was not refused if its payload is there;
 * and as a rule it was if its payload is not there. The end of a task can have been refused only if the task is there.
 * That tells which of the many pasts of a round on a full disk to think of first.
 */
final class Sightings {
    private final Set<Integer> numbers = new HashSet<>();
    private final Set<Long> ids = new HashSet<>();
    private final Predicate<Model> agrees;

    /** By what the engine said of its tasks. */
    Sightings(List<Event> heard) {
        this(heard, model -> true);
    }

    /** @param agrees whether a model that was just opened would have said that; must not change it */
    Sightings(List<Event> heard, Predicate<Model> agrees) {
        this.agrees = agrees;
        for (Event event : heard) {
            if (event instanceof Event.Answered answered && answered.answer() instanceof Answer.Page page) {
                page.tasks().forEach(task -> add(task.id(), task.payload()));
            }
        }
    }

    private void add(long id, ByteBuffer payload) {
        ids.add(id);
        if (payload.remaining() >= Integer.BYTES) {
            numbers.add(Numbers.number(payload.duplicate()));
        }
    }

    /** Whether a model that was just opened would have said what was heard; true if that is not known. */
    boolean agreesWith(Model opened) {
        return agrees.test(opened);
    }

    /** Whether anything of what was put is there. */
    boolean shows(Command command) {
        return switch (command) {
            case Command.Put put -> shows(put.payload());
            case Command.PutMany many -> many.items().stream().anyMatch(item -> shows(item.payload()));
            default -> false;
        };
    }

    /** Whether a task of this id is there. */
    boolean shows(long id) {
        return ids.contains(id);
    }

    private boolean shows(ByteBuffer payload) {
        return payload.remaining() >= Integer.BYTES && numbers.contains(Numbers.number(payload));
    }
}
