package dev.millrace.testkit;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Objects;
import org.junit.jupiter.api.Test;

/** What can be tested where no engine is; the rest is tested beside the engines. */
class MillraceExtensionTest {
    @MillraceTest
    private static final class WithoutEngine {}

    @Test
    void open_noEngineOnThePath_namesTheModuleToAdd() {
        MillraceTest settings = Objects.requireNonNull(WithoutEngine.class.getAnnotation(MillraceTest.class));

        assertThatThrownBy(() -> new MillControl(settings))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("millrace-embedded in test scope");
    }
}
