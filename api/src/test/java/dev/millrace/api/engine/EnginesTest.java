package dev.millrace.api.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.millrace.api.ErrorCode;
import dev.millrace.api.MillraceException;
import dev.millrace.api.OpenOptions;
import org.junit.jupiter.api.Test;

class EnginesTest {
    @Test
    void open_withoutAScheme_saysHowUrisLook() {
        for (String uri : new String[] {"", "data", ":", ":data", "./my data"}) {
            assertRefused(uri, "uri=" + uri, "no scheme", "memory:", "embedded:<folder>");
        }
    }

    @Test
    void open_schemeThatNobodyServes_namesItAndTheRemedy() {
        assertRefused("nope:x", "uri=nope:x", "nope:", "module path or class path");
        assertRefused("nope://a:1,b:2/%zz", "nope://a:1,b:2/%zz");
    }

    @Test
    void open_uriWithAPassword_doesNotRepeatIt() {
        for (String login : new String[] {"ada:secret", ":secret", "ada:/secret", "ada:?secret", "ada:@secret", "ada:a:secret"}) {
            MillraceException refused = catchThrowableOfType(
                    MillraceException.class, () -> Engines.open("milrace://" + login + "@host", OpenOptions.defaults()));
            assertThat(refused).as(login).hasMessageContaining("@host").message().doesNotContain("secret");
        }
    }

    private static void assertRefused(String uri, String... said) {
        MillraceException refused =
                catchThrowableOfType(MillraceException.class, () -> Engines.open(uri, OpenOptions.defaults()));
        assertThat(refused).as(uri).isNotNull().hasMessageContainingAll(said);
        assertThat(refused.code()).isEqualTo(ErrorCode.BAD_ARGUMENT);
    }
}
