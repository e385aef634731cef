package dev.millrace.testkit;

import dev.millrace.api.Codec;
import dev.millrace.api.Millrace;
import dev.millrace.api.TaskQueue;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.Optional;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolutionException;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;
import org.junit.platform.commons.support.AnnotationSupport;

/** What {@link MillraceTest} brings along. An engine is opened when the first parameter wants it. */
public final class MillraceExtension implements ParameterResolver, AfterEachCallback, TestExecutionExceptionHandler {
    private static final Namespace NAMESPACE = Namespace.create(MillraceExtension.class);

    /** Made by JUnit. */
    public MillraceExtension() {}

    /** What is kept for a test; ended by JUnit if the test ended before it began. */
    private record Held(MillControl control) implements AutoCloseable {
        @Override
        public void close() {
            control.end();
        }
    }

    /** What a failed test leaves behind, in words. */
    private static final class Situation extends Exception {
        private static final long serialVersionUID = 1L;

        Situation(String words) {
            super(words, null, false, false);
        }

        @Override
        public String toString() {
            return "When the test failed: " + getMessage();
        }
    }

    /** An instance's constructor is called for its test, with that one's engine. */
    @Override
    public ExtensionContextScope getTestInstantiationExtensionContextScope(ExtensionContext rootContext) {
        return ExtensionContextScope.TEST_METHOD;
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        Class<?> type = parameter.getParameter().getType();
        return type == Millrace.class || type == MillControl.class || type == VirtualClock.class || type == TaskQueue.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        MillControl control = control(parameter, context);
        Class<?> type = parameter.getParameter().getType();
        if (type == Millrace.class) {
            return control.millrace();
        }
        if (type == MillControl.class) {
            return control;
        }
        return type == VirtualClock.class ? control.clock() : queue(parameter, control.millrace());
    }

    private static TaskQueue<?> queue(ParameterContext parameter, Millrace mill) {
        String name = parameter.findAnnotation(QueueName.class)
                .map(QueueName::value)
                .orElseThrow(() -> new ParameterResolutionException(
                        "a TaskQueue needs a name; write @QueueName(\"mail\") TaskQueue<String>, for example"));
        Type payload = parameter.getParameter().getParameterizedType() instanceof ParameterizedType type
                ? type.getActualTypeArguments()[0]
                : Object.class;
        if (payload == String.class) {
            return mill.queue(name, Codec.text());
        }
        if (payload == byte[].class) {
            return mill.queue(name);
        }
        throw new ParameterResolutionException("payload=" + payload.getTypeName()
                + " needs a codec; take a Millrace as parameter, and call queue(\"" + name + "\", codec)");
    }

    private static MillControl control(ParameterContext parameter, ExtensionContext context) {
        if (context.getTestMethod().isEmpty()) {
            throw new ParameterResolutionException("there is no engine for "
                    + parameter.getDeclaringExecutable()
                    + ", which runs once for several tests, each with an engine of its own; take it as a parameter of"
                    + " @BeforeEach or of the test" + hint(context));
        }
        return context.getStore(NAMESPACE)
                .computeIfAbsent(Held.class, key -> new Held(new MillControl(settings(context))), Held.class)
                .control();
    }

    private static String hint(ExtensionContext context) {
        return context.getTestInstanceLifecycle().orElse(null) == TestInstance.Lifecycle.PER_CLASS
                ? " (the class has an instance for all tests: Lifecycle.PER_CLASS)"
                : "";
    }

    /** The nearest annotation: of the method, its class, the classes around it from the inside. */
    private static MillraceTest settings(ExtensionContext context) {
        return AnnotationSupport.findAnnotation(context.getTestMethod(), MillraceTest.class)
                .or(() -> Optional.of(context.getRequiredTestClass())
                        .flatMap(type -> AnnotationSupport.findAnnotation(
                                type, MillraceTest.class, context.getEnclosingTestClasses())))
                .orElseThrow(() -> new ParameterResolutionException(
                        "MillraceExtension is registered without its settings; write @MillraceTest"));
    }

    @Override
    public void handleTestExecutionException(ExtensionContext context, Throwable failure) throws Throwable {
        Held held = context.getStore(NAMESPACE).get(Held.class, Held.class);
        if (held != null) {
            failure.addSuppressed(new Situation(held.control().situation()));
        }
        throw failure;
    }

    @Override
    public void afterEach(ExtensionContext context) {
        Held held = context.getStore(NAMESPACE).get(Held.class, Held.class);
        if (held != null) {
            held.close();
            if (context.getExecutionException().isEmpty()) {
                held.control().requireFaultsMet();
            }
        }
    }
}
