package dev.millrace.testkit;

/**
 * Where a contract test gets its fixture. A test module implements it once, in an interface with a default method, and
 * mixes that into each contract class:
 *
 * {@snippet file = "MyEngineTest.java" region = "fixture"}
 */
@FunctionalInterface
public interface FixtureSource {
    /** {@return a fixture with an empty store, which the test closes} */
    EngineFixture newFixture();
}
