package dev.millrace.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.api.Millrace;
import dev.millrace.testkit.MillControl;
import dev.millrace.testkit.MillraceTest;
import java.time.Duration;
import org.junit.jupiter.api.Test;

// @start region="reminder"
@MillraceTest
class RemindersTest {
    @Test
    void remind_fiveMinutesLater_sendsIt(Millrace mill, MillControl control) {
        Reminders reminders = new Reminders(mill);
        reminders.start();
        reminders.remind("tea is ready");

        control.advance(Duration.ofMinutes(5).minusMillis(1));
        assertThat(reminders.sent()).isEmpty();
        control.advance(Duration.ofMillis(1));

        assertThat(reminders.sent()).containsExactly("tea is ready");
    }
}
// @end
