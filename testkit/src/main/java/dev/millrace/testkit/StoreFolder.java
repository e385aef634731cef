package dev.millrace.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** The store of one test, in a temporary folder. */
final class StoreFolder {
    private final Path parent;
    private Path store;
    private int crashes;

    private StoreFolder(Path parent) {
        this.parent = parent;
        this.store = parent.resolve("store");
    }

    static StoreFolder create() {
        try {
            long pid = ProcessHandle.current().pid();
            return new StoreFolder(Files.createTempDirectory("millrace-test-" + pid + "-"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String uri() {
        return "embedded:" + store;
    }

    /**
     * Goes on with a copy of the store as it is, which is what a killed process leaves, and drops the store once
     * closed.
     */
    void copyAndLeave(Runnable closing) {
        Path left = parent.resolve("store-after-crash-" + ++crashes);
        try {
            for (Path path : below(store)) {
                Files.copy(path, left.resolve(store.relativize(path).toString()));
            }
            closing.run();
            delete(store);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        store = left;
    }

    /** Removes all of it; harmless when it is gone. */
    void remove() {
        try {
            if (Files.exists(parent)) {
                delete(parent);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
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
