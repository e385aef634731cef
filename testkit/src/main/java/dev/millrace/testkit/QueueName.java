package dev.millrace.testkit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Names the queue that a {@link MillraceTest} wants as a parameter, a {@code TaskQueue<String>} of text or a
 * {@code TaskQueue<byte[]>}. For other payloads ask for the {@code Millrace}, and call its {@code queue(name, codec)}.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.PARAMETER)
public @interface QueueName {
    /**
     * The name, 1–255 bytes of UTF-8 without control characters (G1).
     *
     * @return a name (G1)
     */
    String value();
}
