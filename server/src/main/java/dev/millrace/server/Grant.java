package dev.millrace.server;

import dev.millrace.api.ErrorCode;
import dev.millrace.api.Limits;
import dev.millrace.api.MillraceException;
import dev.millrace.wire.Right;
import java.util.Collection;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;

/** Rights on the queues whose names are like a pattern (G11); immutable. Two are equal when they are written alike. */
public final class Grant {
    private final NamePattern queues;
    private final Set<Right> rights;

    private Grant(NamePattern queues, Set<Right> rights) {
        this.queues = queues;
        this.rights = rights;
    }

    /**
     * Rights on some queues.
     *
     * @param pattern names of queues, in which each {@code *} stands for any characters, or none: {@code mail.*}
     * @param rights of {@code read}, {@code put}, {@code take} and {@code admin}, or {@code all}; at least one
     * @throws MillraceException BAD_ARGUMENT for a pattern that is no possible name, and for words that are no rights
     */
    public static Grant of(String pattern, Collection<String> rights) {
        Limits.requireName("queue", pattern);
        EnumSet<Right> granted = EnumSet.noneOf(Right.class);
        for (String word : rights) {
            switch (word) {
                case "read" -> granted.add(Right.READ);
                case "put" -> granted.add(Right.PUT);
                case "take" -> granted.add(Right.TAKE);
                case "admin" -> granted.add(Right.ADMIN);
                case "all" -> granted.addAll(EnumSet.of(Right.READ, Right.PUT, Right.TAKE, Right.ADMIN));
                default -> throw new MillraceException(
                        ErrorCode.BAD_ARGUMENT, "right='" + word + "' is not known; use read, put, take, admin or all");
            }
        }
        if (granted.isEmpty()) {
            throw new MillraceException(
                    ErrorCode.BAD_ARGUMENT, "no right on " + pattern + " is named; use read, put, take, admin or all");
        }
        return new Grant(NamePattern.of(pattern), granted);
    }

    boolean allows(Right right, String queue) {
        return rights.contains(right) && queues.matches(queue);
    }

    /** Whether it gives the right on every queue there can be. */
    boolean allowsAll(Right right) {
        return rights.contains(right) && queues.matchesAll();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Grant grant && grant.queues.equals(queues) && grant.rights.equals(rights);
    }

    @Override
    public int hashCode() {
        return Objects.hash(queues, rights);
    }

    /** The rights alone, since a pattern may be a secret of its own. */
    @Override
    public String toString() {
        return "Grant" + rights.toString().toLowerCase(Locale.ROOT);
    }
}
