package dev.millrace.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.api.engine.Answer;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

class MillraceTest {
    @Test
    void over_anOpenEngine_handlesOnTheThreadsItIsGivenAndClosesIt() throws InterruptedException {
        ScriptedEngine engine = new ScriptedEngine();
        List<Thread> made = new CopyOnWriteArrayList<>();
        Millrace mill = Millrace.over(engine, loop -> {
            Thread thread = Thread.ofPlatform().daemon().unstarted(loop);
            made.add(thread);
            return thread;
        });
        List<Thread> handled = new CopyOnWriteArrayList<>();

        Consumption consumption = mill.queue("jobs").consume(task -> handled.add(Thread.currentThread()));
        engine.answer(ScriptedEngine.taken(1, 1));
        engine.answer(new Answer.Done(1, null));
        engine.answer(new Answer.Failed(ErrorCode.CLOSED, "enough"));
        consumption.close();
        mill.close();

        assertThat(made).hasSize(1);
        assertThat(handled).isEqualTo(made);
        assertThat(made.getFirst().getName()).isEqualTo("millrace-consume-jobs-0");
        assertThat(engine.closes()).isOne();
    }

    @Test
    void consume_engineIsOverloaded_triesTakeAndVerdictsAgainUntilItIsClosed() throws Exception {
        ScriptedEngine engine = new ScriptedEngine();
        Answer overloaded = new Answer.Failed(ErrorCode.OVERLOADED, "the disk is full");
        Consumption consumption = Millrace.over(engine, Thread.ofVirtual().factory()).queue("jobs").consume(task -> {
            Thread.currentThread().interrupt();
            if (task.id().number() == 2) {
                throw new IllegalStateException("no good");
            }
        });

        engine.answer(overloaded);
        engine.answer(ScriptedEngine.taken(1, 1));
        engine.answer(overloaded);
        engine.answer(new Answer.Done(1, null));
        engine.answer(ScriptedEngine.taken(2, 1));
        engine.answer(overloaded);
        engine.answer(new Answer.Done(2, TaskState.DELAYED));
        engine.answer(overloaded);
        consumption.close();

        assertThat(engine.submitted().stream().map(command -> command.getClass().getSimpleName()))
                .containsExactly("Take", "Take", "Ack", "Ack", "Take", "Fail", "Fail", "Take");
        assertThat(consumption.ended().toCompletableFuture()).isCompleted();
    }
}
