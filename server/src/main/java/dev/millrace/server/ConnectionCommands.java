package dev.millrace.server;

import dev.millrace.api.ErrorCode;
import dev.millrace.api.Millrace;
import dev.millrace.api.MillraceException;
import dev.millrace.wire.AnswerWriter;
import dev.millrace.wire.CommandInfo;
import dev.millrace.wire.ReplyWriter;
import dev.millrace.wire.Request;
import dev.millrace.wire.SessionGrant;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * What the server does by itself: everything that is about a connection, or about the server. Used on the loop's
 * thread.
 */
final class ConnectionCommands {
    private final ServerState server;
    private final Connection connection;
    /** The protocol that the client's next command speaks; the replies follow when they come to it. */
    private int version = ReplyWriter.VERSION_FIRST;

    private String name = "";
    private String libraryName = "";
    private String libraryVersion = "";

    ConnectionCommands(ServerState server, Connection connection) {
        this.server = server;
        this.connection = connection;
    }

    int version() {
        return version;
    }

    String name() {
        return name;
    }

    String libraryName() {
        return libraryName;
    }

    String libraryVersion() {
        return libraryVersion;
    }

    void perform(Request request) {
        switch (request) {
            case Request.Hello hello -> hello(hello);
            case Request.Auth auth -> logIn(auth.login(), this::ok);
            case Request.Ping ping -> {
                byte[] text = ping.text();
                reply(text == null ? out -> out.simple("PONG") : out -> out.bulk(text));
            }
            case Request.Echo echo -> reply(out -> out.bulk(echo.text()));
            case Request.Client client -> client(client);
            case Request.Info info -> {
                String text = new ServerInfo(server).text(info.section(), connection.login().mayAdministerAll());
                replyAtLength(out -> out.verbatim(text));
            }
            case Request.Commands commands -> replyAtLength(out -> new CommandInfo(out).write(commands));
            case Request.Reset reset -> reset();
            case Request.Quit quit -> {
                ok();
                connection.farewell();
            }
            case Request.Select select -> ok();
            case Request.Grace grace -> {
                SessionGrant grant = connection.session().grant(grace.graceMs());
                reply(out -> new AnswerWriter(out).granted(grant));
            }
            case Request.Sessions wish -> listSessions(wish);
            case Request.Resume resume -> connection.resume(resume);
            case Request.Timeout timeout -> {
                connection.silence().expectWithin(timeout.silenceMs());
                long id = connection.session().id();
                reply(out -> new AnswerWriter(out).timeout(id, timeout.silenceMs()));
            }
            default -> throw new IllegalArgumentException(request + " is for the engine");
        }
    }

    private void reply(Consumer<ReplyWriter> reply) {
        connection.replies().reply(reply);
    }

    /** Nothing else is done for the client before this is said. */
    private void replyAtLength(Consumer<ReplyWriter> reply) {
        reply(reply);
        connection.replies().askedMuch();
    }

    private void ok() {
        reply(out -> out.simple("OK"));
    }

    /** What waits or is pushed was asked for with the rights of who it was. */
    private void logIn(Request.Login login, Runnable then) {
        int tags = connection.session().subscriptionCount();
        if (tags > 0) {
            throw new MillraceException(
                    ErrorCode.BAD_ARGUMENT, "tags=" + tags + " are in use; cancel them before logging in again");
        }
        connection.logIn(login, then);
    }

    private void hello(Request.Hello hello) {
        if (hello.version() != 0) {
            requireNoPushes(hello.version());
        }
        if (hello.login() != null) {
            logIn(hello.login(), () -> greet(hello));
        } else if (connection.login().isMissing()) {
            throw new MillraceException(
                    ErrorCode.NO_AUTH, "log in first, with HELLO " + Math.max(2, hello.version()) + " AUTH user password");
        } else {
            greet(hello);
        }
    }

    private void greet(Request.Hello hello) {
        if (hello.version() != 0) {
            version = hello.version();
        }
        if (hello.name() != null) {
            name = hello.name();
        }
        long id = connection.session().id();
        reply(out -> {
            if (hello.version() != 0) {
                out.version(hello.version());
            }
            out.map(7);
            out.bulk("server");
            out.bulk("millrace");
            out.bulk("version");
            out.bulk(Millrace.VERSION);
            out.bulk("proto");
            out.number(out.version());
            out.bulk("id");
            out.number(id);
            out.bulk("mode");
            out.bulk("standalone");
            out.bulk("role");
            out.bulk("master");
            out.bulk("modules");
            out.array(0);
        });
    }

    /** RESP2 has no pushes, and a task that is pushed all the same would be lost on its client. */
    private void requireNoPushes(int wanted) {
        int tags = connection.session().subscriptionCount();
        if (wanted != 3 && tags > 0) {
            throw new MillraceException(
                    ErrorCode.BAD_ARGUMENT, "tags=" + tags + " are to be answered by pushes, which RESP2 has not; cancel them first");
        }
    }

    private void reset() {
        connection.reset();
        version = ReplyWriter.VERSION_FIRST;
        name = "";
        reply(out -> {
            out.version(ReplyWriter.VERSION_FIRST);
            out.simple("RESET");
        });
    }

    // --- CLIENT

    private void client(Request.Client client) {
        List<String> arguments = client.arguments();
        switch (client.part()) {
            case ID -> {
                long id = connection.session().id();
                reply(out -> out.number(id));
            }
            case SETNAME -> {
                name = arguments.getFirst();
                ok();
            }
            case GETNAME -> {
                String told = name;
                reply(told.isEmpty() ? ReplyWriter::nothing : out -> out.bulk(told));
            }
            case SETINFO -> setInfo(arguments);
            case INFO -> {
                String line = new ClientLine(connection).text();
                reply(out -> out.verbatim(line));
            }
            case LIST -> list();
            case KILL -> kill(arguments);
            case NO_EVICT, NO_TOUCH -> ok();
        }
    }

    private void setInfo(List<String> arguments) {
        String attribute = arguments.isEmpty() ? "" : arguments.getFirst();
        if (arguments.size() == 2 && attribute.equalsIgnoreCase("lib-name")) {
            libraryName = requireWord(arguments.get(1));
        } else if (arguments.size() == 2 && attribute.equalsIgnoreCase("lib-ver")) {
            libraryVersion = requireWord(arguments.get(1));
        } else {
            throw new MillraceException(
                    ErrorCode.BAD_ARGUMENT, "CLIENT SETINFO knows LIB-NAME and LIB-VER, each with one value");
        }
        ok();
    }

    private static String requireWord(String value) {
        if (value.length() > 64 || value.chars().anyMatch(unit -> unit <= ' ')) {
            throw new MillraceException(
                    ErrorCode.BAD_ARGUMENT, "a library's name or version has at most 64 characters, and no blanks");
        }
        return value;
    }

    private void list() {
        StringBuilder lines = new StringBuilder();
        for (Connection other : visible()) {
            lines.append(new ClientLine(other).text()).append('\n');
        }
        replyAtLength(out -> out.verbatim(lines.toString()));
    }

    /** The connections that this one may know of: all, or those of its user. */
    private List<Connection> visible() {
        Login login = connection.login();
        return server.connections().all().stream()
                .filter(other -> login.mayAdministerAll() || !other.login().isMissing() && other.login().name().equals(login.name()))
                .toList();
    }

    /** Those of {@link #visible} connections, and those without one of whom the same is true. */
    private void listSessions(Request.Sessions wish) {
        Login login = connection.login();
        Stream<ClientSession> connected = wish.isDetachedOnly() ? Stream.empty() : visible().stream().map(Connection::session);
        Stream<ClientSession> detached = server.sessions().all().stream()
                .filter(ClientSession::isDetached)
                .filter(session -> login.mayAdministerAll() || session.user().equals(login.name()));
        List<ClientSession> found = Stream.concat(connected, detached)
                .filter(session -> session.id() >= wish.cursor())
                .filter(session -> wish.user() == null || wish.user().equals(session.userNow()))
                .sorted(Comparator.comparingLong(ClientSession::id))
                .limit(wish.count() + 1L)
                .toList();
        boolean isMore = found.size() > wish.count();
        connection.session().list(isMore ? found.subList(0, wish.count()) : found, isMore ? found.getLast().id() : 0);
        connection.replies().askedMuch();
    }

    private void kill(List<String> arguments) {
        ClientFilter filter = ClientFilter.of(arguments, connection);
        List<Connection> killed = visible().stream().filter(filter::matches).toList();
        for (Connection other : killed) {
            if (other == connection) {
                connection.end();
            } else {
                other.kill();
            }
        }
        if (filter.isAddressAlone()) {
            if (killed.isEmpty()) {
                throw new MillraceException(ErrorCode.NOT_FOUND, "no client has the address " + arguments.getFirst());
            }
            ok();
        } else {
            reply(out -> out.number(killed.size()));
        }
    }
}
