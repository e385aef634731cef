package dev.millrace.cli;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a server was told, from all sides: options of the command line count before the environment, that before the
 * file, and that before the defaults. It collects every mistake, so that a person can mend all at once.
 */
final class Settings {
    private static final String ENVIRONMENT_PREFIX = "MILLRACE_SERVER_";

    private final Map<Setting, Said> said = new EnumMap<>(Setting.class);
    /** By which option of the command line a setting was given, also a wrong value. */
    private final Map<Setting, String> options = new EnumMap<>(Setting.class);

    private final List<String> mistakes = new ArrayList<>();

    /**
     * A value, and where it was said.
     *
     * @param where as a person finds it: {@code millrace.toml:7}
     */
    private record Said(Object value, String where) {}

    /** Takes a value, unless there is one already: say those first that count first. */
    void say(Setting setting, Object written, String where) {
        try {
            said.putIfAbsent(setting, new Said(setting.value(written), where));
        } catch (IllegalArgumentException wrong) {
            mistake(where, String.valueOf(wrong.getMessage()));
        }
    }

    /** An option that is there for this setting alone. */
    void sayOption(Setting setting, Object written, String option) {
        String before = options.putIfAbsent(setting, option);
        if (before == null) {
            say(setting, written, option);
        } else {
            // As with every other option: of two values nobody can tell which one is meant.
            String how = before.equals(option) ? "" : ", by " + before + " as well";
            mistake(option, setting.key() + " is given twice" + how + "; leave out one of them");
        }
    }

    /** An option {@code --set KEY=VALUE}. */
    void sayOption(String pair) {
        int equals = pair.indexOf('=');
        String key = equals < 0 ? pair : pair.substring(0, equals);
        Setting setting = Setting.named(key);
        if (equals < 0) {
            mistake("--set " + pair, "say which value it has: --set limits.connectionsMax=20000, for example");
        } else if (setting == null) {
            mistake("--set " + pair, "there is no setting " + key + Similar.hint(key, Setting.keys()));
        } else {
            sayOption(setting, pair.substring(equals + 1), "--set " + key);
        }
    }

    /** What the environment says. Unknown variables may be anybody's, unless they are nearly ours. */
    void sayEnvironment(Map<String, String> environment) {
        List<String> ours = new ArrayList<>();
        for (Setting setting : Setting.values()) {
            ours.add(setting.environment());
            String written = environment.get(setting.environment());
            if (written != null) {
                say(setting, written, setting.environment());
            }
        }
        for (String name : environment.keySet()) {
            String hint = Similar.hint(name, ours);
            if (name.startsWith(ENVIRONMENT_PREFIX) && !ours.contains(name) && !hint.isEmpty()) {
                mistake(name, "there is no such setting" + hint);
            }
        }
    }

    /** Something is wrong there. */
    void mistake(String where, String told) {
        mistakes.add(where + ": " + told);
    }

    /** What is wrong, a sentence each. */
    List<String> mistakes() {
        return mistakes;
    }

    /** The settings that have another value here, and cannot change before a restart. */
    List<String> waitingForRestart(Settings running) {
        List<String> keys = new ArrayList<>();
        for (Setting setting : Setting.values()) {
            if (setting.effect() == Setting.Effect.RESTART && !value(setting).equals(running.value(setting))) {
                keys.add(setting.key());
            }
        }
        return keys;
    }

    Object value(Setting setting) {
        Said value = said.get(setting);
        return value == null ? setting.usual() : value.value();
    }

    String text(Setting setting) {
        return (String) value(setting);
    }

    boolean isOn(Setting setting) {
        return (boolean) value(setting);
    }

    int number(Setting setting) {
        return Math.toIntExact((long) value(setting));
    }

    /** Where it was said; null if nowhere. */
    @Nullable String where(Setting setting) {
        Said value = said.get(setting);
        return value == null ? null : value.where();
    }
}
