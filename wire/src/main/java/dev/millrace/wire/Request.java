package dev.millrace.wire;

import dev.millrace.api.engine.Command;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a client asks for, read and checked. */
public sealed interface Request {
    /**
     * A command for an engine.
     *
     * @param shape how to write its answer
     * @param tag the take is answered with WAITING at once, and its task is pushed with this tag; null for an ordinary
     *     one
     */
    record Task(Command command, Shape shape, @Nullable String tag) implements Request {}

    /** Pushes of so many tasks. */
    record Consume(String queue, int credit, String tag) implements Request {}

    /** So many pushes more. */
    record Credit(String tag, int count) implements Request {}

    /** The end of a waiting take or of a consumption. */
    record Cancel(String tag) implements Request {}

    /**
     * A time of grace for this session.
     *
     * @param graceMs 0 for none
     */
    record Grace(long graceMs) implements Request {}

    /** To go on with another session. The secret is shown nowhere. */
    record Resume(long id, String secret) implements Request {
        @Override
        public String toString() {
            return "Resume[id=" + id + "]";
        }
    }

    /**
     * A page of the server's sessions.
     *
     * @param cursor the least number; 0 to begin
     * @param user whose sessions; null for anybody's
     * @param isDetachedOnly whether only those without a connection are meant
     */
    record Sessions(long cursor, int count, @Nullable String user, boolean isDetachedOnly) implements Request {
        /** The longest page. */
        public static final int COUNT_MAX = 1_000;
    }

    /**
     * How long this client is silent at the most.
     *
     * @param silenceMs 0 for any time
     */
    record Timeout(long silenceMs) implements Request {
        /** The shortest silence that can be announced. */
        public static final long SILENCE_MS_MIN = 1_000;

        /** The longest. */
        public static final long SILENCE_MS_MAX = 3_600_000;
    }

    /**
     * Which protocol to speak.
     *
     * @param version 2 or 3; 0 when none was named, which asks and changes nothing
     * @param login null when none was given
     * @param name the connection's name, or null
     */
    record Hello(int version, @Nullable Login login, @Nullable String name) implements Request {}

    /** Who it is. */
    record Auth(Login login) implements Request {}

    /** A sign of life; the answer repeats the text, if there is one. */
    record Ping(byte @Nullable [] text) implements Request {}

    /** The answer repeats the text. */
    record Echo(byte[] text) implements Request {}

    /**
     * About connections.
     *
     * @param part what of it
     * @param arguments what follows, for the server to understand
     */
    record Client(Part part, List<String> arguments) implements Request {
        /** What is asked about connections. */
        public enum Part {
            /** The session's number. */
            ID,
            /** Gives this connection a name. */
            SETNAME,
            /** This connection's name. */
            GETNAME,
            /** Tells the library's name or version. */
            SETINFO,
            /** This connection. */
            INFO,
            /** All connections. */
            LIST,
            /** Closes connections. */
            KILL,
            /** Accepted, and without effect. */
            NO_EVICT,
            /** Accepted, and without effect. */
            NO_TOUCH
        }

        /** Keeps a copy of the list. */
        public Client {
            arguments = List.copyOf(arguments);
        }
    }

    /**
     * About the server.
     *
     * @param section null for all
     */
    record Info(@Nullable String section) implements Request {}

    /**
     * About the commands; {@link CommandInfo} answers it.
     *
     * @param names of which commands; empty for all
     */
    record Commands(Part part, List<String> names) implements Request {
        /** What is asked about commands. */
        public enum Part {
            /** How many there are. */
            COUNT,
            /** Their documentation. */
            DOCS,
            /** Their arities and flags. */
            INFO,
            /** Their names. */
            LIST
        }

        /** Keeps a copy of the list. */
        public Commands {
            names = List.copyOf(names);
        }
    }

    /** Forget who this connection is and what it asked for. */
    record Reset() implements Request {}

    /** Close the connection after the answers. */
    record Quit() implements Request {}

    /** The one data base there is, 0. */
    record Select() implements Request {}

    /** A user and the password, which is shown nowhere. */
    record Login(String user, String password) {
        /** Who logs in without saying a name. */
        public static final String USER_DEFAULT = "default";

        @Override
        public String toString() {
            return "Login[user=" + user + "]";
        }
    }
}
