/** Measures the engines as their users see them; what was found is in docs/PERFORMANCE.md. */
@NullMarked
package dev.millrace.bench;

import org.jspecify.annotations.NullMarked;
