package dev.millrace.testkit.model;

import dev.millrace.api.Put;
import dev.millrace.api.engine.Command;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Steps as Java, to be pasted into a test: {@link Numbers} apart, it needs {@code payload(number, bytes)} from here.
 */
public final class Transcript {
    private Transcript() {}

    /** A payload of so many bytes, at least 4, that begins with a number. */
    public static ByteBuffer payload(int number, int bytes) {
        return Numbers.payload(number, bytes);
    }

    /** A list of steps, one a line. */
    public static String of(List<Step> steps) {
        return steps.stream().map(Transcript::of).collect(Collectors.joining(",\n    ", "List.of(\n    ", ")"));
    }

    private static String of(Step step) {
        return switch (step) {
            case Step.Pass(long ms) -> "new Step.Pass(" + ms + ")";
            case Step.Open(long session, long silenceMaxMs) -> "new Step.Open(" + session + ", " + silenceMaxMs + ")";
            case Step.Close(long session) -> "new Step.Close(" + session + ")";
            case Step.Cancel(long session, long token) -> "new Step.Cancel(" + session + ", " + token + ")";
            case Step.Do(long session, long token, Command command) ->
                "new Step.Do(" + session + ", " + token + ", new Command." + of(command) + ")";
            case Step.Reopen(long ms) -> "new Step.Reopen(" + ms + ")";
            case Step.Crash(boolean losesPower, long ms, long seed) ->
                "new Step.Crash(" + losesPower + ", " + ms + ", " + seed + "L)";
            case Step.Fault(String name, long amount) -> "new Step.Fault(\"" + name + "\", " + amount + "L)";
        };
    }

    private static String of(Command command) {
        return switch (command) {
            case Command.Put c -> call("Put", text(c.queue()), of(c.payload()), of(c.options()));
            case Command.PutMany c ->
                call("PutMany", text(c.queue()), c.items().stream()
                        .map(item -> call("new Command.PutMany.Item", of(item.payload()), of(item.options())))
                        .collect(Collectors.joining(", ", "List.of(", ")")));
            case Command.Take c -> call("Take", texts(c.queues()), c.timeoutMs());
            case Command.TakeMany c -> call("TakeMany", texts(c.queues()), c.count(), c.timeoutMs());
            case Command.AckMany c ->
                call("AckMany", text(c.queue()), c.receipts().stream()
                        .map(held -> call("new Command.AckMany.Held", held.id(), held.attempt()))
                        .collect(Collectors.joining(", ", "List.of(", ")")));
            case Command.Ack c -> call("Ack", text(c.queue()), c.id(), c.attempt());
            case Command.Release c -> call("Release", text(c.queue()), c.id(), c.attempt(), c.delayMs());
            case Command.Fail c ->
                call("Fail", text(c.queue()), c.id(), c.attempt(), c.delayMs(), textOrNull(c.reason()));
            case Command.Bury c -> call("Bury", text(c.queue()), c.id(), c.attempt(), textOrNull(c.reason()));
            case Command.Touch c -> call("Touch", text(c.queue()), c.id(), c.attempt());
            case Command.Kick c -> call("Kick", text(c.queue()), c.count());
            case Command.KickOne c -> call("KickOne", text(c.queue()), c.id());
            case Command.Peek c -> call("Peek", text(c.queue()), c.id());
            case Command.ListTasks c ->
                call("ListTasks", text(c.queue()), "TaskState." + c.state(), c.cursor(), c.count());
            case Command.Delete c -> call("Delete", text(c.queue()), c.id(), c.force());
            case Command.Configure c ->
                call("Configure", text(c.queue()), call("new QueueSettings", c.settings().maxAttempts(), c.settings().ttrMs(),
                        c.settings().backoffFirstMs(), c.settings().backoffMaxMs()));
            case Command.Purge c -> call("Purge", text(c.queue()));
            case Command.Pause c -> call("Pause", text(c.queue()));
            case Command.Resume c -> call("Resume", text(c.queue()));
            case Command.Settings c -> call("Settings", text(c.queue()));
            case Command.Stats c -> call("Stats", text(c.queue()));
            case Command.LastSequence c -> call("LastSequence", text(c.queue()), text(c.producer()));
            case Command.ListQueues c -> call("ListQueues", c.cursor(), c.count());
            case Command.ListHeld c -> call("ListHeld", c.cursor(), c.count());
            case Command.Beat() -> "Beat()";
        };
    }

    private static String of(ByteBuffer payload) {
        return "payload(" + Numbers.number(payload) + ", " + payload.remaining() + ")";
    }

    private static String of(Put put) {
        StringBuilder text = new StringBuilder("Put.options()");
        append(text, put.delayMs() != 0, "withDelay", "Duration.ofMillis(" + put.delayMs() + ")");
        append(text, put.priority() != Put.PRIORITY_DEFAULT, "withPriority", put.priority());
        append(text, put.maxAttempts() != 0, "withMaxAttempts", put.maxAttempts());
        append(text, put.ttrMs() != 0, "withTtr", "Duration.ofMillis(" + put.ttrMs() + ")");
        append(text, put.ttlMs() != 0, "withTtl", "Duration.ofMillis(" + put.ttlMs() + ")");
        append(text, put.key() != null, "withKey", textOrNull(put.key()) + ", KeyMode." + put.keyMode());
        append(text, put.group() != null, "withGroup", textOrNull(put.group()) + ", " + put.groupLimit());
        append(text, put.producer() != null, "withProducer", textOrNull(put.producer()) + ", " + put.sequence());
        return text.toString();
    }

    private static void append(StringBuilder text, boolean isGiven, String name, Object value) {
        if (isGiven) {
            text.append('.').append(call(name, value));
        }
    }

    private static String call(String name, Object... arguments) {
        return name + Arrays.stream(arguments)
                .map(String::valueOf)
                .collect(Collectors.joining(", ", "(", ")"));
    }

    private static String texts(List<String> names) {
        return names.stream().map(Transcript::text).collect(Collectors.joining(", ", "List.of(", ")"));
    }

    private static String text(String name) {
        return '"' + name + '"';
    }

    private static String textOrNull(@Nullable String name) {
        return name == null ? "null" : text(name);
    }
}
