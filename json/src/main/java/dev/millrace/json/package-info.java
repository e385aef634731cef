/** Codecs for JSON, on Jackson: {@link dev.millrace.json.JsonCodec}. */
@NullMarked
package dev.millrace.json;

import org.jspecify.annotations.NullMarked;
