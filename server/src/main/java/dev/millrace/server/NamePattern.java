package dev.millrace.server;

import java.util.List;

/**
 * A pattern for names: each {@code *} stands for any characters, or none; immutable.
 *
 * @param parts what stands between the stars, at least one; empty ones stand for nothing
 */
record NamePattern(List<String> parts) {
    static NamePattern of(String text) {
        return new NamePattern(List.of(text.split("\\*", -1)));
    }

    /** Whether the whole name is as the pattern says. */
    boolean matches(String name) {
        String first = parts.getFirst();
        String last = parts.getLast();
        if (parts.size() == 1) {
            return name.equals(first);
        }
        int end = name.length() - last.length();
        if (end < first.length() || !name.startsWith(first) || !name.endsWith(last)) {
            return false;
        }
        // The first place where a part fits leaves the most room for those after it.
        int from = first.length();
        for (String part : parts.subList(1, parts.size() - 1)) {
            int found = name.indexOf(part, from);
            if (found < 0 || found + part.length() > end) {
                return false;
            }
            from = found + part.length();
        }
        return true;
    }

    boolean matchesAll() {
        return parts.size() > 1 && parts.stream().allMatch(String::isEmpty);
    }
}
