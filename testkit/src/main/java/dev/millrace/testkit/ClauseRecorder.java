package dev.millrace.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.TestWatcher;

/**
 * Writes down which clauses a test has proved, one line for each: clause, engine, test, {@code passed} or
 * {@code failed}, separated by tabs, in {@code target/clauses/<test class>.tsv} of the running module. {@link Clause}
 * brings it along.
 *
 * <p>A class's file is begun anew in each run, so that no outcome outlives its test.
 */
public final class ClauseRecorder implements TestWatcher {
    /** The engine of tests that run on none. */
    static final String NO_ENGINE = "-";

    private static final Namespace NAMESPACE = Namespace.create(ClauseRecorder.class);

    /** Made by JUnit. */
    public ClauseRecorder() {}

    @Override
    public void testSuccessful(ExtensionContext context) {
        record(context, "passed");
    }

    @Override
    public void testFailed(ExtensionContext context, @Nullable Throwable cause) {
        record(context, "failed");
    }

    /** An aborted test has proved nothing. */
    @Override
    public void testAborted(ExtensionContext context, @Nullable Throwable cause) {
        record(context, "failed");
    }

    private static void record(ExtensionContext context, String outcome) {
        Method method = context.getRequiredTestMethod();
        Clause clause = method.getAnnotation(Clause.class);
        String test = method.getDeclaringClass().getName() + "#" + method.getName();
        String engine = engine(context.getRequiredTestClass());
        StringBuilder lines = new StringBuilder();
        for (String name : clause.value()) {
            lines.append(String.join("\t", name, engine, test, outcome)).append('\n');
        }
        append(context, lines.toString());
    }

    private static String engine(Class<?> testClass) {
        for (Class<?> type = testClass; type != null; type = type.getEnclosingClass()) {
            Optional<String> engine =
                    Optional.ofNullable(type.getAnnotation(ForEngine.class)).map(ForEngine::value);
            if (engine.isPresent()) {
                return engine.get();
            }
        }
        return NO_ENGINE;
    }

    private static synchronized void append(ExtensionContext context, String lines) {
        Path file = Path.of("target", "clauses", context.getRequiredTestClass().getName() + ".tsv");
        ExtensionContext.Store begun = context.getRoot().getStore(NAMESPACE);
        try {
            if (begun.get(file) == null) {
                begun.put(file, true);
                Files.createDirectories(file.toAbsolutePath().getParent());
                Files.deleteIfExists(file);
            }
            Files.writeString(file, lines, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
