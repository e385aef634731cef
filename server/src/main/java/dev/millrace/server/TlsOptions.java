package dev.millrace.server;

import dev.millrace.api.ErrorCode;
import dev.millrace.api.MillraceException;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Which certificate a server shows, and which it asks of its clients; immutable. All files are PEM.
 *
 * @param certificate the server's certificate, followed by those that vouch for it
 * @param key its private key, PKCS #8 and not encrypted
 * @param clientAuthority the certificates that vouch for clients'; null for none
 * @param clients whether clients show one; needs {@code clientAuthority} unless NONE
 */
public record TlsOptions(Path certificate, Path key, @Nullable Path clientAuthority, Clients clients) {
    /** Whether clients show a certificate. It is no login: rights are those of the user. */
    public enum Clients {
        /** They are not asked. */
        NONE,
        /** They may; what they show must be right. */
        OPTIONAL,
        /** They must. */
        REQUIRED
    }

    /** Files are looked at when a server begins with them. */
    public TlsOptions {
        Objects.requireNonNull(certificate, "certificate");
        Objects.requireNonNull(key, "key");
        Objects.requireNonNull(clients, "clients");
        if (clients != Clients.NONE && clientAuthority == null) {
            throw new MillraceException(
                    ErrorCode.BAD_ARGUMENT, "clients=" + clients + " needs a clientAuthority, which vouches for their certificates");
        }
    }
}
