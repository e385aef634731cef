/**
 * The server: an engine on the network's event loop, and the native door to it. {@link
 * dev.millrace.server.MillraceServer} starts it.
 */
@NullMarked
package dev.millrace.server;

import org.jspecify.annotations.NullMarked;
