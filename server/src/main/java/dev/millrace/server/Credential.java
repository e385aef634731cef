package dev.millrace.server;

import dev.millrace.api.ErrorCode;
import dev.millrace.api.MillraceException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.HexFormat;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/**
 * What is stored of a password or a token, from which neither can be told; immutable. Two are equal when they are
 * stored alike.
 *
 * <p>A password is derived by PBKDF2 with HMAC-SHA-512, a salt and many rounds, since people choose passwords that can
 * be guessed: {@code pbkdf2-sha512:<rounds>:<salt>:<hash>}. A token is long and random, so that a plain hash of it
 * suffices, which costs nothing: {@code sha256:<hex>}.
 */
public sealed interface Credential {
    /** The rounds of a new password, as OWASP's cheat sheet of 2023 has them for this function. */
    int ROUNDS_DEFAULT = 210_000;

    /** How many bytes of salt a new password has. */
    int SALT_BYTES = 16;

    /** How many random bytes a new token has at the least. */
    int TOKEN_BYTES_MIN = 24;

    /**
     * Reads the stored form.
     *
     * @throws MillraceException BAD_ARGUMENT when it is none; the message does not repeat it, since it may be a
     *     password
     */
    static Credential parse(String stored) {
        String[] parts = stored.split(":", -1);
        try {
            if (parts.length == 4 && parts[0].equals("pbkdf2-sha512")) {
                return new OfPassword(
                        Integer.parseInt(parts[1]),
                        Base64.getDecoder().decode(parts[2]),
                        Base64.getDecoder().decode(parts[3]));
            }
            if (parts.length == 2 && parts[0].equals("sha256")) {
                return new OfToken(HexFormat.of().parseHex(parts[1]));
            }
        } catch (IllegalArgumentException malformed) {
            throw new MillraceException(
                    ErrorCode.BAD_ARGUMENT, "a stored " + parts[0] + " is malformed; make another with `millrace user`");
        }
        throw new MillraceException(
                ErrorCode.BAD_ARGUMENT,
                "what is stored is neither pbkdf2-sha512:<rounds>:<salt>:<hash> nor sha256:<hex>; make one with `millrace user`");
    }

    /**
     * What to store of a password. Takes as long as checking it: some tenths of a second with the usual rounds.
     *
     * @param password not empty
     * @param salt random bytes, 8 … 64
     * @param rounds 1,000 … 10,000,000
     * @throws MillraceException BAD_ARGUMENT
     */
    static Credential ofPassword(String password, byte[] salt, int rounds) {
        if (password.isEmpty()) {
            throw new MillraceException(ErrorCode.BAD_ARGUMENT, "a password has at least one character");
        }
        return new OfPassword(rounds, salt, OfPassword.derive(password, salt, rounds));
    }

    /** What to store of a token, which should have {@value #TOKEN_BYTES_MIN} random bytes. */
    static Credential ofToken(String token) {
        return new OfToken(OfToken.hash(token));
    }

    /** The stored form. */
    String stored();

    /** Whether it is of this password or token. Compares in a time that tells nothing about how alike they are. */
    boolean matches(String secret);

    /** Whether {@link #matches} takes so long that a thread which others wait for should not call it. */
    boolean isSlow();

    /** A password's. */
    final class OfPassword implements Credential {
        private static final int HASH_BYTES = 32;

        private final int rounds;
        private final byte[] salt;
        private final byte[] hash;

        private OfPassword(int rounds, byte[] salt, byte[] hash) {
            if (rounds < 1_000 || rounds > 10_000_000) {
                throw new MillraceException(ErrorCode.BAD_ARGUMENT, "rounds=" + rounds + " is outside 1000 … 10000000");
            }
            if (salt.length < 8 || salt.length > 64) {
                throw new MillraceException(ErrorCode.BAD_ARGUMENT, "salt has " + salt.length + " bytes, which is outside 8 … 64");
            }
            if (hash.length != HASH_BYTES) {
                throw new MillraceException(ErrorCode.BAD_ARGUMENT, "hash has " + hash.length + " bytes instead of " + HASH_BYTES);
            }
            this.rounds = rounds;
            this.salt = salt.clone();
            this.hash = hash;
        }

        private static byte[] derive(String password, byte[] salt, int rounds) {
            PBEKeySpec key = new PBEKeySpec(password.toCharArray(), salt, rounds, HASH_BYTES * 8);
            try {
                return SecretKeyFactory.getInstance("PBKDF2WithHmacSHA512").generateSecret(key).getEncoded();
            } catch (GeneralSecurityException missing) {
                throw new IllegalStateException("every JDK since 8 has PBKDF2WithHmacSHA512", missing);
            } finally {
                key.clearPassword();
            }
        }

        @Override
        public String stored() {
            Base64.Encoder base64 = Base64.getEncoder();
            return "pbkdf2-sha512:" + rounds + ":" + base64.encodeToString(salt) + ":" + base64.encodeToString(hash);
        }

        @Override
        public boolean matches(String secret) {
            return MessageDigest.isEqual(hash, derive(secret, salt, rounds));
        }

        @Override
        public boolean isSlow() {
            return true;
        }

        int rounds() {
            return rounds;
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof OfPassword known && known.stored().equals(stored());
        }

        @Override
        public int hashCode() {
            return stored().hashCode();
        }

        @Override
        public String toString() {
            return "a password";
        }
    }

    /** A token's. */
    final class OfToken implements Credential {
        private static final int HASH_BYTES = 32;

        private final byte[] hash;

        private OfToken(byte[] hash) {
            if (hash.length != HASH_BYTES) {
                throw new MillraceException(ErrorCode.BAD_ARGUMENT, "hash has " + hash.length + " bytes instead of " + HASH_BYTES);
            }
            this.hash = hash;
        }

        private static byte[] hash(String token) {
            try {
                return MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8));
            } catch (GeneralSecurityException missing) {
                throw new IllegalStateException("every JDK has SHA-256", missing);
            }
        }

        @Override
        public String stored() {
            return "sha256:" + HexFormat.of().formatHex(hash);
        }

        @Override
        public boolean matches(String secret) {
            return MessageDigest.isEqual(hash, hash(secret));
        }

        @Override
        public boolean isSlow() {
            return false;
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof OfToken known && known.stored().equals(stored());
        }

        @Override
        public int hashCode() {
            return stored().hashCode();
        }

        @Override
        public String toString() {
            return "a token";
        }
    }
}
