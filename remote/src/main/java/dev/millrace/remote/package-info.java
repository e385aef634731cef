/**
 * The engine {@code millrace://host:port}: sessions that are connections to a server, each a conversation of commands
 * and answers which goes on when its connection breaks. Begin with {@link dev.millrace.remote.RemoteSession}.
 */
@NullMarked
package dev.millrace.remote;

import org.jspecify.annotations.NullMarked;
