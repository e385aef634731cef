package dev.millrace.server;

/** What is bounded on a server (G7), by the names of the settings, for counting how often each bound was met. */
enum Limit {
    /** One more connection was refused. */
    CONNECTIONS_MAX("connectionsMax"),
    /** And closed without a word, since enough were being told so over TLS. */
    TURNED_AWAY_MAX("turnedAwayMax"),
    /** A command was too long, in all or in an argument, and its connection closed. */
    COMMAND_BYTES_MAX("commandBytesMax"),
    /** A connection was not read for a while, since enough was sent ahead. */
    HELD_BYTES_MAX("heldBytesMax"),
    /**
     * A connection's commands waited for a while, since enough of the server's own replies waited for the engine's
     * answers before them.
     */
    WAITING_REPLIES_MAX("waitingRepliesMax"),
    /** A connection was not read for a while, since its client did not read. */
    UNSENT_BYTES_MAX("unsentBytesMax"),
    /** And was closed. */
    UNSENT_BYTES_END("unsentBytesEnd"),
    /** And was closed, since nothing moved. */
    STALLED_MS("stalledMs"),
    /** And was closed, since the client's system confirmed nothing. */
    CONFIRM_WITHIN_MS("confirmWithinMs"),
    /** And one was closed, since all together took too much memory, and it most of it. */
    CLIENT_BYTES_MAX("clientBytesMax"),
    /** A tag, or credit, was refused. */
    TAGS_MAX("tagsMax"),
    /** A longer grace was refused. */
    GRACE_MS_MAX("graceMsMax"),
    /** A session ended with its connection, though it had asked for grace. */
    DETACHED_MAX("detachedMax"),
    /** A connection was closed that named wrong secrets. */
    RESUMPTIONS_MAX("wrongResumptionsMax"),
    /** A password was refused unlooked at. */
    CHECKS_MAX("checksMax"),
    /** As well, since too many of its address were under way. */
    CHECKS_PER_ADDRESS_MAX("checksPerAddressMax"),
    /** An address was forgotten early. */
    ADDRESSES_MAX("addressesMax"),
    /** A password that is known to be right was forgotten, and will be derived again. */
    PROVEN_MAX("provenMax"),
    /** A connection was closed on which nobody had logged in. */
    LOGIN_WITHIN_MS("loginWithinMs"),
    /** A report to Graphite left queues out. */
    GRAPHITE_QUEUES_MAX("graphite.queuesMax");

    private final String told;

    Limit(String told) {
        this.told = told;
    }

    /** As the settings name it. */
    String told() {
        return told;
    }
}
