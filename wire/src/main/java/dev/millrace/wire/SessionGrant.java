package dev.millrace.wire;

import org.jspecify.annotations.Nullable;

/**
 * What SESSION.GRACE answers.
 *
 * @param id the session's number
 * @param secret what proves to be its user; null when no grace was asked for
 * @param graceMs how long it lives on without a connection
 */
public record SessionGrant(long id, @Nullable String secret, long graceMs) {
    @Override
    public String toString() {
        return "SessionGrant[id=" + id + ", graceMs=" + graceMs + "]";
    }
}
