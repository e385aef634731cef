/**
 * The engines {@code memory:} and {@code embedded:<folder>}: the state machine and its store, on one thread that owns
 * them both.
 */
@NullMarked
package dev.millrace.embedded;

import org.jspecify.annotations.NullMarked;
