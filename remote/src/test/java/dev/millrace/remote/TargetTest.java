package dev.millrace.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.api.ErrorCode;
import dev.millrace.api.MillraceException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TargetTest {
    @Test
    void parse_hostAlone_hasTheUsualPort() {
        Target target = Target.parse("millrace://example.org");

        assertThat(target.place()).isEqualTo("example.org:7411");
        assertThat(target.login()).isNull();
        assertThat(target.security()).isNull();
        assertThat(target.numbersPuts()).isTrue();
    }

    @Test
    void parse_everyPart_isDecoded() {
        Target target = Target.parse(
                "millrace://ad%40a:s%3Ae%2fc+ret@example.org:7000/?tls=%2Fetc%2Fca.pem&certificate=c.pem&key=k.pem&puts=plain");

        assertThat(target.place()).isEqualTo("example.org:7000");
        assertThat(target.login()).isEqualTo(new Target.Login("ad@a", "s:e/c+ret"));
        assertThat(target.security()).isEqualTo(new Target.Security("/etc/ca.pem", "c.pem", "k.pem"));
        assertThat(target.numbersPuts()).isFalse();
    }

    @Test
    void parse_numericAddresses_areTold() {
        assertThat(Target.parse("millrace://[::1]:7000").host()).isEqualTo("::1");
        assertThat(Target.parse("millrace://[::1]").place()).isEqualTo("[::1]:7411");
        assertThat(Target.parse("millrace://127.0.0.1:1").port()).isOne();
    }

    @Test
    void parse_systemTrustAndDefaultUser_areTold() {
        Target target = Target.parse("millrace://:secret@host?tls=system");

        assertThat(target.security()).isEqualTo(new Target.Security(null, null, null));
        assertThat(target.login()).isEqualTo(new Target.Login("default", "secret"));
    }

    @Test
    void parse_partThatIsWrong_isNamed() {
        Map<String, String> wrong = Map.ofEntries(
                Map.entry("millrace:host", "does not begin with millrace://"),
                Map.entry("millrace://", "no host"),
                Map.entry("millrace://:7411", "no host"),
                Map.entry("millrace://host:0", "port=0"),
                Map.entry("millrace://host:65536", "port=65536"),
                Map.entry("millrace://host:", "port is no number"),
                Map.entry("millrace://host:x", "port is no number"),
                Map.entry("millrace://::1", "brackets"),
                Map.entry("millrace://a b", "no possible name"),
                Map.entry("millrace://host/queue", "path"),
                Map.entry("millrace://ada@host", "without a password"),
                Map.entry("millrace://ada:@host", "password is empty"),
                Map.entry("millrace://ada:%zz@host", "password has a percent sign"),
                Map.entry("millrace://host?tls", "tls has no value"),
                Map.entry("millrace://host?tsl=system", "parameter tsl"),
                Map.entry("millrace://host?tls=system&tls=system", "twice"),
                Map.entry("millrace://host?tls=system&key=k", "go together"),
                Map.entry("millrace://host?certificate=c&key=k", "without tls"),
                Map.entry("millrace://host?puts=often", "neither numbered nor plain"));

        wrong.forEach((uri, said) -> assertThatThrownBy(() -> Target.parse(uri))
                .as(uri)
                .isInstanceOfSatisfying(MillraceException.class, refused -> {
                    assertThat(refused.code()).isEqualTo(ErrorCode.BAD_ARGUMENT);
                    assertThat(refused.told()).contains(said, "use millrace://");
                }));
    }

    @Test
    void password_isInNoMessage() {
        Target target = Target.parse("millrace://ada:secret@host");

        assertThat(target.toString()).contains("ada").doesNotContain("secret");
        List<String> wrong = List.of(
                "millrace://ada:secret@host:x",
                "millrace://ada:secret",
                "millrace://ada:?secret@host",
                "millrace://ada:a?secret@host?tls=system",
                "millrace://ada:@secret@host:0",
                "millrace://ada:/secret@host?tls",
                "mill://ada:secret@host");
        for (String uri : wrong) {
            assertThatThrownBy(() -> Target.parse(uri)).as(uri).isInstanceOf(MillraceException.class).message().doesNotContain("secret");
        }
    }
}
