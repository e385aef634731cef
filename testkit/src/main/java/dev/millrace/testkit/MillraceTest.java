package dev.millrace.testkit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Gives each test an engine of its own, empty at first, on a clock that stands still until the test moves it. For tests
 * of code that uses Millrace; an engine must be on the path beside this module, {@code millrace-embedded} in test
 * scope.
 *
 * {@snippet file = "RemindersTest.java" region = "reminder"}
 *
 * <p>A test method, a {@code @BeforeEach} or {@code @AfterEach} method, and the constructor of a class with an instance
 * for each test may ask for parameters: the {@link dev.millrace.api.Millrace}, the {@link MillControl} that moves time
 * and lets faults happen, its {@link VirtualClock}, and a {@code TaskQueue} of text or bytes that {@link QueueName}
 * names. What runs once for several tests, such as {@code @BeforeAll}, may not: there is no engine then.
 *
 * <p>Holds for classes that extend the annotated one and those nested in it; the nearest annotation wins, on the method
 * first. Tests may run in parallel.
 *
 * <p>After a test the engine is closed: consumptions that were left open end, and handlers that still run are
 * interrupted. The test fails if one of them does not end within {@link #patienceMs()}, or a planned fault has met no
 * command. A failed test's exception carries the queues, the virtual time and the busy handlers along, as a suppressed
 * one.
 */
@Documented
@Inherited
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.METHOD})
@ExtendWith(MillraceExtension.class)
public @interface MillraceTest {
    /** {@return where tasks are kept} */
    Store store() default Store.MEMORY;

    /**
     * How long, in real milliseconds, {@link MillControl#drain()} and its like wait while nothing at all happens before
     * they fail, at least 1. It bounds failing tests only: nothing waits for it to pass in one that succeeds.
     *
     * @return in real milliseconds, at least 1
     */
    long patienceMs() default 10_000;

    /**
     * How many tasks may be taken in one {@link MillControl#drain()} or {@link MillControl#advance}, at least 1.
     *
     * @return at least 1
     */
    int takesMax() default 100_000;

    /** Where tasks are kept. */
    enum Store {
        /** In memory; nothing is left after a restart, which is therefore refused. */
        MEMORY,
        /**
         * In a temporary folder of the test's own, which is removed after it; for tests of restarts. Stored as
         * {@link dev.millrace.api.Durability#WRITTEN}.
         */
        FOLDER
    }
}
