package dev.millrace.server;

import dev.millrace.api.ErrorCode;
import dev.millrace.api.MillraceException;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** Reads certificates and keys (G11). TLS is the JDK's, 1.2 and 1.3. */
final class Tls {
    private Tls() {}

    /**
     * Reads what the options name; null without options.
     *
     * @throws MillraceException BAD_ARGUMENT: which file is wrong, and what to do
     */
    static @Nullable SslContext load(@Nullable TlsOptions options) {
        if (options == null) {
            return null;
        }
        requirePem("tls.certificate", options.certificate(), "CERTIFICATE");
        requireKey(options.key());
        if (options.clientAuthority() != null) {
            requirePem("tls.clientAuthority", options.clientAuthority(), "CERTIFICATE");
        }
        try {
            SslContextBuilder builder = SslContextBuilder.forServer(options.certificate().toFile(), options.key().toFile())
                    .sslProvider(SslProvider.JDK)
                    .protocols("TLSv1.3", "TLSv1.2")
                    .clientAuth(clientAuth(options.clients()));
            if (options.clientAuthority() != null) {
                builder.trustManager(options.clientAuthority().toFile());
            }
            return builder.build();
        } catch (SSLException | IllegalArgumentException unusable) {
            Throwable cause = unusable.getCause() == null ? unusable : unusable.getCause();
            throw new MillraceException(
                    ErrorCode.BAD_ARGUMENT,
                    "tls.certificate=" + options.certificate() + " and tls.key=" + options.key() + " cannot be used together: "
                            + cause.getMessage(),
                    unusable);
        }
    }

    private static ClientAuth clientAuth(TlsOptions.Clients clients) {
        return switch (clients) {
            case NONE -> ClientAuth.NONE;
            case OPTIONAL -> ClientAuth.OPTIONAL;
            case REQUIRED -> ClientAuth.REQUIRE;
        };
    }

    private static void requireKey(Path file) {
        String text = read("tls.key", file);
        if (text.contains("-----BEGIN ENCRYPTED PRIVATE KEY-----") || text.contains("Proc-Type: 4,ENCRYPTED")) {
            throw bad("tls.key", file, "is encrypted, and there is nobody to ask for its password; store it decrypted, for the"
                    + " server's user alone: openssl pkcs8 -topk8 -nocrypt -in " + file);
        }
        if (text.contains("-----BEGIN RSA PRIVATE KEY-----") || text.contains("-----BEGIN EC PRIVATE KEY-----")) {
            throw bad("tls.key", file, "is not PKCS #8; convert it: openssl pkcs8 -topk8 -nocrypt -in " + file);
        }
        requirePem("tls.key", file, "PRIVATE KEY");
    }

    private static void requirePem(String setting, Path file, String kind) {
        if (!read(setting, file).contains("-----BEGIN " + kind + "-----")) {
            throw bad(setting, file, "has no -----BEGIN " + kind + "-----; it must be PEM");
        }
    }

    private static String read(String setting, Path file) {
        try {
            return Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (NoSuchFileException missing) {
            throw bad(setting, file, "does not exist");
        } catch (IOException unreadable) {
            throw bad(setting, file, "cannot be read: " + unreadable.getMessage());
        }
    }

    private static MillraceException bad(String setting, Path file, String what) {
        return new MillraceException(ErrorCode.BAD_ARGUMENT, setting + "=" + file + " " + what);
    }
}
