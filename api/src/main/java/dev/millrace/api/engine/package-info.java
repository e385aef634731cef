/**
 * The small interface beneath the API. The API's everyday objects are made of it once, above every engine; an engine
 * (in process, over the network, on Redis) and a door (a protocol of the server) meet here. It knows no futures, no
 * codecs and no threads: commands go in, answers and pushes come out.
 */
@NullMarked
package dev.millrace.api.engine;

import org.jspecify.annotations.NullMarked;
