package dev.millrace.bench;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * {@code key=value …} of a command line, with a benchmark's defaults. What the benchmark does not know is refused, not
 * passed over.
 */
final class Arguments {
    private final Map<String, String> values;

    private Arguments(Map<String, String> values) {
        this.values = values;
    }

    /**
     * Reads them.
     *
     * @param defaults every option there is, with its value unless it is given; an empty one means none
     * @throws BadArgumentException for one that is not among the defaults, is given twice, or is not of the form
     */
    static Arguments parse(List<String> given, Map<String, String> defaults) {
        Map<String, String> values = new LinkedHashMap<>();
        for (String argument : given) {
            int equals = argument.indexOf('=');
            String name = equals < 0 ? argument : argument.substring(0, equals);
            if (equals < 0 || !defaults.containsKey(name)) {
                throw new BadArgumentException(
                        argument + " is not an option here; give any of " + String.join("=… ", defaults.keySet()) + "=…");
            }
            if (values.put(name, argument.substring(equals + 1)) != null) {
                throw new BadArgumentException(name + " is given twice; give it once");
            }
        }
        defaults.forEach(values::putIfAbsent);
        return new Arguments(values);
    }

    /** A whole number within the bounds. */
    int number(String name, int min, int max) {
        return number(name, text(name), min, max);
    }

    /** Whole numbers within the bounds, with commas between them. */
    List<Integer> numbers(String name, int min, int max) {
        return texts(name).stream().map(value -> number(name, value, min, max)).toList();
    }

    private static int number(String name, String value, int min, int max) {
        try {
            int number = Integer.parseInt(value.replace("_", ""));
            if (number >= min && number <= max) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Refused like one that is out of its bounds.
        }
        throw new BadArgumentException(name + "=" + value + " is not a whole number within " + min + " … " + max);
    }

    /** One of the constants, by its name in any case. */
    <E extends Enum<E>> E constant(String name, Class<E> type) {
        return constant(name, text(name), type);
    }

    /** Constants, with commas between them. */
    <E extends Enum<E>> List<E> constants(String name, Class<E> type) {
        return texts(name).stream().map(value -> constant(name, value, type)).toList();
    }

    private static <E extends Enum<E>> E constant(String name, String value, Class<E> type) {
        for (E each : type.getEnumConstants()) {
            if (each.name().equalsIgnoreCase(value)) {
                return each;
            }
        }
        throw new BadArgumentException(
                name + "=" + value + " is none of " + List.of(type.getEnumConstants()));
    }

    /** {@code true} or {@code false}. */
    boolean isTrue(String name) {
        return switch (text(name)) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new BadArgumentException(name + "=" + text(name) + " is neither true nor false");
        };
    }

    /** As it was given; null when it was not and has no default. */
    @Nullable String textOrNull(String name) {
        String value = text(name);
        return value.isEmpty() ? null : value;
    }

    private String text(String name) {
        String value = values.get(name);
        if (value == null) {
            throw new IllegalArgumentException(name + " is not among the defaults");
        }
        return value;
    }

    private List<String> texts(String name) {
        return List.of(text(name).split(",", -1));
    }

    /** All of them, defaults too, as they could be given again. */
    @Override
    public String toString() {
        StringBuilder line = new StringBuilder();
        values.forEach((name, value) -> line.append(value.isEmpty() ? "" : " " + name + "=" + value));
        return line.toString().strip();
    }

    /** An argument that the user has to mend. */
    static final class BadArgumentException extends RuntimeException {
        private static final long serialVersionUID = 1;

        BadArgumentException(String message) {
            super(message);
        }
    }
}
