package dev.millrace.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import dev.millrace.api.Consume;
import dev.millrace.api.Millrace;
import dev.millrace.api.TaskQueue;
import dev.millrace.testkit.Fault;
import dev.millrace.testkit.MillControl;
import dev.millrace.testkit.MillraceTest;
import dev.millrace.testkit.QueueName;
import dev.millrace.testkit.VirtualClock;
import java.io.IOException;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.launcher.Launcher;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/** How the extension behaves in the lives of test classes, run here as samples. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class MillraceExtensionTest {
    /** What became of each test or class that ran, by its display name; no failure is null. */
    private static Map<String, TestExecutionResult> run(Class<?> sample, boolean isParallel) {
        LauncherDiscoveryRequest request = LauncherDiscoveryRequestBuilder.request()
                .selectors(selectClass(sample))
                .configurationParameter("junit.jupiter.execution.parallel.enabled", Boolean.toString(isParallel))
                .configurationParameter("junit.jupiter.execution.parallel.mode.default", "concurrent")
                .configurationParameter("junit.jupiter.execution.parallel.config.strategy", "fixed")
                .configurationParameter("junit.jupiter.execution.parallel.config.fixed.parallelism", "2")
                .build();
        Map<String, TestExecutionResult> results = new TreeMap<>();
        Launcher launcher = LauncherFactory.create();
        launcher.execute(request, new TestExecutionListener() {
            @Override
            public void executionFinished(TestIdentifier test, TestExecutionResult result) {
                synchronized (results) {
                    results.put(test.getDisplayName(), result);
                }
            }
        });
        return results;
    }

    private static void requireAllPass(Class<?> sample, boolean isParallel, int testsAndContainers) {
        assertThat(run(sample, isParallel)).hasSize(testsAndContainers).allSatisfy((name, result) -> assertThat(
                        result.getStatus())
                .as("%s: %s", name, result.getThrowable())
                .isEqualTo(TestExecutionResult.Status.SUCCESSFUL));
    }

    private static Throwable failure(Class<?> sample, String test) {
        return Optional.ofNullable(run(sample, false).get(test))
                .flatMap(TestExecutionResult::getThrowable)
                .orElseThrow(() -> new AssertionError(test + " did not run, or did not fail"));
    }

    @MillraceTest
    static class Injecting {
        private final TaskQueue<String> fromConstructor;
        private final MillControl control;

        Injecting(@QueueName("jobs") TaskQueue<String> jobs, MillControl control) {
            this.fromConstructor = jobs;
            this.control = control;
        }

        @BeforeEach
        void fill(Millrace mill) {
            mill.queue("jobs").put(new byte[0]);
        }

        @Test
        void everything(
                Millrace mill, MillControl same, VirtualClock clock, @QueueName("jobs") TaskQueue<byte[]> bytes) {
            assertThat(same).isSameAs(control);
            assertThat(mill).isSameAs(control.millrace());
            assertThat(clock).isSameAs(control.clock());
            assertThat(bytes.stats().ready()).isOne();
            assertThat(fromConstructor.stats().ready()).isOne();
        }

        @RepeatedTest(3)
        void eachRepetition_hasAnEngineOfItsOwn() {
            assertThat(fromConstructor.stats().putCount()).isOne();
        }

        @Nested
        class Within {
            @BeforeEach
            void fillMore(@QueueName("jobs") TaskQueue<byte[]> jobs) {
                jobs.put(new byte[0]);
            }

            @Test
            void nested_sharesTheEngineOfItsOuterInstance() {
                assertThat(fromConstructor.stats().ready()).isEqualTo(2);
            }
        }

        @AfterEach
        void engineIsStillOpen(Millrace mill) {
            assertThat(mill.queues()).isNotEmpty();
        }
    }

    @Test
    void parameters_ofConstructorAndMethods_areOfTheTestsOneEngine() {
        requireAllPass(Injecting.class, false, 9);
        requireAllPass(Injecting.class, true, 9);
    }

    @MillraceTest
    static class Parallel {
        private static final CyclicBarrier BOTH_RUN = new CyclicBarrier(2);

        @Test
        void one(@QueueName("jobs") TaskQueue<String> jobs, MillControl control) throws Exception {
            putAndLook(jobs, control);
        }

        @Test
        void other(@QueueName("jobs") TaskQueue<String> jobs, MillControl control) throws Exception {
            putAndLook(jobs, control);
        }

        private static void putAndLook(TaskQueue<String> jobs, MillControl control) throws Exception {
            BOTH_RUN.await(30, TimeUnit.SECONDS);
            assertThat(jobs.put("job").id().number()).isOne();
            BOTH_RUN.await(30, TimeUnit.SECONDS);
            assertThat(jobs.stats().ready()).isOne();
            jobs.consume(task -> {});
            control.drain();
            assertThat(jobs.stats().ackedCount()).isOne();
        }
    }

    @Test
    void tests_thatRunAtOnce_haveEnginesOfTheirOwn() {
        requireAllPass(Parallel.class, true, 4);
    }

    @Retention(RetentionPolicy.RUNTIME)
    @Target(ElementType.TYPE)
    @MillraceTest(store = MillraceTest.Store.FOLDER)
    @interface DurableTest {}

    @DurableTest
    @TestInstance(TestInstance.Lifecycle.PER_CLASS)
    static class OneInstance {
        private int tests;

        @Test
        void first(Millrace mill, MillControl control) {
            begin(mill);
            control.restart();
        }

        @Test
        void second(Millrace mill) {
            begin(mill);
        }

        private void begin(Millrace mill) {
            tests++;
            assertThat(mill.queue("jobs").put(new byte[0]).id().number())
                    .as("test %s", tests)
                    .isOne();
        }
    }

    @Test
    void perClassInstanceAndComposedAnnotation_giveEachTestItsOwnEngine() {
        requireAllPass(OneInstance.class, false, 4);
    }

    static class Extending extends Parent {
        @Test
        @MillraceTest(store = MillraceTest.Store.FOLDER)
        void ownSettings(MillControl control) {
            control.restart();
        }
    }

    @MillraceTest
    abstract static class Parent {
        @Test
        void inherited(Millrace mill) {
            assertThat(mill.queues()).isEmpty();
        }
    }

    @Test
    void annotation_ofASuperclass_isInheritedAndOneOnTheMethodWins() {
        requireAllPass(Extending.class, false, 4);
    }

    @MillraceTest
    @TestInstance(TestInstance.Lifecycle.PER_CLASS)
    static class ForTheInstance {
        ForTheInstance(Millrace mill) {
            mill.close();
        }

        @Test
        void never() {}
    }

    @MillraceTest
    static class ForAll {
        @BeforeAll
        static void open(Millrace mill) {
            mill.close();
        }

        @Test
        void never() {}
    }

    @Test
    void parameters_ofWhatRunsOnceForAllTests_areRefusedWithTheRemedy() {
        assertThat(failure(ForTheInstance.class, "MillraceExtensionTest$ForTheInstance"))
                .hasMessageContaining("runs once for several tests")
                .hasMessageContaining("@BeforeEach")
                .hasMessageContaining("PER_CLASS");
        assertThat(failure(ForAll.class, "MillraceExtensionTest$ForAll"))
                .hasMessageContaining("runs once for several tests")
                .hasMessageContaining("open");
    }

    @MillraceTest
    static class Asking {
        @Test
        void nameless(TaskQueue<String> jobs) {
            jobs.put("never");
        }

        @Test
        void codecless(@QueueName("jobs") TaskQueue<Integer> jobs) {
            jobs.put(1);
        }

        @Test
        @MillraceTest(patienceMs = 0)
        void hasty(Millrace mill) {
            mill.close();
        }
    }

    @Test
    void parameters_thatCannotBe_areRefusedWithTheRemedy() {
        assertThat(failure(Asking.class, "nameless(TaskQueue)")).hasMessageContaining("@QueueName(\"mail\")");
        assertThat(failure(Asking.class, "codecless(TaskQueue)"))
                .hasMessageContaining("java.lang.Integer")
                .hasMessageContaining("queue(\"jobs\", codec)");
        assertThat(failure(Asking.class, "hasty(Millrace)")).hasMessageContaining("patienceMs=0");
    }

    @MillraceTest
    static class Failing {
        /** A permit ends the deaf handler of one run. */
        private static final Semaphore END = new Semaphore(0);

        @Test
        void fails(@QueueName("jobs") TaskQueue<String> jobs, MillControl control) {
            jobs.put("job");
            control.failNextPut("jobs", Fault.OVERLOADED);
            throw new IllegalStateException("the tested code is wrong");
        }

        @Test
        void plansInVain(MillControl control) {
            control.failNextPut("jobs", Fault.UNKNOWN_DONE);
        }

        @Test
        @MillraceTest(patienceMs = 50)
        void leavesAHandler(@QueueName("jobs") TaskQueue<String> jobs) throws InterruptedException {
            CountDownLatch begun = new CountDownLatch(1);
            jobs.consume(task -> {
                begun.countDown();
                END.acquireUninterruptibly();
            });
            jobs.put("job");
            begun.await();
        }
    }

    @Test
    void test_thatFails_tellsWhatThereWasAndKeepsItsOwnFailure() {
        Throwable failure = failing("fails(TaskQueue, MillControl)");

        assertThat(failure).isInstanceOf(IllegalStateException.class).hasMessage("the tested code is wrong");
        assertThat(failure.getSuppressed()).hasSize(1);
        assertThat(failure.getSuppressed()[0].toString())
                .startsWith("When the test failed: virtual time 2030-01-01T00:00:00Z")
                .contains("queue jobs: ready=1 delayed=0 taken=0 buried=0")
                .contains("no command has met: Put of jobs OVERLOADED");
    }

    @Test
    void test_thatPlansAFaultInVain_fails() {
        assertThat(failing("plansInVain(MillControl)"))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("Put of jobs UNKNOWN_DONE");
    }

    @Test
    void test_thatLeavesADeafHandler_failsNamingIt() {
        assertThat(failing("leavesAHandler(TaskQueue)"))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("patienceMs=50")
                .hasMessageContaining("millrace-consume-jobs-0")
                .hasMessageContaining("MillraceExtensionTest");
    }

    private static Throwable failing(String test) {
        try {
            return failure(Failing.class, test);
        } finally {
            Failing.END.release();
        }
    }

    @MillraceTest(store = MillraceTest.Store.FOLDER)
    static class Leaving {
        @Test
        void consumersAndHandlers(@QueueName("jobs") TaskQueue<String> jobs, MillControl control)
                throws InterruptedException {
            CountDownLatch begun = new CountDownLatch(1);
            jobs.consume(
                    task -> {
                        begun.countDown();
                        new CountDownLatch(1).await();
                    },
                    Consume.concurrency(3));
            jobs.put("job");
            begun.await();
            control.crash().queue("jobs").consume(task -> {});
        }
    }

    @Test
    void test_thatLeavesConsumersOpen_isCleanedUpAfter() throws IOException {
        List<Path> before = folders();
        requireAllPass(Leaving.class, false, 3);
        assertThat(folders()).isEqualTo(before);
        assertThat(Thread.getAllStackTraces().keySet())
                .extracting(Thread::getName)
                .doesNotContain("millrace-store", "millrace-store-after-crash-1");
    }

    /** The folders of this process, as others may run at the same time. */
    private static List<Path> folders() throws IOException {
        String prefix = "millrace-test-" + ProcessHandle.current().pid() + "-";
        try (Stream<Path> paths = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
            return paths.filter(path -> path.getFileName().toString().startsWith(prefix))
                    .toList();
        }
    }
}
