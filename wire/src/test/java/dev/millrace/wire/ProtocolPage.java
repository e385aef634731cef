package dev.millrace.wire;

import dev.millrace.api.ErrorCode;
import dev.millrace.api.QueueSettings;
import dev.millrace.api.QueueStats;
import dev.millrace.api.TaskState;
import dev.millrace.api.engine.Answer;
import dev.millrace.api.engine.Push;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** docs/PROTOCOL.md: what a person wrote about the wire, then the commands, answers and errors as the code has them. */
final class ProtocolPage {
    /** What comes after this line is made from the code. */
    static final String MADE = "<!-- What follows is made from Verb and AnswerWriter: mvn -pl wire -am test -Dprotocol.update=true -->\n";

    private final StringBuilder page = new StringBuilder();

    private ProtocolPage() {}

    /** The page as it should be, given how it is. */
    static String renewed(Path file) throws IOException {
        String now = Files.readString(file);
        int made = now.indexOf(MADE);
        if (made < 0) {
            throw new IllegalStateException(file + " has no line " + MADE);
        }
        return now.substring(0, made) + MADE + new ProtocolPage().made();
    }

    private String made() {
        commands();
        answers();
        errors();
        limits();
        return page.toString();
    }

    private void commands() {
        page.append("\n## Commands\n");
        for (Verb verb : Verb.values()) {
            page.append("\n### ").append(verb.onWire()).append("\n\n    ").append(verb.usage()).append("\n\n");
            page.append(verb.summary()).append(". ").append(verb.details()).append("\n\n");
            page.append("- Answer: ").append(verb.answer()).append(".\n");
            if (!verb.errors().isEmpty()) {
                page.append("- Errors: ");
                page.append(String.join(", ", verb.errors().stream().map(Enum::name).toList()));
                page.append(", besides what any command may get.\n");
            }
            page.append("- Right: ").append(verb.right().name().toLowerCase(Locale.ROOT)).append(".\n");
            page.append("- For example: `").append(String.join("`, `", verb.examples())).append("`\n");
        }
    }

    private void answers() {
        page.append("\n## Answers on the wire\n\nEach line end (CR LF) is shown as a blank.\n");
        samples().forEach((what, answer) -> {
            page.append("\n### ").append(what).append("\n\n    RESP3  ").append(oneLine(written(3, answer)));
            if (!isPush(answer)) {
                page.append("\n    RESP2  ").append(oneLine(written(2, answer)));
            }
            page.append('\n');
        });
    }

    /** A sample of each kind of answer, as {@link Shape} and answer, or as a push. */
    private static Map<String, Object> samples() {
        Map<String, Object> samples = new LinkedHashMap<>();
        ByteBuffer hello = ByteBuffer.wrap("hello".getBytes(StandardCharsets.US_ASCII));
        Answer.Taken taken = new Answer.Taken("mail", 17, 2, 1, 5, 1_000, hello);
        samples.put("TASK.PUT", sample(Shape.STORED, new Answer.Stored(17, TaskState.READY, 0, false, false)));
        samples.put(
                "TASK.PUT with a delay, of a key that is there",
                sample(Shape.STORED, new Answer.Stored(17, TaskState.DELAYED, 1_795_000_000_000L, false, true)));
        samples.put("TASK.TAKE", sample(Shape.TAKEN, taken));
        samples.put("TASK.TAKE when there is none", sample(Shape.TAKEN, new Answer.Nothing()));
        samples.put("TASK.ACK", sample(Shape.ACKED, new Answer.Done(17, null)));
        samples.put(
                "TASK.ACK of several",
                sample(Shape.ACKED_MANY, new Answer.Each(List.of(
                        new Answer.Done(17, null), new Answer.Failed(ErrorCode.NOT_FOUND, "no task 18 in mail")))));
        samples.put("TASK.RELEASE, FAIL, BURY, TOUCH, KICK ID", sample(Shape.STATE, new Answer.Done(17, TaskState.READY)));
        samples.put("TASK.KICK COUNT", sample(Shape.KICKED, new Answer.Count(3)));
        samples.put("TASK.PURGE", sample(Shape.PURGED, new Answer.Count(3)));
        samples.put("TASK.SEQUENCE", sample(Shape.SEQUENCE, new Answer.Count(3)));
        samples.put("TASK.DELETE", sample(Shape.DELETED, new Answer.Done(17, null)));
        samples.put("TASK.PEEK", sample(Shape.SEEN, new Answer.Seen(17, TaskState.BURIED, 1_000, 0, 5, 5, "unreadable", hello)));
        samples.put("TASK.CONFIGURE, PAUSE, RESUME", sample(Shape.SETTINGS, new Answer.Settings(QueueSettings.defaults(), true)));
        samples.put("TASK.STATS", sample(Shape.STATS, new Answer.Stats(new QueueStats(
                "mail", 1, 2, 3, 4, 0, 1_500, false, 10, 5, 2, 0, 0, 0, 4, 0, 0))));
        samples.put("SESSION.HELD", sample(Shape.HELD, new Answer.Held(
                2, List.of(new Answer.Held.Receipt("mail", 17, 2), new Answer.Held.Receipt("mail", 18, 1)), 0)));
        samples.put("SESSION.GRACE", new SessionGrant(4, "3f8a1c55e0b74d2f9a6c0d1e2f304152", 5_000));
        samples.put("SESSION.RESUME", new SessionResumed(4, 5_000, 2));
        samples.put("An error", sample(Shape.STATE, new Answer.Failed(ErrorCode.NOT_FOUND, "no task 18 in mail")));
        samples.put("A push of a task", new Tagged(taken));
        samples.put("A push of an error", new Tagged(new Answer.Failed(ErrorCode.CANCELLED, "the take was withdrawn")));
        samples.put("A push that a task is lost", new Push.Lost("mail", 17, 2));
        return samples;
    }

    private record Sample(Shape shape, Answer answer) {}

    private record Tagged(Answer answer) {}

    private static Sample sample(Shape shape, Answer answer) {
        return new Sample(shape, answer);
    }

    private static boolean isPush(Object what) {
        return what instanceof Tagged || what instanceof Push;
    }

    private static String written(int version, Object what) {
        ByteBuf out = Unpooled.buffer();
        ReplyWriter replies = new ReplyWriter().onto(out);
        replies.version(isPush(what) ? 3 : version);
        AnswerWriter answers = new AnswerWriter(replies);
        switch (what) {
            case Sample sample -> answers.write(sample.shape(), sample.answer());
            case Tagged tagged -> answers.taken("m", tagged.answer());
            case SessionGrant grant -> answers.granted(grant);
            case SessionResumed resumed -> answers.resumed(resumed);
            case Push.Lost lost -> answers.lost(lost);
            default -> throw new IllegalArgumentException(String.valueOf(what));
        }
        return Bytes.text(out);
    }

    private static String oneLine(String bytes) {
        return bytes.strip().replace("\r\n", " ");
    }

    private void errors() {
        page.append("\n## Errors\n\n| code | kind | the same again may succeed later |\n|---|---|---|\n");
        for (ErrorCode code : ErrorCode.values()) {
            page.append("| ").append(code.name()).append(" | ");
            page.append(code.kind().name().toLowerCase(Locale.ROOT)).append(" | ");
            page.append(code.retryable() ? "yes" : "no").append(" |\n");
        }
    }

    private void limits() {
        page.append("\n## Limits of one command\n\n| limit | before AUTH | usual |\n|---|---|---|\n");
        limit("argumentsMax", WireLimits.BEFORE_AUTH.argumentsMax(), WireLimits.USUAL.argumentsMax());
        limit("bulkBytesMax", WireLimits.BEFORE_AUTH.bulkBytesMax(), WireLimits.USUAL.bulkBytesMax());
        limit("commandBytesMax", WireLimits.BEFORE_AUTH.commandBytesMax(), WireLimits.USUAL.commandBytesMax());
        limit("inlineBytesMax", WireLimits.BEFORE_AUTH.inlineBytesMax(), WireLimits.USUAL.inlineBytesMax());
    }

    private void limit(String name, int before, int usual) {
        page.append("| ").append(name).append(" | ").append(before).append(" | ").append(usual).append(" |\n");
    }
}
