import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassElement;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassFileVersion;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeTransform;
import java.lang.constant.ClassDesc;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Collections;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/**
 * Brings the classes of a jar to the class file version of Java 21, in place; needs Java 24.
 *
 * <p>picocli is compiled for Java 5, to run everywhere. Classes that old are checked by a verifier that the JDK keeps
 * out of its ahead-of-time cache, so all of them were read and checked anew at each start: that was most of the time of
 * a `--help`. What a newer version asks for beyond the number is stack maps, which the JDK can compute. Nothing that
 * the classes do is changed.
 */
final class RenewClasses {
    private static final int JAVA_21 = 65;

    private final ZipFile jar;
    private final ClassFile classes;

    private RenewClasses(ZipFile jar) {
        this.jar = jar;
        ClassHierarchyResolver resolver = ClassHierarchyResolver.ofResourceParsing(this::open)
                .orElse(ClassHierarchyResolver.defaultResolver());
        this.classes = ClassFile.of(
                ClassFile.StackMapsOption.GENERATE_STACK_MAPS, ClassFile.ClassHierarchyResolverOption.of(resolver));
    }

    public static void main(String[] arguments) throws IOException {
        Path file = Path.of(arguments[0]);
        Path renewed = file.resolveSibling(file.getFileName() + ".new");
        try (ZipFile jar = new ZipFile(file.toFile());
                ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(renewed))) {
            new RenewClasses(jar).writeTo(out);
        }
        Files.move(renewed, file, StandardCopyOption.REPLACE_EXISTING);
    }

    private void writeTo(ZipOutputStream out) throws IOException {
        for (ZipEntry entry : Collections.list(jar.entries())) {
            byte[] content;
            try (InputStream in = jar.getInputStream(entry)) {
                content = in.readAllBytes();
            }
            boolean isOldClass = entry.getName().endsWith(".class") && classes.parse(content).majorVersion() < JAVA_21
                    && !entry.getName().endsWith("module-info.class");
            out.putNextEntry(new ZipEntry(entry.getName()));
            out.write(isOldClass ? renewed(classes.parse(content)) : content);
            out.closeEntry();
        }
    }

    /**
     * The second pass takes the code apart and puts it together again, now with the maps that the new version asks for.
     */
    private byte[] renewed(ClassModel old) {
        byte[] raised = classes.build(old.thisClass().asSymbol(), builder -> {
            for (ClassElement element : old) {
                builder.with(element instanceof ClassFileVersion ? ClassFileVersion.of(JAVA_21, 0) : element);
            }
        });
        return classes.transformClass(
                classes.parse(raised), ClassTransform.transformingMethodBodies(CodeTransform.ACCEPT_ALL));
    }

    private InputStream open(ClassDesc type) {
        String descriptor = type.descriptorString();
        ZipEntry entry = jar.getEntry(descriptor.substring(1, descriptor.length() - 1) + ".class");
        try {
            return entry == null ? null : jar.getInputStream(entry);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
