package dev.millrace.embedded;

import dev.millrace.testkit.EngineFixture;
import dev.millrace.testkit.FixtureSource;
import dev.millrace.testkit.ForEngine;
import dev.millrace.testkit.InProcessFixture;
import dev.millrace.testkit.contract.AdministrationContract;
import dev.millrace.testkit.contract.BatchCommandContract;
import dev.millrace.testkit.contract.BatchContract;
import dev.millrace.testkit.contract.ConcurrencyContract;
import dev.millrace.testkit.contract.ConsumeContract;
import dev.millrace.testkit.contract.DelayContract;
import dev.millrace.testkit.contract.EngineSessionContract;
import dev.millrace.testkit.contract.FailureContract;
import dev.millrace.testkit.contract.GroupContract;
import dev.millrace.testkit.contract.KeyContract;
import dev.millrace.testkit.contract.LimitContract;
import dev.millrace.testkit.contract.MultitudeContract;
import dev.millrace.testkit.contract.NameContract;
import dev.millrace.testkit.contract.OrderContract;
import dev.millrace.testkit.contract.PauseContract;
import dev.millrace.testkit.contract.ProducerContract;
import dev.millrace.testkit.contract.PutContract;
import dev.millrace.testkit.contract.RotationContract;
import dev.millrace.testkit.contract.SessionContract;
import dev.millrace.testkit.contract.SettingsContract;
import dev.millrace.testkit.contract.SeveralQueuesContract;
import dev.millrace.testkit.contract.StatsContract;
import dev.millrace.testkit.contract.SuccessorContract;
import dev.millrace.testkit.contract.TakeManyContract;
import dev.millrace.testkit.contract.TimeToLiveContract;
import dev.millrace.testkit.contract.TimeToRunContract;
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

    @Nested
    class Pause extends PauseContract implements OnMemory {}

    @Nested
    class Settings extends SettingsContract implements OnMemory {}

    @Nested
    class TimeToRun extends TimeToRunContract implements OnMemory {}

    @Nested
    class TimeToLive extends TimeToLiveContract implements OnMemory {}

    @Nested
    class Key extends KeyContract implements OnMemory {}

    @Nested
    class Successor extends SuccessorContract implements OnMemory {}

    @Nested
    class Batch extends BatchContract implements OnMemory {}

    @Nested
    class BatchCommand extends BatchCommandContract implements OnMemory {}

    @Nested
    class TakeMany extends TakeManyContract implements OnMemory {}

    @Nested
    class SeveralQueues extends SeveralQueuesContract implements OnMemory {}

    @Nested
    class Group extends GroupContract implements OnMemory {}

    @Nested
    class Rotation extends RotationContract implements OnMemory {}

    @Nested
    class Multitude extends MultitudeContract implements OnMemory {}
}
