package dev.millrace.remote;

import io.netty.handler.ssl.NotSslRecordException;
import io.netty.handler.ssl.SslClosedEngineException;
import io.netty.handler.ssl.SslHandshakeTimeoutException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.util.Locale;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** What it means that client and server could not agree on TLS, and what to do about it. */
final class Handshake {
    /** How deep a failure's cause is looked for: those of TLS are wrapped a few times. */
    private static final int CAUSES_MAX = 10;

    private Handshake() {}

    /**
     * Why one end does not accept the other.
     *
     * @param cause what the network said before the server's greeting
     * @return null if that is no word of TLS, but a connection that broke
     */
    static @Nullable String refusal(Throwable cause, Target target) {
        SSLException failure = find(SSLException.class, cause);
        if (failure == null || failure instanceof SslHandshakeTimeoutException || failure instanceof SslClosedEngineException) {
            return null;
        }
        return find(NotSslRecordException.class, cause) == null
                ? meaning(cause, words(failure), target)
                : "it answers, but not with TLS; leave tls out of the uri, or correct host and port";
    }

    private static @Nullable String meaning(Throwable cause, String words, Target target) {
        String said = words.toLowerCase(Locale.ROOT);
        CertificateExpiredException expired = find(CertificateExpiredException.class, cause);
        CertificateNotYetValidException early = find(CertificateNotYetValidException.class, cause);
        if (expired != null) {
            return "its certificate has expired (" + words(expired) + "); give the server a new one";
        } else if (early != null) {
            return "its certificate does not count yet (" + words(early) + "); see whether the clocks are right";
        } else if (find(CertPathBuilderException.class, cause) != null) {
            return "its certificate is vouched for by nobody whom " + trusted(target)
                    + " trusts; name the file of its authority with ?tls=FILE";
        } else if (said.contains("no subject alternative") || said.contains("no name matching")) {
            return "its certificate is for another name than host=" + target.host() + " (" + words + "); use the name that it is for";
        } else if (said.contains("unexpected_message")) {
            return "it does not speak TLS; leave tls out of the uri, or give the server a certificate";
        } else if (said.contains("certificate") && said.contains("alert")) {
            return "it does not accept " + shown(target) + " (" + words
                    + "); name one that its clientAuthority vouches for with certificate=FILE&key=FILE";
        }
        return said.contains("connection closed") ? null : "no agreement on TLS (" + words + ")";
    }

    private static String trusted(Target target) {
        Target.Security security = target.security();
        return security == null || security.authorities() == null ? "the system" : "tls=" + security.authorities();
    }

    private static String shown(Target target) {
        Target.Security security = target.security();
        return security == null || security.certificate() == null
                ? "a client without a certificate"
                : "the certificate of " + security.certificate();
    }

    private static <E extends Throwable> @Nullable E find(Class<E> kind, Throwable from) {
        Throwable cause = from;
        for (int depth = 0; cause != null && depth < CAUSES_MAX; depth++) {
            if (kind.isInstance(cause)) {
                return kind.cast(cause);
            }
            cause = cause.getCause();
        }
        return null;
    }

    private static String words(Throwable failure) {
        String message = failure.getMessage();
        return message == null ? failure.getClass().getSimpleName() : message;
    }
}
