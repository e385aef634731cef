package dev.millrace.embedded;

import dev.millrace.testkit.EngineFixture;
import dev.millrace.testkit.FixtureSource;
import dev.millrace.testkit.ForEngine;
import dev.millrace.testkit.contract.AdministrationContract;
import dev.millrace.testkit.contract.BatchCommandContract;
import dev.millrace.testkit.contract.BatchContract;
import dev.millrace.testkit.contract.ConcurrencyContract;
import dev.millrace.testkit.contract.ConsumeContract;
import dev.millrace.testkit.contract.CrashContract;
import dev.millrace.testkit.contract.DelayContract;
import dev.millrace.testkit.contract.EngineSessionContract;
import dev.millrace.testkit.contract.FailureContract;
import dev.millrace.testkit.contract.FeatureCrashContract;
import dev.millrace.testkit.contract.FeatureRestartContract;
import dev.millrace.testkit.contract.GroupContract;
import dev.millrace.testkit.contract.KeyContract;
import dev.millrace.testkit.contract.LimitContract;
import dev.millrace.testkit.contract.MultitudeContract;
import dev.millrace.testkit.contract.NameContract;
import dev.millrace.testkit.contract.OrderContract;
import dev.millrace.testkit.contract.PauseContract;
import dev.millrace.testkit.contract.ProducerContract;
import dev.millrace.testkit.contract.PutContract;
import dev.millrace.testkit.contract.RestartContract;
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

/** The contract on {@code embedded:<folder>}. */
@ForEngine("embedded:")
class EmbeddedContractTest {
    interface OnFolder extends FixtureSource {
        @Override
        default EngineFixture newFixture() {
            return EmbeddedFixture.create();
        }
    }

    @Nested
    class Session extends SessionContract implements OnFolder {}

    @Nested
    class Name extends NameContract implements OnFolder {}

    @Nested
    class Put extends PutContract implements OnFolder {}

    @Nested
    class Order extends OrderContract implements OnFolder {}

    @Nested
    class Delay extends DelayContract implements OnFolder {}

    @Nested
    class Wait extends WaitContract implements OnFolder {}

    @Nested
    class Verdict extends VerdictContract implements OnFolder {}

    @Nested
    class Failure extends FailureContract implements OnFolder {}

    @Nested
    class Administration extends AdministrationContract implements OnFolder {}

    @Nested
    class Stats extends StatsContract implements OnFolder {}

    @Nested
    class Producer extends ProducerContract implements OnFolder {}

    @Nested
    class Limit extends LimitContract implements OnFolder {}

    @Nested
    class Consume extends ConsumeContract implements OnFolder {}

    @Nested
    class Concurrency extends ConcurrencyContract implements OnFolder {}

    @Nested
    class EngineSession extends EngineSessionContract implements OnFolder {}

    @Nested
    class Restart extends RestartContract implements OnFolder {}

    @Nested
    class Crash extends CrashContract implements OnFolder {}

    @Nested
    class Pause extends PauseContract implements OnFolder {}

    @Nested
    class Settings extends SettingsContract implements OnFolder {}

    @Nested
    class TimeToRun extends TimeToRunContract implements OnFolder {}

    @Nested
    class TimeToLive extends TimeToLiveContract implements OnFolder {}

    @Nested
    class Key extends KeyContract implements OnFolder {}

    @Nested
    class Successor extends SuccessorContract implements OnFolder {}

    @Nested
    class Batch extends BatchContract implements OnFolder {}

    @Nested
    class BatchCommand extends BatchCommandContract implements OnFolder {}

    @Nested
    class TakeMany extends TakeManyContract implements OnFolder {}

    @Nested
    class SeveralQueues extends SeveralQueuesContract implements OnFolder {}

    @Nested
    class Group extends GroupContract implements OnFolder {}

    @Nested
    class Rotation extends RotationContract implements OnFolder {}

    @Nested
    class Multitude extends MultitudeContract implements OnFolder {}

    @Nested
    class FeatureRestart extends FeatureRestartContract implements OnFolder {}

    @Nested
    class FeatureCrash extends FeatureCrashContract implements OnFolder {}
}
