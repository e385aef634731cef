package dev.millrace.journal;

/**
 * What records are for, which decides how deep into the reserve of a full disk they may go; see {@link Journal#admits}.
 */
public enum Purpose {
    /** They add work: refused as soon as the disk is full. */
    ADD,
    /** They change what is there, a take for instance: may use nearly half of the reserve's first slot. */
    CHANGE,
    /**
     * They end something, so that room can be made: may use nearly all of the first slot. The rest is the cleaner's.
     */
    END
}
