/**
 * Server beside server: the packaged server and those of its peers that are installed, under the same load from one
 * generator.
 *
 * <p>The generator is one thread over plain sockets, since the engine's own client would not speak the peers'
 * protocols, and a client library for each would be measured along. {@link dev.millrace.bench.peers.Dialect} says how
 * each is spoken to.
 */
@NullMarked
package dev.millrace.bench.peers;

import org.jspecify.annotations.NullMarked;
