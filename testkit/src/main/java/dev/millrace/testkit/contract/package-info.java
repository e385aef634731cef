/**
 * The contract suite: the clauses as tests against the API alone, which run on every engine alike. A class speaks of
 * one theme; an engine's test module extends each of them and hands in its fixture.
 *
 * <p>Time is virtual. A test waits for futures with a generous bound, and never sleeps; it may assert that something
 * has <em>not</em> happened only after {@link dev.millrace.testkit.EngineFixture#settle()}.
 */
@NullMarked
package dev.millrace.testkit.contract;

import org.jspecify.annotations.NullMarked;
