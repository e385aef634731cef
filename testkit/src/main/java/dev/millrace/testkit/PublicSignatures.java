package dev.millrace.testkit;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;

/**
 * What a module shows to the world, as text that is committed beside it, so that a change shows in review. Run the test
 * with {@code -Dapi.update=true} to rewrite the text.
 */
public final class PublicSignatures {
    private final Path module;
    private final List<String> packages;

    /**
     * The public signatures of a module.
     *
     * @param module the module's folder, with its classes in {@code target/classes} and the dump in {@code api.txt}
     * @param packages the packages that it exports
     */
    public PublicSignatures(Path module, String... packages) {
        this.module = module;
        this.packages = List.of(packages);
    }

    /**
     * Fails when the signatures are not those of the dump.
     *
     * @throws IOException when the dump cannot be read or written
     */
    public void requireUnchanged() throws IOException {
        requireUnchanged(Boolean.getBoolean("api.update"));
    }

    void requireUnchanged(boolean update) throws IOException {
        String now = now();
        Path dump = module.resolve("api.txt");
        if (update) {
            Files.writeString(dump, now);
        }
        if (!now.equals(Files.readString(dump))) {
            throw new AssertionError("the public signatures of " + module.toAbsolutePath().normalize()
                    + " are not those of its api.txt; rewrite it with -Dapi.update=true and review the difference");
        }
    }

    /** The signatures of all public classes, in the order of their names. */
    String now() throws IOException {
        StringWriter out = new StringWriter();
        for (String name : packages) {
            Path folder = module.resolve("target/classes").resolve(name.replace('.', '/'));
            List<String> files = publicClasses(name, folder);
            PrintWriter printer = new PrintWriter(out);
            String[] arguments =
                    Stream.concat(Stream.of("-protected"), files.stream()).toArray(String[]::new);
            ToolProvider.findFirst("javap").orElseThrow().run(printer, printer, arguments);
        }
        return out.toString();
    }

    private static List<String> publicClasses(String packageName, Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".class"))
                    .filter(file -> isPublic(packageName, file.getFileName().toString()))
                    .map(Path::toString)
                    .sorted()
                    .toList();
        }
    }

    private static boolean isPublic(String packageName, String fileName) {
        String simpleName = fileName.substring(0, fileName.length() - ".class".length());
        try {
            Class<?> type =
                    Class.forName(packageName + "." + simpleName, false, PublicSignatures.class.getClassLoader());
            boolean visible = !type.isAnonymousClass() && !type.isLocalClass();
            for (Class<?> each = type; visible && each != null; each = each.getEnclosingClass()) {
                visible = (each.getModifiers() & (Modifier.PUBLIC | Modifier.PROTECTED)) != 0;
            }
            return visible;
        } catch (ClassNotFoundException e) {
            throw new AssertionError(fileName + " is not on this test's path", e);
        }
    }
}
