package dev.millrace.testkit.model;

import dev.millrace.api.QueueStats;
import dev.millrace.api.engine.Answer;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * Whether an engine said what the model says. All must be equal but what the contract leaves open: the words of a
 * refusal or of an engine's reason, the order of lists, and which part of one an incomplete page shows.
 */
final class Agreement {
    private Agreement() {}

    static boolean agree(Event expected, Event actual) {
        if (expected.session() != actual.session()) {
            return false;
        }
        if (expected instanceof Event.Answered(long session, long token, Answer said)
                && actual instanceof Event.Answered(long to, long with, Answer heard)) {
            return token == with && agree(said, heard);
        }
        return expected.equals(actual);
    }

    private static boolean agree(Answer expected, Answer actual) {
        return switch (expected) {
            case Answer.Failed failed ->
                actual instanceof Answer.Failed heard
                        && heard.code() == failed.code()
                        && !heard.message().isBlank()
                        && heard.message().startsWith(failed.message());
            case Answer.Seen seen -> actual instanceof Answer.Seen heard && agree(seen, heard);
            case Answer.Page page -> actual instanceof Answer.Page heard && agree(page, heard);
            case Answer.Queues queues -> actual instanceof Answer.Queues heard && agree(queues, heard);
            case Answer.Held held -> actual instanceof Answer.Held heard && agree(held, heard);
            case Answer.Each each ->
                actual instanceof Answer.Each heard && agree(each.answers(), heard.answers());
            default -> expected.equals(actual);
        };
    }

    private static boolean agree(List<Answer> expected, List<Answer> actual) {
        if (expected.size() != actual.size()) {
            return false;
        }
        for (int index = 0; index < expected.size(); index++) {
            if (!agree(expected.get(index), actual.get(index))) {
                return false;
            }
        }
        return true;
    }

    private static boolean agree(Answer.Seen expected, Answer.Seen actual) {
        if (!ModelTask.ENGINES_REASON.equals(expected.reason())) {
            return expected.equals(actual);
        }
        return actual.reason() != null
                && !actual.reason().isBlank()
                && expected.id() == actual.id()
                && expected.state() == actual.state()
                && expected.priority() == actual.priority()
                && expected.dueMs() == actual.dueMs()
                && expected.attempts() == actual.attempts()
                && expected.failures() == actual.failures()
                && Objects.equals(expected.payload(), actual.payload());
    }

    /** The model's page is always the whole; an engine's may be a part, and then says where to go on. */
    private static boolean agree(Answer.Page whole, Answer.Page page) {
        Set<Long> ids = new HashSet<>();
        for (Answer.Seen seen : page.tasks()) {
            if (!ids.add(seen.id()) || whole.tasks().stream().noneMatch(task -> agree(task, seen))) {
                return false;
            }
        }
        return page.nextCursor() != 0 || ids.size() == whole.tasks().size();
    }

    /** What was purged may be counted until it is swept. */
    private static boolean agree(Answer.Held whole, Answer.Held page) {
        Set<Answer.Held.Receipt> tasks = new HashSet<>(page.tasks());
        return page.held() >= whole.held()
                && tasks.size() == page.tasks().size()
                && whole.tasks().containsAll(tasks)
                && (page.nextCursor() != 0 || tasks.size() == whole.tasks().size());
    }

    /** Queues that need not be listed are not in the model's list, but may be in the engine's. */
    private static boolean agree(Answer.Queues whole, Answer.Queues page) {
        Set<String> names = new HashSet<>();
        for (QueueStats stats : page.queues()) {
            if (!names.add(stats.queue())) {
                return false;
            }
        }
        return page.nextCursor() != 0 || whole.queues().stream().allMatch(stats -> page.queues().contains(stats));
    }
}
