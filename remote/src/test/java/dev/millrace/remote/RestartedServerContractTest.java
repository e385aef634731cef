package dev.millrace.remote;

import dev.millrace.api.Durability;
import dev.millrace.api.OpenOptions;
import dev.millrace.testkit.EngineFixture;
import dev.millrace.testkit.FixtureSource;
import dev.millrace.testkit.ForEngine;
import dev.millrace.testkit.contract.FeatureRestartContract;
import dev.millrace.testkit.contract.RestartContract;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;

/** What a restart keeps, on {@code millrace:} with a server that has a folder. */
@ForEngine("millrace:")
class RestartedServerContractTest {
    interface OnFolder extends FixtureSource {
        @Override
        default EngineFixture newFixture() {
            try {
                return new FolderFixture(Files.createTempDirectory("millrace-remote-"));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    @Nested
    class Restart extends RestartContract implements OnFolder {}

    @Nested
    class FeatureRestart extends FeatureRestartContract implements OnFolder {}

    /** A server on a folder of its own. */
    private static final class FolderFixture extends RemoteFixture {
        private final Path parent;

        FolderFixture(Path parent) {
            super("millrace://server", "embedded:" + parent.resolve("store"), true);
            this.parent = parent;
        }

        @Override
        protected OpenOptions options() {
            return super.options().withDurability(Durability.WRITTEN);
        }

        @Override
        public void close() {
            super.close();
            try (Stream<Path> paths = Files.walk(parent)) {
                List<Path> below =
                        paths.sorted(Comparator.comparingInt(Path::getNameCount).reversed()).toList();
                for (Path path : below) {
                    Files.delete(path);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
