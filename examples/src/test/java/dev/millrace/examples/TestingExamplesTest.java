package dev.millrace.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.api.Codec;
import dev.millrace.api.Millrace;
import dev.millrace.api.Stored;
import dev.millrace.api.TaskInfo;
import dev.millrace.api.TaskQueue;
import dev.millrace.api.engine.Command;
import dev.millrace.testkit.Fault;
import dev.millrace.testkit.MillControl;
import dev.millrace.testkit.MillraceTest;
import dev.millrace.testkit.QueueName;
import java.time.Duration;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** How users test their own code; shown in docs/TESTING.md and in testkit. */
class TestingExamplesTest {
    @Nested
    @MillraceTest
    class Working {
        // @start region="drain"
        @Test
        void everyOrder_isConfirmed(
                @QueueName("order") TaskQueue<String> orders,
                @QueueName("mail") TaskQueue<String> mails,
                MillControl control) {
            orders.consume(task -> mails.put("confirmed: " + task.payload()));
            orders.put("a teapot");
            orders.put("two cups");

            control.drain();

            assertThat(mails.stats().ready()).isEqualTo(2);
        }
        // @end

        // @start region="faults"
        @Test
        void remind_answerIsLost_isRepeatedAndStoredOnce(Millrace mill, MillControl control) {
            control.failNextPut("mail", Fault.UNKNOWN_DONE);

            Stored stored = new Reminders(mill).remind("tea is ready");

            assertThat(stored.repeated()).isTrue();
        }

        @Test
        void remind_engineIsOverloaded_saysSo(Millrace mill, MillControl control) {
            control.failNextPut("mail", Fault.OVERLOADED);

            assertThatThrownBy(() -> new Reminders(mill).remind("tea is ready"))
                    .hasMessageContaining("OVERLOADED");
        }

        @Test
        void send_answerComesLate_isWaitedFor(@QueueName("mail") TaskQueue<String> mails, MillControl control) {
            control.delayNext(Command.Ack.class, "mail", Duration.ofSeconds(3));
            mails.consume(task -> {});
            mails.put("first");
            mails.put("second");

            control.drain();
            assertThat(mails.stats().ackedCount()).isEqualTo(1);
            control.advance(Duration.ofSeconds(3));

            assertThat(mails.stats().ackedCount()).isEqualTo(2);
        }

        @Test
        void session_isLost_givesItsTasksBack(Millrace mill, MillControl control) {
            TaskQueue<String> mails = mill.openSession().queue("mail", Codec.text());
            Stored stored = mails.put("hello");
            mails.take();

            control.loseSession(mails.session());

            TaskInfo<String> again = mill.queue("mail", Codec.text()).peek(stored.id());
            assertThat(again).isNotNull().extracting(TaskInfo::failures).isEqualTo(1);
        }
        // @end
    }

    @Nested
    class Surviving {
        // @start region="restart"
        @Test
        @MillraceTest(store = MillraceTest.Store.FOLDER)
        void reminder_machineStopsMeanwhile_isSentAllTheSame(Millrace mill, MillControl control) {
            new Reminders(mill).remind("tea is ready");

            Reminders after = new Reminders(control.crash()); // or restart(), in good order
            after.start();
            control.advance(Duration.ofMinutes(5));

            assertThat(after.sent()).containsExactly("tea is ready");
        }
        // @end
    }
}
