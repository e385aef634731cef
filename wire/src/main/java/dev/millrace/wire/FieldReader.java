package dev.millrace.wire;

import dev.millrace.api.MillraceException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The fields of one map, by their names; in RESP2 a map is an array. */
final class FieldReader {
    private final List<Reply> pairs;

    private FieldReader(List<Reply> pairs) {
        this.pairs = pairs;
    }

    static FieldReader of(Reply reply) throws ProtocolException {
        List<Reply> pairs = switch (reply) {
            case Reply.Fields fields -> fields.pairs();
            case Reply.Items items when items.items().size() % 2 == 0 -> items.items();
            default -> throw ProtocolException.nonsense("expected a map");
        };
        return new FieldReader(pairs);
    }

    boolean has(Field field) {
        return find(field) != null;
    }

    Reply reply(Field field) throws ProtocolException {
        Reply found = find(field);
        if (found == null) {
            throw ProtocolException.nonsense("an answer has no field " + field.text());
        }
        return found;
    }

    /** No number that an answer bears is negative. */
    long number(Field field) throws ProtocolException {
        return number(reply(field), 0, Long.MAX_VALUE);
    }

    int small(Field field) throws ProtocolException {
        return (int) number(reply(field), 0, Integer.MAX_VALUE);
    }

    boolean truth(Field field) throws ProtocolException {
        return switch (reply(field)) {
            case Reply.Truth truth -> truth.value();
            case Reply.Whole whole when whole.value() == 0 || whole.value() == 1 -> whole.value() == 1;
            default -> throw ProtocolException.nonsense("expected true or false");
        };
    }

    String text(Field field) throws ProtocolException {
        return text(reply(field));
    }

    @Nullable String textOrNull(Field field) throws ProtocolException {
        Reply reply = reply(field);
        return reply instanceof Reply.Nothing ? null : text(reply);
    }

    ByteBuffer bytes(Field field) throws ProtocolException {
        if (reply(field) instanceof Reply.Bulk bulk) {
            return bulk.bytes();
        }
        throw ProtocolException.nonsense("expected bytes");
    }

    static String text(Reply reply) throws ProtocolException {
        return switch (reply) {
            case Reply.Bulk bulk -> bulk.text();
            case Reply.Word word -> word.text();
            default -> throw ProtocolException.nonsense("expected text");
        };
    }

    static long number(Reply reply, long min, long max) throws ProtocolException {
        if (reply instanceof Reply.Whole whole && whole.value() >= min && whole.value() <= max) {
            return whole.value();
        }
        throw ProtocolException.nonsense("expected a number in " + min + " … " + max);
    }

    /** A value that checks itself: from a server it must not be the caller's mistake. */
    static <T> T checked(Supplier<T> value) throws ProtocolException {
        try {
            return value.get();
        } catch (MillraceException wrong) {
            throw ProtocolException.nonsense(wrong.told());
        }
    }

    private @Nullable Reply find(Field field) {
        for (int index = 0; index + 1 < pairs.size(); index += 2) {
            if (pairs.get(index) instanceof Reply.Bulk key && is(key.bytes(), field.text())) {
                return pairs.get(index + 1);
            }
        }
        return null;
    }

    private static boolean is(ByteBuffer bytes, String text) {
        if (bytes.remaining() != text.length()) {
            return false;
        }
        for (int index = 0; index < text.length(); index++) {
            if (bytes.get(bytes.position() + index) != text.charAt(index)) {
                return false;
            }
        }
        return true;
    }
}
