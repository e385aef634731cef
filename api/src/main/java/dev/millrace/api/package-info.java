/**
 * What a program uses: open an engine with {@link dev.millrace.api.Millrace#open(String)}, name a
 * {@link dev.millrace.api.TaskQueue}, put and take. The clauses named in these comments (G1, T7, …) are those of
 * Millrace's contract, listed in docs/GUARANTEES.md.
 */
@NullMarked
package dev.millrace.api;

import org.jspecify.annotations.NullMarked;
