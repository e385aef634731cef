package dev.millrace.wire;

import dev.millrace.api.KeyMode;
import dev.millrace.api.Put;
import dev.millrace.api.QueueSettings;
import dev.millrace.api.engine.Command;
import io.netty.buffer.ByteBuf;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Writes commands as a client sends them: arrays of bulk strings. Payloads are copied, so that they may change
 * afterwards.
 */
public final class CommandWriter {
    private final ReplyWriter out = new ReplyWriter();

    /** A writer without a buffer as yet. */
    public CommandWriter() {}

    /** Where to write from now on. */
    public CommandWriter onto(ByteBuf buffer) {
        out.onto(buffer);
        return this;
    }

    /** Writes what concerns the connection, such as HELLO, as its words. */
    public void words(String... words) {
        out.array(words.length);
        for (String word : words) {
            out.bulk(word);
        }
    }

    /** Writes a command. */
    public void write(Command command) {
        write(command, null);
    }

    /**
     * Writes a command.
     *
     * @param tag for a take whose task is to be pushed, otherwise null
     */
    public void write(Command command, @Nullable String tag) {
        out.hold();
        try {
            command(command, tag);
        } finally {
            out.release();
        }
    }

    private void command(Command command, @Nullable String tag) {
        switch (command) {
            case Command.Put put -> put(put);
            case Command.PutMany many -> putMany(many);
            case Command.Take take -> take(take.queues(), 0, take.timeoutMs(), tag);
            case Command.TakeMany take -> take(take.queues(), take.count(), take.timeoutMs(), tag);
            case Command.Ack ack -> verdict(Verb.TASK_ACK, ack.queue(), ack.id(), ack.attempt(), 0);
            case Command.AckMany many -> ackMany(many);
            case Command.Touch touch -> verdict(Verb.TASK_TOUCH, touch.queue(), touch.id(), touch.attempt(), 0);
            case Command.Release release -> release(release);
            case Command.Fail fail -> fail(fail);
            case Command.Bury bury -> bury(bury);
            case Command.Kick kick -> {
                begin(Verb.TASK_KICK, 3, kick.queue());
                option(Word.COUNT, kick.count());
            }
            case Command.KickOne kick -> {
                begin(Verb.TASK_KICK, 3, kick.queue());
                option(Word.ID, kick.id());
            }
            case Command.Peek peek -> peek(peek);
            case Command.ListTasks list -> list(list);
            case Command.Delete delete -> delete(delete);
            case Command.Purge purge -> begin(Verb.TASK_PURGE, 1, purge.queue());
            case Command.Pause pause -> begin(Verb.TASK_PAUSE, 1, pause.queue());
            case Command.Resume resume -> begin(Verb.TASK_RESUME, 1, resume.queue());
            case Command.Configure configure -> configure(configure.queue(), configure.settings());
            case Command.Settings settings -> begin(Verb.TASK_CONFIGURE, 1, settings.queue());
            case Command.Stats stats -> begin(Verb.TASK_STATS, 1, stats.queue());
            case Command.LastSequence sequence -> {
                begin(Verb.TASK_SEQUENCE, 2, sequence.queue());
                out.bulk(sequence.producer());
            }
            case Command.ListQueues list -> {
                begin(Verb.TASK_QUEUES, 4);
                option(Word.CURSOR, list.cursor());
                option(Word.COUNT, list.count());
            }
            case Command.ListHeld list -> {
                begin(Verb.SESSION_HELD, 4);
                option(Word.CURSOR, list.cursor());
                option(Word.COUNT, list.count());
            }
            case Command.Beat beat -> begin(Verb.PING, 0);
        }
    }

    private void put(Command.Put put) {
        begin(Verb.TASK_PUT, 2 + optionArguments(put.options()), put.queue());
        out.bulk(put.payload());
        options(put.options());
    }

    private void putMany(Command.PutMany many) {
        int arguments = 2;
        for (Command.PutMany.Item item : many.items()) {
            arguments += 2 + optionArguments(item.options());
        }
        begin(Verb.TASK_PUTALL, arguments, many.queue());
        number(many.items().size());
        for (Command.PutMany.Item item : many.items()) {
            out.bulk(item.payload());
            number(optionArguments(item.options()));
            options(item.options());
        }
    }

    private static int optionArguments(Put options) {
        int count = 0;
        count += options.delayMs() == 0 ? 0 : 2;
        count += options.priority() == Put.PRIORITY_DEFAULT ? 0 : 2;
        count += options.maxAttempts() == 0 ? 0 : 2;
        count += options.ttrMs() == 0 ? 0 : 2;
        count += options.ttlMs() == 0 ? 0 : 2;
        count += options.key() == null ? 0 : 2;
        count += options.keyMode() == KeyMode.KEEP ? 0 : 2;
        count += options.group() == null ? 0 : 3;
        count += options.producer() == null ? 0 : 4;
        return count;
    }

    private void options(Put options) {
        optionUnless(0, Word.DELAY, options.delayMs());
        optionUnless(Put.PRIORITY_DEFAULT, Word.PRIORITY, options.priority());
        optionUnless(0, Word.ATTEMPTS, options.maxAttempts());
        optionUnless(0, Word.TTR, options.ttrMs());
        optionUnless(0, Word.TTL, options.ttlMs());
        if (options.key() != null) {
            option(Word.KEY, options.key());
        }
        if (options.keyMode() != KeyMode.KEEP) {
            option(Word.MODE, options.keyMode().name().toLowerCase(Locale.ROOT));
        }
        if (options.group() != null) {
            option(Word.GROUP, options.group());
            number(options.groupLimit());
        }
        if (options.producer() != null) {
            option(Word.PRODUCER, options.producer());
            option(Word.SEQUENCE, options.sequence());
        }
    }

    private void take(List<String> queues, int count, long timeoutMs, @Nullable String tag) {
        int further = queues.size() - 1;
        int arguments = 1 + (further > 0 ? 2 + further : 0) + (count == 0 ? 0 : 2) + (timeoutMs == 0 ? 0 : 2);
        begin(Verb.TASK_TAKE, arguments + (tag == null ? 0 : 2), queues.getFirst());
        if (further > 0) {
            option(Word.QUEUES, further);
            for (String queue : queues.subList(1, queues.size())) {
                out.bulk(queue);
            }
        }
        optionUnless(0, Word.COUNT, count);
        optionUnless(0, Word.TIMEOUT, timeoutMs);
        if (tag != null) {
            option(Word.TAG, tag);
        }
    }

    /** Begins what is said of a take; so many arguments follow. */
    private void verdict(Verb verb, String queue, long id, int attempt, int arguments) {
        begin(verb, 2 + arguments, queue);
        receipt(id, attempt);
    }

    private void ackMany(Command.AckMany many) {
        begin(Verb.TASK_ACK, 1 + many.receipts().size(), many.queue());
        for (Command.AckMany.Held held : many.receipts()) {
            receipt(held.id(), held.attempt());
        }
    }

    private void release(Command.Release release) {
        int arguments = release.delayMs() > 0 ? 2 : 0;
        verdict(Verb.TASK_RELEASE, release.queue(), release.id(), release.attempt(), arguments);
        if (release.delayMs() > 0) {
            option(Word.DELAY, release.delayMs());
        }
    }

    private void fail(Command.Fail fail) {
        int arguments = (fail.delayMs() < 0 ? 0 : 2) + (fail.reason() == null ? 0 : 2);
        verdict(Verb.TASK_FAIL, fail.queue(), fail.id(), fail.attempt(), arguments);
        optionUnless(-1, Word.DELAY, fail.delayMs());
        reason(fail.reason());
    }

    private void bury(Command.Bury bury) {
        verdict(Verb.TASK_BURY, bury.queue(), bury.id(), bury.attempt(), bury.reason() == null ? 0 : 2);
        reason(bury.reason());
    }

    private void reason(@Nullable String reason) {
        if (reason != null) {
            option(Word.REASON, reason);
        }
    }

    private void peek(Command.Peek peek) {
        begin(Verb.TASK_PEEK, peek.id() == 0 ? 1 : 2, peek.queue());
        if (peek.id() != 0) {
            number(peek.id());
        }
    }

    private void list(Command.ListTasks list) {
        begin(Verb.TASK_LIST, 6, list.queue());
        out.bulk(list.state().name());
        option(Word.CURSOR, list.cursor());
        option(Word.COUNT, list.count());
    }

    private void delete(Command.Delete delete) {
        begin(Verb.TASK_DELETE, delete.force() ? 3 : 2, delete.queue());
        number(delete.id());
        if (delete.force()) {
            out.rendered(Word.FORCE.bulk());
        }
    }

    /** All settings are named, since those that are not would become their defaults. */
    private void configure(String queue, QueueSettings settings) {
        begin(Verb.TASK_CONFIGURE, 8, queue);
        option(Word.ATTEMPTS, settings.maxAttempts());
        option(Word.TTR, settings.ttrMs());
        option(Word.BACKOFF, settings.backoffFirstMs());
        number(settings.backoffMaxMs());
    }

    private void begin(Verb verb, int arguments) {
        out.array(1 + arguments);
        out.rendered(verb.bulk());
    }

    private void begin(Verb verb, int arguments, String queue) {
        begin(verb, arguments);
        out.bulk(queue);
    }

    private void optionUnless(long usual, Word word, long value) {
        if (value != usual) {
            option(word, value);
        }
    }

    private void option(Word word, long value) {
        out.rendered(word.bulk());
        number(value);
    }

    private void option(Word word, String value) {
        out.rendered(word.bulk());
        out.bulk(value);
    }

    private void receipt(long id, int attempt) {
        if (attempt == 0) {
            number(id);
        } else {
            out.receipt(id, attempt);
        }
    }

    /** A number as an argument: its digits as a bulk string. */
    private void number(long value) {
        out.digits(value);
    }
}
