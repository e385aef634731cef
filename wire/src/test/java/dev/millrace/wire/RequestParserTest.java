package dev.millrace.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.api.ErrorCode;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;

class RequestParserTest {
    private static final WireLimits SMALL = new WireLimits(4, 100, 200, 50);

    @Test
    void next_arraysAndLinesInTurn_findsEach() throws ProtocolException {
        assertThat(all("PING\r\n\r\n*0\r\n" + Bytes.array("ECHO", "") + "  quit \n"))
                .isEqualTo(List.of(List.of("PING"), List.of("ECHO", ""), List.of("quit")));
    }

    @Test
    void next_lineWithQuotes_splitsAsRedisDoes() throws ProtocolException {
        assertThat(all("put \"a b\\x41\\n\\\"\\q\\xZ\" 'it\\'s \\n' \"\"\tlast\r\n"))
                .isEqualTo(List.of(List.of("put", "a bA\n\"qxZ", "it's \\n", "", "last")));
        requireNonsense("put \"a\r\n").hasMessageContaining("not closed");
        requireNonsense("put 'a'b\r\n").hasMessageContaining("a blank must follow");
    }

    @Test
    void next_ofABrowser_closes() {
        requireNonsense("POST / HTTP/1.1\r\n").hasMessageContaining("no HTTP server");
        requireNonsense("Host: localhost:7411\r\n").hasMessageContaining("no HTTP server");
    }

    @Test
    void next_nonsense_isNamedExactly() {
        requireNonsense("*-1\r\n").hasMessage("BAD_ARGUMENT expected the number of arguments in decimal digits, got '-'");
        requireNonsense("*x\r\n").hasMessageContaining("got 'x'");
        requireNonsense("*\r\n").hasMessageContaining("got '\\xd'");
        requireNonsense("*1\rx").hasMessageContaining("the number of arguments is not followed by CR LF");
        requireNonsense("*00000000001\r\n").hasMessageContaining("more than 10 digits");
        requireNonsense("*1\r\n+PING\r\n").hasMessageContaining("expected '$' before an argument, got '+'");
        requireNonsense("*1\r\n$-1\r\n").hasMessageContaining("expected the length of an argument in decimal digits");
        requireNonsense("*1\r\n$4\r\nPINGxx").hasMessageContaining("an argument of 4 bytes is not followed by CR LF");
        requireNonsense("*1\r\n*1\r\n$4\r\nPING\r\n").hasMessageContaining("got '*'");
    }

    @Test
    void next_overALimit_namesItAndTheValue() {
        requireTooLarge("*5\r\n").hasMessageContaining("arguments=5 > argumentsMax=4");
        requireTooLarge("*9999999999\r\n").hasMessageContaining("is 9999999999 > 2147483647");
        requireTooLarge("*1\r\n$101\r\n").hasMessageContaining("argumentBytes=101 > bulkBytesMax=100");
        requireTooLarge("*3\r\n$100\r\n" + "x".repeat(100) + "\r\n$100\r\n").hasMessageContaining("commandBytes=220 > commandBytesMax=200");
        requireTooLarge("x".repeat(50)).hasMessageContaining("no end within inlineBytesMax=50");
        requireTooLarge("a b c d e\r\n").hasMessageContaining("argumentsMax=4");
    }

    @Test
    void next_afterAnError_throwsAgain() {
        RequestParser parser = new RequestParser(new NameCache(), SMALL);
        assertThatThrownBy(() -> parser.next(Bytes.buffer("*-1\r\n"))).isInstanceOf(ProtocolException.class);
        assertThatThrownBy(() -> parser.next(Bytes.buffer("PING\r\n"))).isInstanceOf(ProtocolException.class);
    }

    @Test
    void limits_raised_holdFromTheNextCheckOn() throws ProtocolException {
        RequestParser parser = new RequestParser(new NameCache(), SMALL);
        ByteBuf in = Bytes.buffer("*5\r\n");
        parser.limits(WireLimits.USUAL);
        assertThat(parser.next(in)).isFalse();
        in.writeBytes(Bytes.buffer("$1\r\na\r\n".repeat(5)));
        assertThat(parser.next(in)).isTrue();
        assertThat(parser.arguments().count()).isEqualTo(5);
    }

    @Test
    void next_tooLarge_saysThatALoginHelpsOnlyWhereItDoes() {
        for (String bytes : List.of("*11\r\n", "*1\r\n$16385\r\n", "a ".repeat(11) + "\r\n")) {
            assertThatThrownBy(() -> new RequestParser(new NameCache(), WireLimits.BEFORE_AUTH).next(Bytes.buffer(bytes)))
                    .hasMessageEndingWith(", or log in first");
        }
        for (String bytes : List.of("*5\r\n", "*1\r\n$101\r\n", "a ".repeat(5) + "\r\n")) {
            requireTooLarge(bytes).hasMessageNotContaining("log in");
        }
    }

    @Test
    void bytesNeeded_withinAPayload_areThoseUpToItsEnd() throws ProtocolException {
        RequestParser parser = new RequestParser(new NameCache(), WireLimits.USUAL);
        ByteBuf in = Bytes.buffer("*1\r\n$1000\r\nxyz");
        assertThat(parser.next(in)).isFalse();
        assertThat(parser.bytesNeeded()).isEqualTo(4 + 7 + 1_000 + 2);
        in.writeBytes(Bytes.buffer("x".repeat(997) + "\r"));
        assertThat(in.readableBytes()).isEqualTo(parser.bytesNeeded() - 1);
        assertThat(parser.next(in)).isFalse();
        in.writeByte('\n');
        assertThat(parser.next(in)).isTrue();
    }

    /**
     * Bytes that were understood are not looked at again: they may be anything by then, and the command is as it was
     * sent.
     */
    @Test
    void next_inManyReads_looksAtHeadersOnce() throws ProtocolException {
        String command = Bytes.array("ECHO", "hello", "there");
        for (int cut = "*3\r\n$4\r\n".length(); cut < command.length(); cut++) {
            RequestParser parser = new RequestParser(new NameCache(), WireLimits.USUAL);
            ByteBuf in = Bytes.buffer(command.substring(0, cut));
            assertThat(parser.next(in)).isFalse();
            in.setByte(0, 'X');
            in.setByte("*3\r\n".length(), 'X');
            in.writeBytes(Bytes.buffer(command.substring(cut)));
            assertThat(parser.next(in)).isTrue();
            assertThat(parser.arguments().text(2, "argument")).isEqualTo("there");
        }
    }

    private static List<List<String>> all(String bytes) throws ProtocolException {
        RequestParser parser = new RequestParser(new NameCache(), WireLimits.USUAL);
        ByteBuf in = Bytes.buffer(bytes);
        List<List<String>> commands = new ArrayList<>();
        while (parser.next(in)) {
            List<String> arguments = new ArrayList<>();
            for (int index = 0; index < parser.arguments().count(); index++) {
                arguments.add(parser.arguments().text(index, "argument"));
            }
            commands.add(arguments);
        }
        assertThat(in.isReadable()).isFalse();
        return commands;
    }

    private static AbstractThrowableAssert<?, ?> requireNonsense(String bytes) {
        return require(ErrorCode.BAD_ARGUMENT, bytes);
    }

    private static AbstractThrowableAssert<?, ?> requireTooLarge(String bytes) {
        return require(ErrorCode.TOO_LARGE, bytes);
    }

    private static AbstractThrowableAssert<?, ?> require(ErrorCode code, String bytes) {
        RequestParser parser = new RequestParser(new NameCache(), SMALL);
        ByteBuf in = Bytes.buffer(bytes);
        return assertThatThrownBy(() -> {
                    while (parser.next(in)) {}
                })
                .isInstanceOf(ProtocolException.class)
                .hasMessageStartingWith(code + " ");
    }
}
