package dev.millrace.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.api.ErrorCode;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ReplyWriterTest {
    private final ByteBuf out = Unpooled.buffer();
    private final ReplyWriter replies = new ReplyWriter().onto(out);

    @Test
    void values_ofEachKind_areInTheBufferAtOnce() {
        replies.number(Long.MIN_VALUE);
        requireWritten(":-9223372036854775808\r\n");
        replies.number(Long.MAX_VALUE);
        requireWritten(":9223372036854775807\r\n");
        replies.number(-2_147_483_649L);
        requireWritten(":-2147483649\r\n");
        replies.number(0);
        requireWritten(":0\r\n");
        replies.simple("OK");
        requireWritten("+OK\r\n");
        replies.error(ErrorCode.NOT_FOUND, "no\r\nsuch\ntask");
        requireWritten("-NOT_FOUND no  such task\r\n");
        replies.verbatim("text");
        requireWritten("$4\r\ntext\r\n");
        replies.receipt(Long.MAX_VALUE, 65_535);
        requireWritten("$25\r\n9223372036854775807:65535\r\n");
        replies.digits(-10);
        requireWritten("$3\r\n-10\r\n");
    }

    @Test
    void values_inRESP3_haveKindsOfTheirOwn() {
        replies.version(3);
        replies.map(2);
        replies.nothing();
        replies.truth(true);
        replies.truth(false);
        replies.verbatim("text");
        replies.push(1);
        requireWritten("%2\r\n_\r\n#t\r\n#f\r\n=8\r\ntxt:text\r\n>1\r\n");
        replies.version(2);
        assertThatThrownBy(() -> replies.push(1)).isInstanceOf(IllegalStateException.class);
    }

    /** Each length around that of what is put together before it is written, within one answer and alone. */
    @Test
    void texts_ofAnyLength_areWhole() {
        for (int length = 0; length < 2_100; length++) {
            String ascii = "x".repeat(length);
            String wide = "ü".repeat(length / 2);
            ByteBuffer bytes = ByteBuffer.wrap(ascii.getBytes(StandardCharsets.US_ASCII));
            replies.hold();
            replies.bulk(ascii);
            replies.bulk(wide);
            replies.bulk(bytes);
            replies.bulk(bytes.array());
            replies.release();
            String header = "$" + length + "\r\n";
            requireWritten(header + ascii + "\r\n$" + length / 2 * 2 + "\r\n" + "\u00c3\u00bc".repeat(length / 2) + "\r\n"
                    + (header + ascii + "\r\n").repeat(2));
            assertThat(bytes.remaining()).isEqualTo(length);
            replies.bulk(ascii);
            requireWritten(header + ascii + "\r\n");
        }
    }

    private void requireWritten(String expected) {
        assertThat(Bytes.text(out)).isEqualTo(expected);
        out.clear();
    }
}
