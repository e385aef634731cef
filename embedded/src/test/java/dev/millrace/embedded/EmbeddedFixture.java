package dev.millrace.embedded;

import dev.millrace.api.Durability;
import dev.millrace.api.Millrace;
import dev.millrace.api.OpenOptions;
import dev.millrace.testkit.CrashableFixture;
import dev.millrace.testkit.InProcessFixture;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * A folder of its own, in which nothing is fsynced: what survives a crash here is what had been written before it was
 * answered.
 */
class EmbeddedFixture extends InProcessFixture implements CrashableFixture {
    private final Path parent;
    private Path folder;
    private int crashes;

    EmbeddedFixture(Path parent) {
        super("embedded:" + parent.resolve("store"), true);
        this.parent = parent;
        this.folder = parent.resolve("store");
    }

    static EmbeddedFixture create() {
        return new EmbeddedFixture(newParent());
    }

    /** A new folder for a fixture. */
    static Path newParent() {
        try {
            return Files.createTempDirectory("millrace-contract-");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    protected OpenOptions options() {
        return super.options().withDurability(Durability.WRITTEN);
    }

    /** Goes on with a copy of the folder as it is at this moment, which is what a killed process leaves. */
    @Override
    public Millrace crash(UnaryOperator<OpenOptions> change) {
        settle();
        Path left = parent.resolve("store-after-crash-" + ++crashes);
        try {
            copy(folder, left);
            closeEngine();
            delete(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        folder = left;
        useStore("embedded:" + left);
        return open(change);
    }

    @Override
    public void close() {
        super.close();
        try {
            delete(parent);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static void copy(Path from, Path to) throws IOException {
        for (Path path : below(from)) {
            Files.copy(path, to.resolve(from.relativize(path).toString()));
        }
    }

    private static void delete(Path folder) throws IOException {
        for (Path path : below(folder).reversed()) {
            Files.delete(path);
        }
    }

    /** The folder itself and all in it, each after the folder that holds it. */
    private static List<Path> below(Path folder) throws IOException {
        try (Stream<Path> paths = Files.walk(folder)) {
            return paths.sorted(Comparator.comparingInt(Path::getNameCount)).toList();
        }
    }
}
