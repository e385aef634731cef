/**
 * The JUnit extension for tests of code that uses Millrace. And the contract suite, which every engine passes, and what
 * it takes to run it: a clock that a test moves, a fixture per engine, and the table of clauses and the tests that
 * prove them.
 */
@SuppressWarnings("module") // embedded is built later
module dev.millrace.testkit {
    requires transitive dev.millrace.api;
    requires transitive org.junit.jupiter.api;
    requires org.assertj.core;
    requires static org.jspecify;

    exports dev.millrace.testkit;
    exports dev.millrace.testkit.contract;
    exports dev.millrace.testkit.model to
            dev.millrace.embedded;

    opens dev.millrace.testkit.contract;
}
