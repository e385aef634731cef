package dev.millrace.cli;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The arguments of the command, with places for the item. All is bytes, and no shell is involved: what an item holds
 * stays within the argument it was put into.
 */
final class Template {
    /** What stands for what; the meanings are those of GNU parallel. */
    private enum Place {
        WHOLE("{}"),
        NO_EXTENSION("{.}"),
        BASE("{/}"),
        FOLDER("{//}"),
        BASE_NO_EXTENSION("{/.}"),
        NUMBER("{#}");

        private final byte[] sign;

        Place(String sign) {
            this.sign = sign.getBytes(StandardCharsets.US_ASCII);
        }
    }

    /** Either a place, or bytes that stay. */
    private sealed interface Part {
        record Fixed(byte[] bytes) implements Part {}

        record Filled(Place place) implements Part {}
    }

    private final List<List<Part>> arguments = new ArrayList<>();
    private final boolean hasPlaces;

    /**
     * A template.
     *
     * @param appended whether the whole item becomes one more argument if it has no place in any other
     */
    Template(List<byte[]> words, boolean appended) {
        words.forEach(word -> arguments.add(parse(word)));
        hasPlaces = arguments.stream().flatMap(List::stream).anyMatch(part -> part instanceof Part.Filled);
        if (!hasPlaces && appended) {
            arguments.add(List.of(new Part.Filled(Place.WHOLE)));
        }
    }

    /** One without places: words are passed on as they are, whatever they look like. */
    static Template fixed(List<byte[]> words) {
        Template template = new Template(List.of(), false);
        words.forEach(word -> template.arguments.add(List.of(new Part.Fixed(word))));
        return template;
    }

    /** Whether any of the words had a place. */
    boolean hasPlaces() {
        return hasPlaces;
    }

    List<byte[]> fill(byte[] item, long number) {
        List<byte[]> filled = new ArrayList<>(arguments.size());
        for (List<Part> argument : arguments) {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            for (Part part : argument) {
                bytes.writeBytes(
                        switch (part) {
                            case Part.Fixed(byte[] fixed) -> fixed;
                            case Part.Filled(Place place) -> value(place, item, number);
                        });
            }
            filled.add(bytes.toByteArray());
        }
        return filled;
    }

    private static List<Part> parse(byte[] word) {
        List<Part> parts = new ArrayList<>();
        int start = 0;
        for (int index = 0; index < word.length; ) {
            Place place = placeAt(word, index);
            if (place == null) {
                index++;
                continue;
            }
            if (index > start) {
                parts.add(new Part.Fixed(Arrays.copyOfRange(word, start, index)));
            }
            parts.add(new Part.Filled(place));
            index += place.sign.length;
            start = index;
        }
        if (start < word.length) {
            parts.add(new Part.Fixed(Arrays.copyOfRange(word, start, word.length)));
        }
        return parts;
    }

    private static @org.jspecify.annotations.Nullable Place placeAt(byte[] word, int index) {
        for (Place place : Place.values()) {
            int end = index + place.sign.length;
            if (end <= word.length && Arrays.equals(word, index, end, place.sign, 0, place.sign.length)) {
                return place;
            }
        }
        return null;
    }

    private static byte[] value(Place place, byte[] item, long number) {
        return switch (place) {
            case WHOLE -> item;
            case NO_EXTENSION -> withoutExtension(item);
            case BASE -> base(item);
            case FOLDER -> folder(item);
            case BASE_NO_EXTENSION -> withoutExtension(base(item));
            case NUMBER -> Long.toString(number).getBytes(StandardCharsets.US_ASCII);
        };
    }

    /** Cuts the last dot of the last name, and what follows. */
    private static byte[] withoutExtension(byte[] name) {
        for (int index = name.length - 1; index >= 0 && name[index] != '/'; index--) {
            if (name[index] == '.') {
                return Arrays.copyOf(name, index);
            }
        }
        return name;
    }

    private static byte[] base(byte[] name) {
        return Arrays.copyOfRange(name, lastSlash(name, name.length) + 1, name.length);
    }

    /** As dirname(1): a dot if there is no slash. */
    private static byte[] folder(byte[] name) {
        int end = name.length;
        while (end > 1 && name[end - 1] == '/') {
            end--;
        }
        end = lastSlash(name, end);
        if (end < 0) {
            return new byte[] {'.'};
        }
        while (end > 1 && name[end - 1] == '/') {
            end--;
        }
        return Arrays.copyOf(name, Math.max(1, end));
    }

    private static int lastSlash(byte[] name, int end) {
        int index = end - 1;
        while (index >= 0 && name[index] != '/') {
            index--;
        }
        return index;
    }
}
