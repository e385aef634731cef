package dev.millrace.api.engine;

import dev.millrace.api.ErrorCode;
import dev.millrace.api.MillraceException;
import dev.millrace.api.OpenOptions;
import java.util.ServiceLoader;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Finds the engine for a URI among the providers on the module path or class path. */
public final class Engines {
    private static final Pattern LOGIN = Pattern.compile("//([^/?@:]*):[^?]*@");
    private static final Pattern LOGIN_WITH_QUESTION_MARK = Pattern.compile("//([^/?@:]*):.*@", Pattern.DOTALL);

    private Engines() {}

    /**
     * Opens the engine for a URI. Blocks as {@link EngineProvider#open} does.
     *
     * @param uri scheme, colon, and whatever the scheme wants: {@code memory:}, {@code embedded:./my data}. Not a
     *     {@link java.net.URI}, whose syntax refuses most folder names
     * @param options the settings
     * @return to be closed by whoever opened it
     * @throws dev.millrace.api.MillraceException BAD_ARGUMENT when no provider serves the scheme; and see
     *     {@link EngineProvider#open}
     */
    public static Engine open(String uri, OpenOptions options) {
        return provider(uri).open(uri, options);
    }

    /**
     * Opens the engine for a URI on a loop. Blocks as {@link EngineProvider#openOn} does.
     *
     * @param loop who runs it
     * @param uri as in {@link #open}
     * @param options the settings
     * @return to be closed by whoever opened it
     * @throws dev.millrace.api.MillraceException BAD_ARGUMENT when no provider serves the scheme; and see
     *     {@link EngineProvider#openOn}
     */
    public static HostedEngine openOn(EngineLoop loop, String uri, OpenOptions options) {
        return provider(uri).openOn(loop, uri, options);
    }

    private static EngineProvider provider(String uri) {
        String scheme = scheme(uri);
        for (EngineProvider provider : ServiceLoader.load(EngineProvider.class)) {
            if (provider.serves(scheme)) {
                return provider;
            }
        }
        throw new MillraceException(
                ErrorCode.BAD_ARGUMENT,
                "uri=" + withoutPassword(uri) + " has no engine; put the module that serves " + scheme
                        + ": on the module path or class path");
    }

    /**
     * Finds who can look into the store of an engine that is not open.
     *
     * @param uri the engine's, as in {@link #open}
     * @return the one that serves the scheme
     * @throws dev.millrace.api.MillraceException BAD_ARGUMENT when nobody can, as for an engine that stores nothing
     *     here
     */
    public static StoreDoctor doctor(String uri) {
        String scheme = scheme(uri);
        for (StoreDoctor doctor : ServiceLoader.load(StoreDoctor.class)) {
            if (doctor.serves(scheme)) {
                return doctor;
            }
        }
        throw new MillraceException(
                ErrorCode.BAD_ARGUMENT,
                "uri=" + withoutPassword(uri) + " has no store that could be looked into; use embedded:<folder>");
    }

    /**
     * A URI as it may be seen by others, in messages for example: without a password. Where that is hard to tell from
     * what is around it, more is left out.
     *
     * @param uri any text
     * @return the same, without what is between {@code //user:} and the last {@code @} before a question mark, or else
     *     the last of all
     */
    public static String withoutPassword(String uri) {
        Matcher login = LOGIN.matcher(uri);
        return login.find() ? login.replaceFirst("//$1@") : LOGIN_WITH_QUESTION_MARK.matcher(uri).replaceFirst("//$1@");
    }

    private static String scheme(String uri) {
        int colon = uri.indexOf(':');
        if (colon < 1) {
            throw new MillraceException(
                    ErrorCode.BAD_ARGUMENT,
                    "uri=" + withoutPassword(uri) + " has no scheme; use memory: or embedded:<folder>, for example");
        }
        return uri.substring(0, colon);
    }
}
