package dev.millrace.remote;

import dev.millrace.api.ErrorCode;
import dev.millrace.api.MillraceException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where a server is, and who asks: {@code millrace://[user:password@]host[:port][?tls=…]}, its parts percent-encoded.
 * The password is in no message.
 *
 * @param login null to log in as nobody
 * @param security null for a connection that anybody on its way can read
 * @param numbersPuts whether puts that name no producer are given one, so that a repeat is stored once (G10)
 */
record Target(String host, int port, @Nullable Login login, @Nullable Security security, boolean numbersPuts) {
    static final String SCHEME = "millrace";
    /** The port of the native wire where none is said. */
    static final int PORT_DEFAULT = 7411;

    static final String FORM = SCHEME + "://[user:password@]host[:port][?tls=system|<file of a CA>]";
    private static final String TLS = "tls";
    private static final String TLS_SYSTEM = "system";
    private static final String CERTIFICATE = "certificate";
    private static final String KEY = "key";
    private static final String PUTS = "puts";
    private static final Set<String> PARAMETERS = Set.of(TLS, CERTIFICATE, KEY, PUTS);

    /** Who logs in. */
    record Login(String user, String password) {
        @Override
        public String toString() {
            return user;
        }
    }

    /**
     * How the connection is encrypted (TLS). The server's certificate must be for the host.
     *
     * @param authorities a PEM file of whom to trust; null for those whom the system trusts
     * @param certificate a PEM file with the client's own certificate, or null
     * @param key a PEM file with its key, in PKCS 8; null without a certificate
     */
    record Security(@Nullable String authorities, @Nullable String certificate, @Nullable String key) {}

    /** @throws MillraceException BAD_ARGUMENT naming the part that is wrong */
    static Target parse(String uri) {
        String prefix = SCHEME + "://";
        if (!uri.startsWith(prefix)) {
            throw bad("the uri does not begin with " + prefix);
        }
        String rest = uri.substring(prefix.length());
        int question = rest.indexOf('?');
        Map<String, String> parameters = question < 0 ? Map.of() : parameters(rest.substring(question + 1));
        String authority = question < 0 ? rest : rest.substring(0, question);
        if (authority.endsWith("/")) {
            authority = authority.substring(0, authority.length() - 1);
        }
        int at = authority.lastIndexOf('@');
        Login login = at < 0 ? null : login(authority.substring(0, at));
        String place = authority.substring(at + 1);
        if (place.contains("/")) {
            throw bad("the uri has a path, which servers have not");
        }
        int colon = place.lastIndexOf(':');
        boolean hasPort = colon > place.lastIndexOf(']');
        int port = hasPort ? port(place.substring(colon + 1)) : PORT_DEFAULT;
        return new Target(host(hasPort ? place.substring(0, colon) : place), port, login, security(parameters), numbersPuts(parameters));
    }

    private static String host(String written) {
        boolean isNumeric = written.startsWith("[") && written.endsWith("]");
        String host = decoded("host", isNumeric ? written.substring(1, written.length() - 1) : written);
        if (host.isEmpty()) {
            throw bad("the uri names no host");
        }
        if (!isNumeric && host.contains(":")) {
            throw bad("host=" + host + " has a colon; put a numeric address of IPv6 in brackets");
        }
        if (host.chars().anyMatch(unit -> unit <= ' ' || unit == '[' || unit == ']')) {
            throw bad("host=" + host + " is no possible name");
        }
        return host;
    }

    private static int port(String written) {
        try {
            int port = Integer.parseInt(written);
            if (port >= 1 && port <= 65_535) {
                return port;
            }
        } catch (NumberFormatException none) {
            // Said below, as for one that is out of range.
        }
        // What is no number may be a password, in front of a host that was forgotten.
        boolean isNumber = !written.isEmpty() && written.chars().allMatch(unit -> unit >= '0' && unit <= '9');
        throw bad(isNumber ? "port=" + written + " is outside 1 … 65535" : "the uri's port is no number, 1 … 65535");
    }

    private static Login login(String written) {
        int colon = written.indexOf(':');
        if (colon < 0) {
            throw bad("the uri names a user without a password");
        }
        String user = decoded("user", written.substring(0, colon));
        String password = decoded("password", written.substring(colon + 1));
        if (password.isEmpty()) {
            throw bad("the uri's password is empty");
        }
        return new Login(user.isEmpty() ? "default" : user, password);
    }

    private static Map<String, String> parameters(String written) {
        Map<String, String> parameters = new HashMap<>();
        for (String part : written.split("&")) {
            int equals = part.indexOf('=');
            String name = equals < 0 ? part : part.substring(0, equals);
            if (!PARAMETERS.contains(name) && part.indexOf('@') >= 0) {
                throw bad("the uri has an @ after its ?; a user or password with ? or @ has %3F or %40 instead");
            }
            if (!PARAMETERS.contains(name)) {
                throw bad("the uri's parameter " + name + " is none of tls, certificate, key, puts");
            }
            String value = equals < 0 ? "" : decoded(name, part.substring(equals + 1));
            if (value.isEmpty()) {
                throw bad("the uri's parameter " + name + " has no value");
            }
            if (parameters.put(name, value) != null) {
                throw bad("the uri's parameter " + name + " is there twice");
            }
        }
        return parameters;
    }

    private static @Nullable Security security(Map<String, String> parameters) {
        String trust = parameters.get(TLS);
        String certificate = parameters.get(CERTIFICATE);
        String key = parameters.get(KEY);
        if ((certificate == null) != (key == null)) {
            throw bad("the uri's parameters certificate and key go together");
        }
        if (trust == null) {
            if (certificate != null) {
                throw bad("the uri's parameter certificate is of no use without tls");
            }
            return null;
        }
        return new Security(trust.equals(TLS_SYSTEM) ? null : trust, certificate, key);
    }

    private static boolean numbersPuts(Map<String, String> parameters) {
        return switch (parameters.getOrDefault(PUTS, "numbered")) {
            case "numbered" -> true;
            case "plain" -> false;
            default -> throw bad("the uri's parameter puts is neither numbered nor plain");
        };
    }

    private static String decoded(String what, String written) {
        try {
            return URLDecoder.decode(written.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException wrong) {
            throw bad("the uri's " + what + " has a percent sign without two hexadecimal digits after it");
        }
    }

    private static MillraceException bad(String message) {
        return new MillraceException(ErrorCode.BAD_ARGUMENT, message + "; use " + FORM);
    }

    /** The server, as messages name it. */
    String place() {
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }
}
