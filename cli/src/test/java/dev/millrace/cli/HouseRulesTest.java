package dev.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.lang.module.ModuleReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Rules of the house that no plugin checks: who exports to the world, and that every package says what may be null. */
class HouseRulesTest {
    private static final Path HOUSE = Path.of("..");
    private static final Set<String> OPEN_TO_THE_WORLD =
            Set.of("dev.millrace.api", "dev.millrace.json", "dev.millrace.testkit");

    @Test
    void modules_exportToTheWorld_onlyIfTheyMay() throws IOException {
        Path[] classes = sources().stream()
                .map(source -> source.resolve("../../../target/classes").normalize())
                .toArray(Path[]::new);
        Set<ModuleReference> modules = ModuleFinder.of(classes).findAll();
        assertThat(modules).hasSameSizeAs(classes);
        for (ModuleReference module : modules) {
            ModuleDescriptor descriptor = module.descriptor();
            assertThat(descriptor.isOpen()).as(descriptor.name()).isFalse();
            if (!OPEN_TO_THE_WORLD.contains(descriptor.name())) {
                assertThat(descriptor.exports())
                        .as("exports of %s without a `to`", descriptor.name())
                        .allMatch(ModuleDescriptor.Exports::isQualified);
            }
        }
    }

    @Test
    void packages_allOfThem_areNullMarked() throws IOException {
        for (Path source : sources()) {
            if (Files.readString(source.resolve("module-info.java")).contains("@org.jspecify.annotations.NullMarked")) {
                continue;
            }
            try (Stream<Path> files = Files.walk(source)) {
                List<Path> packages = files.filter(file -> file.toString().endsWith(".java"))
                        .map(Path::getParent)
                        .filter(folder -> !folder.equals(source))
                        .distinct()
                        .toList();
                assertThat(packages).isNotEmpty();
                for (Path folder : packages) {
                    assertThat(folder.resolve("package-info.java")).content().contains("@NullMarked");
                }
            }
        }
    }

    /** The source folders of all modules. */
    private static List<Path> sources() throws IOException {
        try (Stream<Path> modules = Files.list(HOUSE)) {
            List<Path> sources = modules.map(module -> module.resolve("src/main/java"))
                    .filter(source -> Files.exists(source.resolve("module-info.java")))
                    .toList();
            assertThat(sources).hasSizeGreaterThan(8);
            return sources;
        }
    }
}
