package dev.millrace.testkit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Names the clauses of the contract that a test proves. The outcome is recorded for the {@link ClauseTable}, under the
 * engine that {@link ForEngine} names.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
@ExtendWith(ClauseRecorder.class)
public @interface Clause {
    /**
     * The clauses, as the list names them: {@code T7}, or with a part after a space, {@code G4 tasks}.
     *
     * @return one at least
     */
    String[] value();
}
