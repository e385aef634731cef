package dev.millrace.examples;

import static java.time.Duration.ofMinutes;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.api.Backoff;
import dev.millrace.api.Codec;
import dev.millrace.api.Consume;
import dev.millrace.api.Consumption;
import dev.millrace.api.Millrace;
import dev.millrace.api.Put;
import dev.millrace.api.Stored;
import dev.millrace.api.Task;
import dev.millrace.api.TaskQueue;
import dev.millrace.api.TaskState;
import dev.millrace.json.JsonCodec;
import dev.millrace.testkit.MillControl;
import dev.millrace.testkit.MillraceTest;
import dev.millrace.testkit.QueueName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.core.type.TypeReference;

/** The examples in the comments of api and json, and of the README. */
class ApiExamplesTest {
    private final List<String> delivered = new CopyOnWriteArrayList<>();

    private boolean deliver(String text) {
        return delivered.add(text);
    }

    private boolean deliver(Mail mail) {
        return deliver(mail.text());
    }

    private void send(Mail mail) {
        deliver(mail.text());
    }

    /** Examples run in a folder of their own, and more than once. */
    @BeforeEach
    void removeData() throws IOException {
        Path data = Path.of("data");
        if (Files.exists(data)) {
            try (Stream<Path> paths = Files.walk(data)) {
                for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(path);
                }
            }
        }
    }

    @Test
    void open_putTakeAck() {
        // @start region="open"
        try (Millrace mill = Millrace.open("embedded:./data")) {
            TaskQueue<String> mails = mill.queue("mail", Codec.text());
            mails.put("hello");
            try (Task<String> task = mails.take()) { // null when there is none
                if (task != null && deliver(task.payload())) {
                    task.ack(); // closed without a verdict, it is ready again
                }
            }
        }
        // @end
        assertThat(delivered).containsExactly("hello");
        try (Millrace mill = Millrace.open("embedded:./data")) {
            assertThat(mill.queue("mail").stats().total()).isZero();
        }
    }

    @Test
    void aMinuteOfJava() throws Exception {
        Mail mail = new Mail("ada@example.org", "Hello again");
        Mail reminder = new Mail("ada@example.org", "Tea is ready");
        // @start region="readme"
        try (Millrace mill = Millrace.open("embedded:./data")) {            // or "memory:"
            TaskQueue<Mail> mails = mill.queue("mail", JsonCodec.of(Mail.class));
            mails.put(new Mail("ada@example.org", "Hello"));                // on the disk when this returns
            mails.put(reminder, Put.delay(Duration.ofMinutes(5)).withPriority(10).withMaxAttempts(5));

            try (Task<Mail> task = mails.take(Duration.ofSeconds(30))) {    // null when none came
                if (task != null && deliver(task.payload())) {
                    task.ack();                                             // closed without a verdict, it is ready again
                }
            }
            mails.consume(task -> send(task.payload()), Consume.concurrency(16));   // return = done, throw = again later
            CompletionStage<Stored> later = mails.async().put(mail);        // the same verbs, never blocking
        }
        // @end
        assertThat(delivered).startsWith("Hello");
        try (Millrace mill = Millrace.open("embedded:./data")) {
            assertThat(mill.queue("mail").stats().delayed()).isOne();
        }
    }

    @Test
    @MillraceTest
    void put_withOptions(@QueueName("mail") TaskQueue<String> queue) {
        String reminder = "tea is ready";
        // @start region="put"
        queue.put(reminder, Put.options().withDelay(ofMinutes(5)).withPriority(10).withMaxAttempts(5));
        // @end
        assertThat(queue.list(TaskState.DELAYED, 0, 10).tasks())
                .singleElement()
                .satisfies(task -> assertThat(task.priority()).isEqualTo(10));
    }

    @Test
    @MillraceTest
    void consume_withOptions(@QueueName("mail") TaskQueue<String> queue, MillControl control) {
        // @start region="consume"
        Consume options = Consume.concurrency(16).withBackoff(Backoff.exponential(Duration.ofSeconds(1)));
        Consumption consumption = queue.consume(task -> deliver(task.payload()), options);
        // @end
        queue.put("hello");
        control.drain();
        consumption.close();
        assertThat(delivered).containsExactly("hello");
    }

    private record Mail(String to, String text) {}

    @Test
    @MillraceTest
    void json_recordsAndLists(Millrace mill) {
        // @start region="json"
        record Mail(String to, String text) {}
        TaskQueue<Mail> mails = mill.queue("mail", JsonCodec.of(Mail.class));
        TaskQueue<List<Mail>> batches = mill.queue("batch", JsonCodec.of(new TypeReference<List<Mail>>() {}));
        // @end
        Mail mail = new Mail("ada@example.org", "hello");
        mails.put(mail);
        batches.put(List.of(mail, mail));
        List<Object> taken = new ArrayList<>();
        try (Task<Mail> task = mails.take();
                Task<List<Mail>> batch = batches.take()) {
            if (task != null) {
                taken.add(task.payload());
            }
            if (batch != null) {
                taken.add(batch.payload());
            }
        }
        assertThat(taken).containsExactly(mail, List.of(mail, mail));
    }
}
