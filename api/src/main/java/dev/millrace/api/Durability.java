package dev.millrace.api;

/** What an acknowledgement is worth (G8). */
public enum Durability {
    /** On the disk before the answer, in groups: survives power loss. */
    SYNC,
    /** With the operating system before the answer: survives kill -9 of the process, not power loss. */
    WRITTEN,
    /** Stored soon after the answer: the last moments are lost with the process. */
    NONE
}
