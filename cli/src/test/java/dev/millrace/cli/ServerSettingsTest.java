package dev.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.api.Durability;
import dev.millrace.api.MillraceException;
import dev.millrace.server.GraphiteOptions;
import dev.millrace.server.LoginLimits;
import dev.millrace.server.ServerLimits;
import dev.millrace.server.ServerOptions;
import dev.millrace.server.Transport;
import dev.millrace.server.User;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Settings from the file, the environment and the command line: who counts first, and what is said of mistakes. */
class ServerSettingsTest {
    private static final String HASH = "pbkdf2-sha512:1000:AAAAAAAAAAA=:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";

    @TempDir
    private Path folder;

    @Test
    void nothingSaid_isTheDefaults() {
        ServerOptions options = new ServerSettings(new Settings(), List.of()).options();

        assertThat(options).isEqualTo(ServerOptions.of("embedded:data").withEngine(options.engine()).withUsers(options.users()));
        assertThat(options.users().isEmpty()).isTrue();
        assertThat(options.engine().durability()).isEqualTo(Durability.SYNC);
        assertThat(options.engine().payloadBytesMax()).isEqualTo(1 << 20);
    }

    @Test
    void options_thenEnvironment_thenFile_count() throws IOException {
        Settings settings = new Settings();
        settings.say(Setting.DURABILITY, "none", "--durability");
        settings.sayOption("limits.connectionsMax=7");
        settings.sayEnvironment(Map.of(
                "MILLRACE_SERVER_DURABILITY", "written",
                "MILLRACE_SERVER_LIMITS_CONNECTIONS_MAX", "8",
                "MILLRACE_SERVER_LIMITS_TAGS_MAX", "80",
                "MILLRACE_SERVER_PORT", "tcp://10.0.0.1:7411"));
        ServerOptions options = read(
                settings,
                """
                durability = "sync"
                listen = "[::1]:7000"
                folder = "tasks"

                [limits]
                connectionsMax = 9
                tagsMax = 90
                heldBytesMax = 2_000_000
                [engine]
                payloadBytesMax = 1000
                """);

        assertThat(options.engine().durability()).isEqualTo(Durability.NONE);
        assertThat(options.engine().payloadBytesMax()).isEqualTo(1_000);
        assertThat(options.listen()).isEqualTo(new InetSocketAddress("::1", 7_000));
        assertThat(options.uri()).isEqualTo("embedded:" + folder.resolve("tasks"));
        ServerLimits usual = ServerLimits.defaults();
        assertThat(options.limits())
                .isEqualTo(new ServerLimits(
                        7,
                        usual.commandBytesMax(),
                        2_000_000,
                        usual.unsentBytesMax(),
                        usual.unsentBytesEnd(),
                        80,
                        usual.stalledMs(),
                        usual.graceMsMax(),
                        usual.detachedMax(),
                        usual.drainMs(),
                        usual.confirmWithinMs(),
                        usual.clientBytesMax()));
    }

    @Test
    void graphite_isWhereTheAddressSays() throws IOException {
        assertThat(read(new Settings(), "[graphite]\naddress = \"metrics.example\"\n").graphite())
                .isEqualTo(new GraphiteOptions("metrics.example", 2003, false, "", 1_000, 1_000));
        assertThat(read(
                                new Settings(),
                                "[graphite]\naddress = \"[::1]:2004\"\nprotocol = \"udp\"\nprefix = \"a.b\"\nintervalMs = 500\nqueuesMax = 7\n")
                        .graphite())
                .isEqualTo(new GraphiteOptions("::1", 2004, true, "a.b", 500, 7));
        for (String wrong : List.of("graphite.address=host:", "graphite.address=host:70000", "graphite.address=:2003")) {
            Settings settings = new Settings();
            settings.sayOption(wrong);
            assertThatThrownBy(() -> new ServerSettings(settings, List.of()).options())
                    .isInstanceOf(RefusedException.class)
                    .hasMessageContaining("graphite");
        }
    }

    @Test
    void transport_isTaken_orRefusedWithItsPlaceWhereThereIsNone() throws IOException {
        assertThat(read(new Settings(), "transport = \"nio\"\n").transport()).isEqualTo(Transport.NIO);
        assertThat(read(new Settings(), "").transport()).isEqualTo(Transport.AUTO);
        Settings settings = new Settings();
        settings.sayOption("transport=epoll");
        ServerSettings epoll = new ServerSettings(settings, List.of());
        try {
            Transport.EPOLL.check();
        } catch (MillraceException absent) {
            assertThatThrownBy(epoll::options).isInstanceOf(RefusedException.class);
            assertThat(settings.mistakes()).singleElement().asString()
                    .startsWith("--set transport: transport=epoll is not to be had here (")
                    .endsWith("); use auto, or nio");
            return;
        }
        assertThat(epoll.options().transport()).isEqualTo(Transport.EPOLL);
    }

    @Test
    void users_areReadWithTheirRights() throws IOException {
        Settings settings = new Settings();
        Path file = file("""
                [users.ada]
                password = ["%1$s", "%1$s"]
                token = "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
                rights = { "mail.*" = ["put", "take"], "*" = "read" }
                [users."who logs in"]
                password = "%1$s"
                [users."who logs in".rights]
                jobs = "all"
                """.formatted(HASH));
        List<User> users = SettingsFile.read(file, settings);

        assertThat(settings.mistakes()).isEmpty();
        assertThat(users).extracting(User::name).containsExactlyInAnyOrder("ada", "who logs in");
        User ada = users.stream().filter(user -> user.name().equals("ada")).findFirst().orElseThrow();
        assertThat(ada.credentials()).hasSize(3);
        assertThat(ada.grants()).hasToString("[Grant[put, take], Grant[read]]");
    }

    @Test
    void mistakes_allOfThem_areToldWithTheirPlace() throws IOException {
        Settings settings = new Settings();
        settings.sayOption("limits.conectionsMax=7");
        settings.sayOption("listen");
        settings.sayEnvironment(Map.of("MILLRACE_SERVER_LISTNE", "x", "MILLRACE_SERVER_LIMITS_TAGS_MAX", "0"));
        Path file = file("""
                listne = "127.0.0.1:1"
                durability = "often"
                memory = 1
                connectionsMax = 3
                folder = ""
                [limits]
                commandBytesMax = "much"
                heldBytesMax = 5
                [users.ada]
                pasword = "x"
                password = "hunter2"
                rights = { "mail" = ["write"], "" = "all" }
                [users.bob]
                rights = "all"
                [users]
                eve = 1
                """);
        List<User> users = SettingsFile.read(file, settings);

        assertThatThrownBy(() -> new ServerSettings(settings, users).options()).isInstanceOf(RefusedException.class);
        assertThat(settings.mistakes()).contains(
                "--set limits.conectionsMax=7: there is no setting limits.conectionsMax; did you mean limits.connectionsMax?",
                "--set listen: say which value it has: --set limits.connectionsMax=20000, for example",
                "MILLRACE_SERVER_LISTNE: there is no such setting; did you mean MILLRACE_SERVER_LISTEN?",
                "MILLRACE_SERVER_LIMITS_TAGS_MAX: limits.tagsMax=0 is outside 1 … 1000000");
        assertThat(settings.mistakes().stream().filter(told -> told.startsWith(file + ":")).map(told -> told.substring(file.toString().length() + 1)))
                .contains(
                        "1: there is no setting listne; did you mean listen?",
                        "2: durability=often is not known; use one of sync, written, none",
                        "3: memory=1 is neither true nor false",
                        "4: there is no setting connectionsMax; did you mean limits.connectionsMax?",
                        "5: folder= is empty; leave it out for data",
                        "7: limits.commandBytesMax=much is no whole number in 1024 … 1073741824",
                        "8: limits.heldBytesMax=5 is outside 1024 … 1073741824",
                        "10: a user has no pasword; did you mean password?",
                        "11: password does not begin with pbkdf2-; make it with `millrace user`, and never write a password itself here",
                        "12: right='write' is not known; use read, put, take, admin or all",
                        "14: write rights by queue: rights = { \"mail.*\" = [\"put\", \"take\"] }",
                        "13: user bob has 0 passwords and tokens; give 1 … 8",
                        "16: write a user as a table: [users.eve]")
                .noneMatch(told -> told.contains("hunter2"));
    }

    @Test
    void fileThatIsNoToml_isToldByLine_andOneThatIsNotThere() throws IOException {
        Settings settings = new Settings();
        Path file = file("listen = \"a\n\n[limits\nx");
        SettingsFile.read(file, settings);
        SettingsFile.read(folder.resolve("none.toml"), settings);

        assertThat(settings.mistakes()).hasSizeGreaterThan(2);
        assertThat(settings.mistakes().getFirst()).startsWith(file + ":1: ");
        assertThat(settings.mistakes().getLast()).endsWith("none.toml does not exist");
    }

    @Test
    void boundsThatDependOnOneAnother_areChecked() {
        Settings settings = new Settings();
        settings.sayOption("limits.unsentBytesMax=4096");
        settings.sayOption("limits.unsentBytesEnd=2048");

        assertThatThrownBy(() -> new ServerSettings(settings, List.of()).options())
                .hasMessageContaining("unsentBytesEnd=2048 is outside 4096");
    }

    /** A limit that is not in the list cannot be set, and one with other bounds there is refused in other words. */
    @Test
    void list_hasEveryLimit_withItsBounds() {
        Stream.of(ServerLimits.class, LoginLimits.class)
                .flatMap(type -> Stream.of(type.getRecordComponents()))
                .map(RecordComponent::getName)
                .forEach(name -> assertThat(Setting.keys()).anyMatch(key -> key.endsWith("." + name)));
        for (Setting setting : Setting.values()) {
            assertThat(setting.value(setting.usual())).isEqualTo(setting.usual());
            assertThat(setting.environment()).matches("MILLRACE_SERVER_[A-Z_]+");
        }
        for (Setting setting : List.of(Setting.CONNECTIONS_MAX, Setting.TAGS_MAX, Setting.ADDRESSES_MAX, Setting.LOGIN_WITHIN_MS)) {
            for (String bound : setting.bounds().split(" … ")) {
                Settings settings = new Settings();
                settings.sayOption(setting.key() + "=" + bound);
                assertThat(new ServerSettings(settings, List.of()).options()).isNotNull();
            }
        }
    }

    private ServerOptions read(Settings settings, String toml) throws IOException {
        return new ServerSettings(settings, SettingsFile.read(file(toml), settings)).options();
    }

    private Path file(String toml) throws IOException {
        return Files.writeString(folder.resolve("millrace.toml"), toml);
    }
}
