package dev.millrace.cli;

import dev.millrace.api.MillraceException;
import dev.millrace.server.Credential;
import dev.millrace.server.Grant;
import dev.millrace.server.User;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.tomlj.Toml;
import org.tomlj.TomlArray;
import org.tomlj.TomlParseError;
import org.tomlj.TomlParseResult;
import org.tomlj.TomlPosition;
import org.tomlj.TomlTable;

/**
 * Reads a server's settings and users from a TOML file. All of its mistakes are told, each with its line.
 *
 * <p>TOML is what people know from other servers; it has numbers, comments and tables, and no surprises like YAML's.
 * tomlj tells the line of every value, which Jackson's reader does not.
 */
final class SettingsFile {
    private static final String USERS = "users";
    private static final Set<String> OF_A_USER = Set.of("password", "token", "rights");

    private final Path file;
    private final Settings settings;
    private final List<User> users = new ArrayList<>();

    private SettingsFile(Path file, Settings settings) {
        this.file = file;
        this.settings = settings;
    }

    /**
     * Says to the settings what the file says.
     *
     * @return its users
     */
    static List<User> read(Path file, Settings settings) {
        SettingsFile reader = new SettingsFile(file, settings);
        try {
            TomlParseResult parsed = Toml.parse(Files.readString(file));
            for (TomlParseError error : parsed.errors()) {
                reader.mistake(error.position(), firstLine(error));
            }
            if (!parsed.hasErrors()) {
                reader.readAll(parsed);
            }
        } catch (IOException unreadable) {
            settings.mistake(file.toString(), Failures.told(unreadable));
        }
        return reader.users;
    }

    private static String firstLine(TomlParseError error) {
        return String.valueOf(error.getMessage()).lines().findFirst().orElse("it is no TOML");
    }

    private void readAll(TomlTable root) {
        root.keyPathSet().stream()
                .filter(path -> !path.getFirst().equals(USERS))
                .sorted(Comparator.comparingInt(path -> line(root.inputPositionOf(path))))
                .forEach(path -> readSetting(root, path));
        Object all = root.get(List.of(USERS));
        if (all instanceof TomlTable table) {
            for (String name : table.keySet()) {
                readUser(root, name, table.get(List.of(name)));
            }
        } else if (all != null) {
            mistake(root.inputPositionOf(List.of(USERS)), "write a user as a table: [users.ada]");
        }
    }

    private void readSetting(TomlTable root, List<String> path) {
        String key = String.join(".", path);
        TomlPosition position = root.inputPositionOf(path);
        Setting setting = Setting.named(key);
        Object value = root.get(path);
        if (setting != null && setting.isPath() && value instanceof String name && !name.isEmpty()) {
            value = folder().resolve(name).toString();
        }
        if (setting == null) {
            mistake(position, "there is no setting " + key + Similar.hint(key, Setting.keys()));
        } else if (value != null) {
            settings.say(setting, value, where(position));
        }
    }

    /** What paths in the file begin with: so it means the same wherever the server is started from. */
    private Path folder() {
        Path folder = file.getParent();
        return folder == null ? Path.of("") : folder;
    }

    // --- Users

    private void readUser(TomlTable root, String name, @Nullable Object described) {
        List<String> path = List.of(USERS, name);
        if (!(described instanceof TomlTable user)) {
            mistake(root.inputPositionOf(path), "write a user as a table: [users." + name + "]");
            return;
        }
        for (String key : user.keySet()) {
            if (!OF_A_USER.contains(key)) {
                mistake(user.inputPositionOf(List.of(key)), "a user has no " + key + Similar.hint(key, OF_A_USER));
            }
        }
        List<Credential> credentials = new ArrayList<>();
        credentials(user, "password", "pbkdf2-", credentials);
        credentials(user, "token", "sha256:", credentials);
        List<Grant> grants = grants(user);
        if (credentials.isEmpty() && (user.contains(List.of("password")) || user.contains(List.of("token")))) {
            return;
        }
        try {
            users.add(new User(name, credentials, grants));
        } catch (MillraceException wrong) {
            mistake(root.inputPositionOf(path), wrong.told());
        }
    }

    /** A text or an array of texts, as they are stored. */
    private void credentials(TomlTable user, String key, String prefix, List<Credential> into) {
        TomlPosition position = user.inputPositionOf(List.of(key));
        for (Object stored : listed(user.get(List.of(key)))) {
            if (!(stored instanceof String text) || !text.startsWith(prefix)) {
                mistake(position, key + " does not begin with " + prefix + "; make it with `millrace user`, and never write a " + key
                        + " itself here");
                continue;
            }
            try {
                into.add(Credential.parse(text));
            } catch (MillraceException wrong) {
                mistake(position, wrong.told());
            }
        }
    }

    /** By pattern a right, or an array of them. */
    private List<Grant> grants(TomlTable user) {
        List<Grant> grants = new ArrayList<>();
        Object rights = user.get(List.of("rights"));
        if (!(rights instanceof TomlTable table)) {
            if (rights != null) {
                mistake(user.inputPositionOf(List.of("rights")), "write rights by queue: rights = { \"mail.*\" = [\"put\", \"take\"] }");
            }
            return grants;
        }
        for (String pattern : table.keySet()) {
            try {
                grants.add(Grant.of(
                        pattern, listed(table.get(List.of(pattern))).stream().map(String::valueOf).toList()));
            } catch (MillraceException wrong) {
                mistake(table.inputPositionOf(List.of(pattern)), wrong.told());
            }
        }
        return grants;
    }

    private static List<Object> listed(@Nullable Object value) {
        if (value == null) {
            return List.of();
        }
        return value instanceof TomlArray array ? array.toList() : List.of(value);
    }

    private void mistake(@Nullable TomlPosition position, String told) {
        settings.mistake(where(position), told);
    }

    private String where(@Nullable TomlPosition position) {
        return position == null ? file.toString() : file + ":" + line(position);
    }

    private static int line(@Nullable TomlPosition position) {
        return position == null ? 0 : position.line();
    }
}
