package dev.millrace.cli;

import java.nio.ByteBuffer;
import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * The running hash of the items: the first 8 bytes of SHA-256 over the hash so far and the item. It depends on every
 * item and their order, so that a single number tells whether an input begins as an earlier one did. Used by one
 * thread.
 */
final class InputHash {
    private final MessageDigest digest;
    private final ByteBuffer head = ByteBuffer.allocate(Long.BYTES);
    private final byte[] result = new byte[32];
    private long value;

    /** Goes on from the hash of what came before; 0 at the beginning. */
    InputHash(long value) {
        this.value = value;
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every JDK has SHA-256", impossible);
        }
    }

    long value() {
        return value;
    }

    /** Adds an item. Of one that cannot be used, the beginning and the length are what counts. */
    long add(Item item) {
        digest.update(head.putLong(0, value).array());
        digest.update(item.bytes());
        if (item.problem() != null) {
            digest.update(head.putLong(0, item.length()).array());
        }
        try {
            digest.digest(result, 0, result.length);
        } catch (DigestException impossible) {
            throw new IllegalStateException(impossible);
        }
        value = ByteBuffer.wrap(result).getLong();
        return value;
    }
}
