package dev.millrace.embedded;

import dev.millrace.testkit.EngineFixture;
import dev.millrace.testkit.FixtureSource;
import dev.millrace.testkit.ForEngine;
import dev.millrace.testkit.InProcessFixture;
import dev.millrace.testkit.contract.AdministrationContract;
import dev.millrace.testkit.contract.ConcurrencyContract;
import dev.millrace.testkit.contract.ConsumeContract;
import dev.millrace.testkit.contract.DelayContract;
import dev.millrace.testkit.contract.EngineSessionContract;
import dev.millrace.testkit.contract.FailureContract;
import dev.millrace.testkit.contract.LimitContract;
import dev.millrace.testkit.contract.NameContract;
import dev.millrace.testkit.contract.OrderContract;
import dev.millrace.testkit.contract.ProducerContract;
import dev.millrace.testkit.contract.PutContract;
import dev.millrace.testkit.contract.SessionContract;
import dev.millrace.testkit.contract.StatsContract;
import dev.millrace.testkit.contract.VerdictContract;
import dev.millrace.testkit.contract.WaitContract;
import org.junit.jupiter.api.Nested;

/** The contract on {@code memory:}, which keeps nothing across restarts. */
@ForEngine("memory:")
class MemoryContractTest {
    interface OnMemory extends FixtureSource {
        @Override
        default EngineFixture newFixture() {
            return new InProcessFixture("memory:");
        }
    }

    @Nested
    class Session extends SessionContract implements OnMemory {}

    @Nested
    class Name extends NameContract implements OnMemory {}

    @Nested
    class Put extends PutContract implements OnMemory {}

    @Nested
    class Order extends OrderContract implements OnMemory {}

    @Nested
    class Delay extends DelayContract implements OnMemory {}

    @Nested
    class Wait extends WaitContract implements OnMemory {}

    @Nested
    class Verdict extends VerdictContract implements OnMemory {}

    @Nested
    class Failure extends FailureContract implements OnMemory {}

    @Nested
    class Administration extends AdministrationContract implements OnMemory {}

    @Nested
    class Stats extends StatsContract implements OnMemory {}

    @Nested
    class Producer extends ProducerContract implements OnMemory {}

    @Nested
    class Limit extends LimitContract implements OnMemory {}

    @Nested
    class Consume extends ConsumeContract implements OnMemory {}

    @Nested
    class Concurrency extends ConcurrencyContract implements OnMemory {}

    @Nested
    class EngineSession extends EngineSessionContract implements OnMemory {}
}
