package dev.millrace.server;

import io.netty.channel.Channel;

/** What the system knows of a peer's confirming what it was sent, as TCP does. Used on the loop's thread. */
@FunctionalInterface
interface Confirmations {
    /** Nothing that was sent lacks a confirmation. */
    long COMPLETE = -1;
    /** The system does not tell. */
    long UNTOLD = -2;

    /**
     * How long ago the peer last confirmed anything, in ms, if it lacks something; else {@link #COMPLETE} or {@link
     * #UNTOLD}.
     */
    long lastAgoMs(Channel channel);

    /** Where the system does not tell. */
    static Confirmations untold() {
        return channel -> UNTOLD;
    }
}
