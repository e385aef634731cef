/**
 * The examples of the documentation, as tests. A region of a file here is what a comment shows with
 * {@code {@snippet file=… region=…}}, and a page of docs/ below a line {@code <!-- snippet: file region -->}.
 */
@NullMarked
package dev.millrace.examples;

import org.jspecify.annotations.NullMarked;
