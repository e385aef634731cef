package dev.millrace.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.api.ErrorCode;
import dev.millrace.api.MillraceException;
import java.util.List;
import org.junit.jupiter.api.Test;

class CredentialTest {
    @Test
    void password_storedAndReadAgain_matchesItselfAlone() {
        Credential made = TestUsers.password("grüße");
        Credential read = Credential.parse(made.stored());

        assertThat(read).isEqualTo(made).hasSameHashCodeAs(made);
        assertThat(read.stored()).startsWith("pbkdf2-sha512:1000:").doesNotContain("grüße");
        assertThat(read.matches("grüße")).isTrue();
        assertThat(read.matches("Grüße")).isFalse();
        assertThat(read.matches("")).isFalse();
        assertThat(read.isSlow()).isTrue();
        assertThat(read).hasToString("a password");
    }

    /**
     * As other implementations of PKCS #5 have it: hashlib.pbkdf2_hmac('sha512', b'password', b'saltsalt', 1000, 32).
     */
    @Test
    void password_isDerivedAsElsewhere() {
        Credential known = Credential.parse("pbkdf2-sha512:1000:c2FsdHNhbHQ=:Q6v4xwJ8a9nWPp2BeEoAYYhHSo2xRmPWART17vTpSxs=");

        assertThat(known.matches("password")).isTrue();
    }

    @Test
    void token_storedAndReadAgain_matchesItselfAlone() {
        Credential read = Credential.parse(Credential.ofToken("abc").stored());

        assertThat(read.stored()).isEqualTo("sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        assertThat(read.matches("abc")).isTrue();
        assertThat(read.matches("abd")).isFalse();
        assertThat(read.isSlow()).isFalse();
        assertThat(read).isNotEqualTo(TestUsers.password("abc"));
    }

    @Test
    void parse_whatIsNoStoredForm_isRefused_withoutRepeatingIt() {
        String good = TestUsers.password("x").stored();
        List<String> bad = List.of(
                "", "hunter2", "sha256:hunter2", "sha256:ab", "pbkdf2-sha512:1000:hunter2", "pbkdf2-sha512:many:AAAA:AAAA",
                "bcrypt:hunter2", good.replace(":1000:", ":999:"), good.replace(":1000:", ":10000001:"), good + "AAAA", good + "!",
                "pbkdf2-sha512:1000::AAAA", "pbkdf2-sha512:-1:AAAAAAAAAAA=:AAAA");
        assertThat(bad).allSatisfy(stored -> assertThatThrownBy(() -> Credential.parse(stored))
                .isInstanceOfSatisfying(MillraceException.class, refused -> {
                    assertThat(refused.code()).isEqualTo(ErrorCode.BAD_ARGUMENT);
                    assertThat(refused.told()).doesNotContain("hunter2");
                }));
    }

    @Test
    void ofPassword_empty_isRefused() {
        assertThatThrownBy(() -> Credential.ofPassword("", new byte[16], 1_000))
                .isInstanceOf(MillraceException.class)
                .hasMessageContaining("at least one character");
    }

    @Test
    void users_mistakes_areRefused() {
        assertThatThrownBy(() -> new User("", List.of(TestUsers.password("x")), List.of())).hasMessageContaining("user name");
        assertThatThrownBy(() -> new User("eve", List.of(), List.of())).hasMessageContaining("0 passwords and tokens; give 1 … 8");
        assertThatThrownBy(() -> Users.of(List.of(TestUsers.ADA, TestUsers.ADA))).hasMessageContaining("user ada is there twice");
        assertThatThrownBy(() -> Grant.of("mail", List.of("write")))
                .hasMessageContaining("right='write' is not known; use read, put, take, admin or all");
        assertThatThrownBy(() -> Grant.of("mail", List.of())).hasMessageContaining("no right on mail is named");
        assertThatThrownBy(() -> Grant.of("", List.of("read"))).hasMessageContaining("1 … 255 bytes");
    }
}
