package dev.millrace.examples;

import dev.millrace.api.Codec;
import dev.millrace.api.ErrorCode;
import dev.millrace.api.Millrace;
import dev.millrace.api.MillraceException;
import dev.millrace.api.Put;
import dev.millrace.api.Stored;
import dev.millrace.api.TaskQueue;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** The tested code in the examples: reminders that are sent five minutes after they were asked for. */
final class Reminders {
    private static final Duration DELAY = Duration.ofMinutes(5);

    private final TaskQueue<String> mails;
    private final List<String> sent = new CopyOnWriteArrayList<>();

    Reminders(Millrace mill) {
        this.mails = mill.queue("mail", Codec.text());
    }

    void start() {
        mails.consume(task -> sent.add(task.payload()));
    }

    /** Asks for a reminder; once more if it is unknown whether the first time was heard. */
    Stored remind(String text) {
        Put options = Put.delay(DELAY).withProducer("reminders", mails.lastSequence("reminders") + 1);
        try {
            return mails.put(text, options);
        } catch (MillraceException e) {
            if (e.code() != ErrorCode.UNKNOWN) {
                throw e;
            }
            return mails.put(text, options);
        }
    }

    List<String> sent() {
        return sent;
    }
}
