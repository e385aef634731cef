package dev.millrace.api;

import static dev.millrace.api.Refusals.assertBad;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.time.Duration;
import java.util.Arrays;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class OpenOptionsTest {
    private static final OpenOptions CHANGED = new OpenOptions(
            Durability.NONE, 2, 2_000_000, 3, 4, 44, 5, 6, 77_777, Backoff.fixed(Duration.ofSeconds(7)), new FixedTime());

    @Test
    void defaults_areThoseOfTheDocumentation() {
        OpenOptions options = OpenOptions.defaults();

        assertThat(options.durability()).isEqualTo(Durability.SYNC);
        assertThat(options.payloadBytesMax()).isEqualTo(1_048_576);
        assertThat(options.commandBytesMax()).isEqualTo(67_108_864);
        assertThat(options.waitersMax()).isEqualTo(1_048_576);
        assertThat(options.producersMax()).isEqualTo(30_000);
        assertThat(options.producerKeepMs()).isEqualTo(259_200_000);
        assertThat(options.idleQueuesMax()).isEqualTo(1_024);
        assertThat(options.engineDeathsMax()).isEqualTo(10);
        assertThat(options.memoryBytesMax()).isEqualTo(Runtime.getRuntime().maxMemory() / 2);
        assertThat(options.backoff().delay(1)).isEqualTo(Duration.ofSeconds(1));
        assertThat(options.backoff().delay(99)).isEqualTo(Duration.ofMinutes(5));
        assertThat(options.timeSource()).isSameAs(TimeSource.system());
    }

    @Test
    void with_eachPart_changesThatPartAlone() throws ReflectiveOperationException {
        RecordComponent[] parts = OpenOptions.class.getRecordComponents();
        for (RecordComponent part : parts) {
            Method with = OpenOptions.class.getMethod(
                    "with" + Character.toUpperCase(part.getName().charAt(0)) + part.getName().substring(1),
                    part.getType());

            Object changed = with.invoke(OpenOptions.defaults(), part.getAccessor().invoke(CHANGED));

            for (RecordComponent each : parts) {
                Object expected = each.getAccessor().invoke(each.equals(part) ? CHANGED : OpenOptions.defaults());
                assertThat(each.getAccessor().invoke(changed))
                        .as("%s after with(%s)", each.getName(), part.getName())
                        .isEqualTo(expected);
            }
        }
        assertThat(Arrays.stream(parts)).hasSize(11);
    }

    @Test
    void with_countsAtAndBeyondTheirBounds_areAcceptedAndRefused() {
        assertBounds("waitersMax", 1, 1 << 24, OpenOptions.defaults()::withWaitersMax);
        assertBounds("producersMax", 1, 1_000_000, OpenOptions.defaults()::withProducersMax);
        assertBounds("idleQueuesMax", 0, 1_000_000, OpenOptions.defaults()::withIdleQueuesMax);
        assertBounds("engineDeathsMax", 0, 255, OpenOptions.defaults()::withEngineDeathsMax);
        assertBounds("payloadBytesMax", 1, 64 << 20, OpenOptions.defaults()::withPayloadBytesMax);
        assertBounds("commandBytesMax", 64 << 10, 1 << 30, OpenOptions.defaults().withPayloadBytesMax(1)::withCommandBytesMax);
    }

    @Test
    void with_longPartsAtAndBeyondTheirBounds_areAcceptedAndRefused() {
        assertThat(OpenOptions.defaults().withProducerKeepMs(1).producerKeepMs()).isOne();
        assertThat(OpenOptions.defaults().withProducerKeepMs(Limits.DELAY_MAX_MS).producerKeepMs()).isEqualTo(315_360_000_000L);
        assertBad(() -> OpenOptions.defaults().withMemoryBytesMax((64 << 10) - 1), "memoryBytesMax=65535");
        assertBad(() -> OpenOptions.defaults().withMemoryBytesMax((1L << 50) + 1), "memoryBytesMax=1125899906842625");
        assertBad(() -> OpenOptions.defaults().withProducerKeepMs(0), "producerKeepMs=0");
        assertBad(() -> OpenOptions.defaults().withProducerKeepMs(Limits.DELAY_MAX_MS + 1), "producerKeepMs=315360000001");
    }

    @Test
    void withPayloadBytesMax_beyondTheCommandQueue_makesItGrowAlong() {
        OpenOptions options = OpenOptions.defaults().withPayloadBytesMax(64 << 20);

        assertThat(options.commandBytesMax()).isEqualTo((64 << 20) + 256);
    }

    @Test
    void withCommandBytesMax_belowAPayload_isRefused() {
        assertBad(
                () -> OpenOptions.defaults().withCommandBytesMax(1 << 20),
                "commandBytesMax=1048576 < payloadBytesMax=1048576 + 256",
                "raise commandBytesMax");
    }

    private static void assertBounds(String name, int min, int max, Function<Integer, OpenOptions> with) {
        assertThat(with.apply(min)).isNotNull();
        assertThat(with.apply(max)).isNotNull();
        assertBad(() -> with.apply(min - 1), name + "=" + (min - 1), min + " … " + max);
        assertBad(() -> with.apply(max + 1), name + "=" + (max + 1));
        assertBad(() -> with.apply(Integer.MIN_VALUE), name);
        assertBad(() -> with.apply(Integer.MAX_VALUE), name);
    }

    private static final class FixedTime implements TimeSource {
        @Override
        public long wallMs() {
            return 0;
        }

        @Override
        public long monotonicNs() {
            return 0;
        }
    }
}
