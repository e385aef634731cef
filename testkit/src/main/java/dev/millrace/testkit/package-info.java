/**
 * What tests with Millrace are made of. Tests of code that uses it say {@link dev.millrace.testkit.MillraceTest}, and
 * lead their engine by {@link dev.millrace.testkit.MillControl}.
 *
 * <p>What tests of Millrace itself are made of. An engine proves itself by an {@link
 * dev.millrace.testkit.EngineFixture} and one subclass for each class in {@link dev.millrace.testkit.contract}; the
 * {@link dev.millrace.testkit.ClauseTable} shows that no clause is left without a test.
 */
@NullMarked
package dev.millrace.testkit;

import org.jspecify.annotations.NullMarked;
