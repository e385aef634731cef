package dev.millrace.server;

import dev.millrace.api.ErrorCode;
import dev.millrace.api.MillraceException;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;

/**
 * Which connections CLIENT KILL means: one by its address alone, or those that all filters let through.
 *
 * @param isAddressAlone whether an address was given in the old form, which names exactly one
 */
record ClientFilter(Predicate<Connection> predicate, boolean isAddressAlone) {
    /**
     * Reads the arguments of CLIENT KILL.
     *
     * @throws MillraceException BAD_ARGUMENT for a filter that is not known
     */
    static ClientFilter of(List<String> arguments, Connection asking) {
        if (arguments.size() == 1) {
            return new ClientFilter(byAddress(arguments.getFirst()), true);
        }
        if (arguments.isEmpty() || arguments.size() % 2 != 0) {
            throw bad("CLIENT KILL takes an address, or pairs of a filter and its value");
        }
        Predicate<Connection> all = connection -> true;
        boolean skipsAsking = true;
        for (int index = 0; index < arguments.size(); index += 2) {
            String value = arguments.get(index + 1);
            switch (arguments.get(index).toUpperCase(Locale.ROOT)) {
                case "ID" -> all = all.and(byId(value));
                case "ADDR" -> all = all.and(byAddress(value));
                case "LADDR" -> all = all.and(c -> ClientLine.address(c.local()).equals(value));
                case "SKIPME" -> skipsAsking = isYes(value);
                default -> throw bad("CLIENT KILL knows the filters ID, ADDR, LADDR and SKIPME, not " + arguments.get(index));
            }
        }
        return new ClientFilter(skipsAsking ? all.and(connection -> connection != asking) : all, false);
    }

    boolean matches(Connection connection) {
        return predicate.test(connection);
    }

    private static Predicate<Connection> byAddress(String address) {
        return connection -> ClientLine.address(connection.peer()).equals(address);
    }

    private static Predicate<Connection> byId(String value) {
        try {
            long id = Long.parseLong(value);
            return connection -> connection.session().id() == id;
        } catch (NumberFormatException e) {
            throw bad("ID=" + value + " is no whole number");
        }
    }

    private static boolean isYes(String value) {
        return switch (value.toLowerCase(Locale.ROOT)) {
            case "yes" -> true;
            case "no" -> false;
            default -> throw bad("SKIPME=" + value + " is neither yes nor no");
        };
    }

    private static MillraceException bad(String message) {
        return new MillraceException(ErrorCode.BAD_ARGUMENT, message);
    }
}
