package dev.millrace.wire;

import dev.millrace.api.Limits;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads the commands that are the server's own business. */
final class ConnectionReader {
    private static final int SESSIONS_USUAL = 100;

    private ConnectionReader() {}

    static Request read(Verb verb, ArgumentCursor cursor) {
        return switch (verb) {
            case SESSION_GRACE -> new Request.Grace(cursor.durationMs("ms"));
            case SESSION_RESUME -> new Request.Resume(cursor.integer("id", 1, Long.MAX_VALUE), cursor.name("secret"));
            case SESSION_LIST -> sessions(cursor);
            case SESSION_TIMEOUT -> timeout(cursor);
            case HELLO -> hello(cursor);
            case AUTH -> new Request.Auth(login(cursor));
            case PING -> new Request.Ping(cursor.more() ? cursor.bytes("text") : null);
            case ECHO -> new Request.Echo(cursor.bytes("text"));
            case CLIENT -> client(cursor);
            case INFO -> new Request.Info(cursor.more() ? cursor.text("section") : null);
            case COMMAND -> commands(cursor);
            case RESET -> new Request.Reset();
            case QUIT -> new Request.Quit();
            case SELECT -> select(cursor);
            default -> throw new IllegalArgumentException(verb + " is no command about the connection");
        };
    }

    private static Request sessions(ArgumentCursor cursor) {
        long from = 0;
        int count = SESSIONS_USUAL;
        @Nullable String user = null;
        boolean isDetachedOnly = false;
        while (cursor.more()) {
            Word option = cursor.option();
            switch (option) {
                case CURSOR -> from = cursor.integer("cursor", 0, Long.MAX_VALUE);
                case COUNT -> count = (int) cursor.integer("count", 1, Request.Sessions.COUNT_MAX);
                case USER -> user = cursor.text("user");
                case DETACHED -> isDetachedOnly = true;
                default -> throw cursor.unexpected(option);
            }
        }
        return new Request.Sessions(from, count, user, isDetachedOnly);
    }

    private static Request timeout(ArgumentCursor cursor) {
        long silenceMs = cursor.integer("ms", 0, Request.Timeout.SILENCE_MS_MAX);
        if (silenceMs != 0 && silenceMs < Request.Timeout.SILENCE_MS_MIN) {
            throw cursor.wrong("ms=" + silenceMs + " is neither 0 nor " + Request.Timeout.SILENCE_MS_MIN + " … "
                    + Request.Timeout.SILENCE_MS_MAX);
        }
        return new Request.Timeout(silenceMs);
    }

    private static Request hello(ArgumentCursor cursor) {
        int version = cursor.more() ? (int) cursor.integer("version", 2, 3) : 0;
        Request.@Nullable Login login = null;
        @Nullable String name = null;
        while (cursor.more()) {
            Word option = cursor.option();
            switch (option) {
                case AUTH -> login = new Request.Login(cursor.text("user"), cursor.text("password"));
                case SETNAME -> name = connectionName(cursor);
                default -> throw cursor.unexpected(option);
            }
        }
        return new Request.Hello(version, login, name);
    }

    /** A connection's name may be empty, which takes it away. */
    private static String connectionName(ArgumentCursor cursor) {
        String name = cursor.text("name");
        return name.isEmpty() ? name : Limits.requireName("connection", name);
    }

    private static Request.Login login(ArgumentCursor cursor) {
        String user = cursor.left() > 1 ? cursor.text("user") : Request.Login.USER_DEFAULT;
        return new Request.Login(user, cursor.text("password"));
    }

    private static Request client(ArgumentCursor cursor) {
        Request.Client.Part part = switch (cursor.word("what about connections")) {
            case ID -> Request.Client.Part.ID;
            case SETNAME -> Request.Client.Part.SETNAME;
            case GETNAME -> Request.Client.Part.GETNAME;
            case SETINFO -> Request.Client.Part.SETINFO;
            case INFO -> Request.Client.Part.INFO;
            case LIST -> Request.Client.Part.LIST;
            case KILL -> Request.Client.Part.KILL;
            case NO_EVICT -> Request.Client.Part.NO_EVICT;
            case NO_TOUCH -> Request.Client.Part.NO_TOUCH;
            default -> throw cursor.wrong("expected what about connections");
        };
        if (part == Request.Client.Part.SETNAME) {
            return new Request.Client(part, List.of(connectionName(cursor)));
        }
        return new Request.Client(part, texts(cursor));
    }

    private static Request commands(ArgumentCursor cursor) {
        if (!cursor.more()) {
            return new Request.Commands(Request.Commands.Part.INFO, List.of());
        }
        return switch (cursor.word("COUNT, DOCS, INFO or LIST")) {
            case COUNT -> new Request.Commands(Request.Commands.Part.COUNT, List.of());
            case DOCS -> new Request.Commands(Request.Commands.Part.DOCS, texts(cursor));
            case INFO -> new Request.Commands(Request.Commands.Part.INFO, texts(cursor));
            case LIST -> new Request.Commands(Request.Commands.Part.LIST, List.of());
            default -> throw cursor.wrong("expected COUNT, DOCS, INFO or LIST");
        };
    }

    private static Request select(ArgumentCursor cursor) {
        cursor.integer("index", 0, 0);
        return new Request.Select();
    }

    private static List<String> texts(ArgumentCursor cursor) {
        List<String> texts = new ArrayList<>();
        while (cursor.more()) {
            texts.add(cursor.text("argument"));
        }
        return texts;
    }
}
