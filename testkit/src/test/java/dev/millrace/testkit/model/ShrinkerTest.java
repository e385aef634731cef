package dev.millrace.testkit.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.api.Put;
import dev.millrace.api.engine.Command;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ShrinkerTest {
    @Test
    void shrink_twoStepsMatter_leavesThoseTwo() {
        List<Integer> steps = IntStream.range(0, 200).boxed().toList();
        Shrinker<Integer> shrinker = new Shrinker<>(
                tried -> tried.contains(17) && tried.contains(150), step -> List.of(), 10_000);
        assertThat(shrinker.shrink(steps)).containsExactly(17, 150);
    }

    @Test
    void shrink_stepsThatBalanceEachOther_leavesOutBoth() {
        Shrinker<Integer> shrinker = new Shrinker<>(
                tried -> tried.contains(0) && tried.stream().mapToInt(step -> step).sum() == 0,
                step -> List.of(),
                10_000);
        assertThat(shrinker.shrink(List.of(5, 0, 3, -5, -3))).containsExactly(0);
    }

    @Test
    void shrink_simplerStepsFailToo_takesTheSimplest() {
        Shrinker<Integer> shrinker = new Shrinker<>(
                tried -> tried.stream().anyMatch(step -> step > 10), step -> List.of(step / 2, step - 1), 10_000);
        assertThat(shrinker.shrink(List.of(1, 99, 3))).containsExactly(11);
    }

    @Test
    void transcript_ofSteps_isJava() {
        List<Step> steps = List.of(
                new Step.Open(1, 0),
                new Step.Do(1, 2, new Command.Put("a", Numbers.payload(3, 8), Put.options().withKey("k").withPriority(7))));
        assertThat(Transcript.of(steps)).isEqualTo("""
                List.of(
                    new Step.Open(1, 0),
                    new Step.Do(1, 2, new Command.Put("a", payload(3, 8), Put.options().withPriority(7).withKey("k", KeyMode.KEEP))))""");
    }
}
