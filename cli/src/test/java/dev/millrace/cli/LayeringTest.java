package dev.millrace.cli;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Dependencies point one way, as docs/ARCHITECTURE.md draws it. */
class LayeringTest {
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.millrace");

    /** Each module, and which others it may know. */
    private static final Map<String, Set<String>> MAY_KNOW = Map.of(
            "api", Set.of(),
            "core", Set.of(),
            "journal", Set.of(),
            "embedded", Set.of("api", "core", "journal"),
            "testkit", Set.of("api"),
            "wire", Set.of("api"),
            "server", Set.of("api", "wire"),
            "remote", Set.of("api", "wire"),
            "pool", Set.of("api"),
            "cli", Set.of("api", "pool", "server"));

    @Test
    void import_allModules_areSeen() {
        for (String module : MAY_KNOW.keySet()) {
            assertThat(CLASSES.stream().map(JavaClass::getPackageName))
                    .as(module)
                    .contains("dev.millrace." + module);
        }
    }

    @Test
    void modules_dependOnlyOn_thoseTheyMayKnow() {
        MAY_KNOW.forEach((module, known) -> {
            String[] others = MAY_KNOW.keySet().stream()
                    .filter(other -> !other.equals(module) && !known.contains(other))
                    .map(other -> "dev.millrace." + other + "..")
                    .toArray(String[]::new);
            noClasses()
                    .that()
                    .resideInAPackage("dev.millrace." + module + "..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(others)
                    .check(CLASSES);
        });
    }

    @Test
    void core_has_noThreadIoClockOrRandomness() {
        Set<String> forbidden = Set.of(
                "java.lang.Thread",
                "java.lang.Runtime",
                "java.lang.Process",
                "java.lang.ProcessBuilder",
                "java.lang.ProcessHandle",
                "java.util.Random",
                "java.util.SplittableRandom",
                "java.util.UUID",
                "java.util.Timer",
                "java.util.Date");
        List<String> packages = List.of(
                "java.io", "java.nio.file", "java.nio.channels", "java.net", "java.time", "java.util.concurrent", "java.util.random", "java.security");
        noClasses()
                .that()
                .resideInAPackage("dev.millrace.core..")
                .should()
                .dependOnClassesThat(DescribedPredicate.describe(
                        "have to do with threads, I/O, clocks or randomness",
                        type -> forbidden.contains(type.getName())
                                || packages.stream().anyMatch(name -> (type.getPackageName() + ".").startsWith(name + "."))))
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(System.class, "nanoTime")
                .check(CLASSES);
    }
}
