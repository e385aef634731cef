package dev.millrace.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.api.ErrorCode;
import dev.millrace.api.MillraceException;
import dev.millrace.api.engine.Command;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.assertj.core.api.AbstractThrowableAssert;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class CommandReaderTest {
    private final CommandReader reader = new CommandReader(CommandReader.Payloads.COPIED);

    @Test
    void read_aNumber_isStrict() {
        for (String wrong : List.of("", "x", "1e3", "+1", "01", "-0", "1.0", "0x1", " 1", "4294967296", "99999999999999999999",
                "9223372036854775808", "-1", "--1", "1\n")) {
            requireRefused(ErrorCode.BAD_ARGUMENT, "TASK.PUT", "q", "p", "PRIORITY", wrong).hasMessageContaining("PRIORITY=");
        }
        assertThat(((Command.Put) command("TASK.PUT", "q", "p", "PRIORITY", "4294967295")).options().priority())
                .isEqualTo(4_294_967_295L);
        assertThat(command("TASK.PEEK", "q", "9223372036854775807")).isEqualTo(new Command.Peek("q", Long.MAX_VALUE));
    }

    @Test
    void read_aReceipt_isIdAndAttemptOrAnId() {
        assertThat(command("TASK.TOUCH", "q", "17:65535")).isEqualTo(new Command.Touch("q", 17, 65_535));
        assertThat(command("TASK.TOUCH", "q", "17")).isEqualTo(new Command.Touch("q", 17, 0));
        for (String wrong : List.of("", ":", "17:", ":1", "17:0", "17:65536", "0:1", "-1:1", "17:1:1", "17 :1", "a:b")) {
            requireRefused(ErrorCode.BAD_ARGUMENT, "TASK.ACK", "q", wrong).hasMessageContaining("receipt=" + wrong);
        }
    }

    @Test
    void read_aName_isByTheContract() {
        requireRefused(ErrorCode.BAD_ARGUMENT, "TASK.PURGE", "").hasMessageContaining("queue name has 0 bytes");
        requireRefused(ErrorCode.BAD_ARGUMENT, "TASK.PURGE", "a\nb").hasMessageContaining("control character");
        requireRefused(ErrorCode.BAD_ARGUMENT, "TASK.PURGE", "\u00ff\u00fe").hasMessageContaining("no UTF-8");
        requireRefused(ErrorCode.BAD_ARGUMENT, "TASK.PURGE", "x".repeat(256)).hasMessageContaining("256 bytes");
        requireRefused(ErrorCode.BAD_ARGUMENT, "TASK.PUT", "q", "p", "KEY", "a\u0000b").hasMessageContaining("key");
        assertThat(command("TASK.PURGE", "x".repeat(255)).queue()).hasSize(255);
    }

    @Test
    void read_sessionCommands_areWithinTheirBounds() {
        assertThat(request("SESSION.GRACE", "5000")).isEqualTo(new Request.Grace(5_000));
        assertThat(request("SESSION.TIMEOUT", "0")).isEqualTo(new Request.Timeout(0));
        assertThat(request("SESSION.TIMEOUT", "1000")).isEqualTo(new Request.Timeout(1_000));
        assertThat(request("session.resume", "17", "s3cret")).isEqualTo(new Request.Resume(17, "s3cret"));
        assertThat(request("SESSION.RESUME", "17", "s3cret").toString()).doesNotContain("s3cret");
        for (String wrong : List.of("", "-1", "1.5", "99999999999999999999")) {
            requireRefused(ErrorCode.BAD_ARGUMENT, "SESSION.GRACE", wrong).hasMessageContaining("ms=" + wrong);
            requireRefused(ErrorCode.BAD_ARGUMENT, "SESSION.TIMEOUT", wrong).hasMessageContaining("ms=" + wrong);
        }
        for (String wrong : List.of("1", "999", "3600001")) {
            requireRefused(ErrorCode.BAD_ARGUMENT, "SESSION.TIMEOUT", wrong).hasMessageContaining("3600000");
        }
        requireRefused(ErrorCode.BAD_ARGUMENT, "SESSION.RESUME", "0", "s").hasMessageContaining("id=0");
        requireRefused(ErrorCode.BAD_ARGUMENT, "SESSION.RESUME", "17").hasMessageContaining("secret is missing");
        requireRefused(ErrorCode.BAD_ARGUMENT, "SESSION.RESUME", "17", "").hasMessageContaining("secret");
        requireRefused(ErrorCode.BAD_ARGUMENT, "SESSION.HELD", "COUNT", "10001").hasMessageContaining("COUNT=10001");
        requireRefused(ErrorCode.BAD_ARGUMENT, "SESSION.HELD", "TTL", "1").hasMessageContaining("TTL is not expected");
    }

    @Test
    void read_options_eachOnceAndOnlyItsOwn() {
        requireRefused(ErrorCode.BAD_ARGUMENT, "TASK.PUT", "q", "p", "DELAY", "1", "delay", "2")
                .hasMessageContaining("DELAY is given twice");
        requireRefused(ErrorCode.BAD_ARGUMENT, "TASK.PUT", "q", "p", "FORCE").hasMessageContaining("FORCE is not expected here");
        requireRefused(ErrorCode.BAD_ARGUMENT, "TASK.PUT", "q", "p", "BOGUS", "1").hasMessageContaining("'BOGUS'");
        requireRefused(ErrorCode.BAD_ARGUMENT, "TASK.PUT", "q", "p", "DELAY").hasMessageContaining("DELAY is missing");
        requireRefused(ErrorCode.BAD_ARGUMENT, "TASK.PUT", "q", "p", "MODE", "replace").hasMessageContaining("without a key");
        requireRefused(ErrorCode.BAD_ARGUMENT, "TASK.PURGE", "q", "q").hasMessageContaining("unexpected argument 'q'");
        requireRefused(ErrorCode.BAD_ARGUMENT, "TASK.CONSUME", "q", "CREDIT", "1").hasMessageContaining("CREDIT and TAG");
    }

    @Test
    void read_aDelayBelowZero_isAtOnce() {
        assertThat(((Command.Put) command("TASK.PUT", "q", "p", "DELAY", "-5")).options().delayMs()).isZero();
        assertThat(command("TASK.RELEASE", "q", "17:1", "DELAY", "-5")).isEqualTo(new Command.Release("q", 17, 1, 0));
        assertThat(command("TASK.FAIL", "q", "17:1")).isEqualTo(new Command.Fail("q", 17, 1, -1, null));
    }

    @Test
    void read_aBatchThatPromisesMore_isRefusedBeforeRoomIsMade() {
        requireRefused(ErrorCode.BAD_ARGUMENT, "TASK.PUTALL", "q", "10000", "p", "0").hasMessageContaining("10000 tasks");
        requireRefused(ErrorCode.BAD_ARGUMENT, "TASK.PUTALL", "q", "1", "p", "2", "DELAY").hasMessageContaining("optionArguments");
        requireRefused(ErrorCode.BAD_ARGUMENT, "TASK.PUTALL", "q", "1", "p", "1", "DELAY", "5").hasMessageContaining("DELAY is missing");
        requireRefused(ErrorCode.BAD_ARGUMENT, "TASK.TAKE", "q", "QUEUES", "64", "a").hasMessageContaining("QUEUES=64");
    }

    @Test
    void read_aReasonTooLong_isTooLarge() {
        requireRefused(ErrorCode.TOO_LARGE, "TASK.BURY", "q", "17:1", "REASON", "x".repeat(1_025));
    }

    @Test
    void read_connectionCommands_areUnderstood() {
        assertThat(request("HELLO")).isEqualTo(new Request.Hello(0, null, null));
        assertThat(request("hello", "3", "setname", "me", "AUTH", "ada", "secret"))
                .isEqualTo(new Request.Hello(3, new Request.Login("ada", "secret"), "me"));
        assertThat(request("AUTH", "secret")).isEqualTo(new Request.Auth(new Request.Login("default", "secret")));
        assertThat(request("CLIENT", "no-evict", "on"))
                .isEqualTo(new Request.Client(Request.Client.Part.NO_EVICT, List.of("on")));
        assertThat(request("AUTH", "secret").toString()).doesNotContain("secret");
        requireRefused(ErrorCode.BAD_ARGUMENT, "HELLO", "4").hasMessageContaining("version=4");
        requireRefused(ErrorCode.BAD_ARGUMENT, "SELECT", "1").hasMessageContaining("index=1");
    }

    @Test
    void find_anyCase_findsEachVerbAndNothingElse() {
        for (Verb verb : Verb.values()) {
            assertThat(found(verb.onWire())).isEqualTo(verb);
            assertThat(found(verb.onWire().toLowerCase(Locale.ROOT))).isEqualTo(verb);
            assertThat(found(verb.onWire() + "\u0000")).isNull();
            assertThat(found("\u0000" + verb.onWire())).isNull();
            assertThat(found(verb.onWire().substring(1))).isNull();
        }
        // Bytes that differ from letters or dots by the bit that makes capitals are none of them.
        assertThat(found("TASK\u000ePUT")).isNull();
        assertThat(found("QUI\u00d4")).isNull();
        assertThat(found("")).isNull();
    }

    private Command command(String... arguments) {
        return ((Request.Task) request(arguments)).command();
    }

    private Request request(String... arguments) {
        Arguments parsed = parsed(arguments);
        return reader.read(Objects.requireNonNull(Verb.find(parsed)), parsed);
    }

    private static @Nullable Verb found(String name) {
        return Verb.find(parsed(name));
    }

    private static Arguments parsed(String... arguments) {
        RequestParser parser = new RequestParser(new NameCache(), WireLimits.USUAL);
        try {
            assertThat(parser.next(Bytes.buffer(Bytes.array(arguments)))).isTrue();
        } catch (ProtocolException nonsense) {
            throw new AssertionError(nonsense);
        }
        return parser.arguments();
    }

    private AbstractThrowableAssert<?, ?> requireRefused(ErrorCode code, String... arguments) {
        return assertThatThrownBy(() -> request(arguments))
                .isInstanceOfSatisfying(MillraceException.class, refusal -> assertThat(refusal.code()).isEqualTo(code));
    }
}
