package dev.millrace.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** What a refusal must be and say. */
final class Refusals {
    private Refusals() {}

    static void assertBad(ThrowingCallable call, String... said) {
        assertRefused(ErrorCode.BAD_ARGUMENT, call, said);
    }

    static void assertRefused(ErrorCode code, ThrowingCallable call, String... said) {
        assertThat(catchThrowable(call)).isInstanceOfSatisfying(MillraceException.class, failure -> {
            assertThat(failure.code()).as(failure.getMessage()).isEqualTo(code);
            assertThat(failure.retryable()).isEqualTo(code.retryable());
            for (String words : said) {
                assertThat(failure).hasMessageContaining(words);
            }
        });
    }
}
