package dev.millrace.embedded;

import dev.millrace.api.OpenOptions;
import dev.millrace.api.engine.Engine;
import dev.millrace.testkit.EngineFixture;
import dev.millrace.testkit.FixtureSource;
import dev.millrace.testkit.InProcessFixture;
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

/** The contract on an engine that lives on a loop of its host, and keeps nothing across restarts. */
class LoopContractTest {
    interface OnLoop extends FixtureSource {
        @Override
        default EngineFixture newFixture() {
            return new InProcessFixture("memory:") {
                @Override
                protected Engine openStore(String uri, OpenOptions options) {
                    return LoopedEngine.open(uri, options);
                }
            };
        }
    }

    @Nested
    class Session extends SessionContract implements OnLoop {}

    @Nested
    class Name extends NameContract implements OnLoop {}

    @Nested
    class Put extends PutContract implements OnLoop {}

    @Nested
    class Order extends OrderContract implements OnLoop {}

    @Nested
    class Delay extends DelayContract implements OnLoop {}

    @Nested
    class Wait extends WaitContract implements OnLoop {}

    @Nested
    class Verdict extends VerdictContract implements OnLoop {}

    @Nested
    class Failure extends FailureContract implements OnLoop {}

    @Nested
    class Administration extends AdministrationContract implements OnLoop {}

    @Nested
    class Stats extends StatsContract implements OnLoop {}

    @Nested
    class Producer extends ProducerContract implements OnLoop {}

    @Nested
    class Limit extends LimitContract implements OnLoop {}

    @Nested
    class Consume extends ConsumeContract implements OnLoop {}

    @Nested
    class Concurrency extends ConcurrencyContract implements OnLoop {}

    @Nested
    class EngineSession extends EngineSessionContract implements OnLoop {}

    @Nested
    class Pause extends PauseContract implements OnLoop {}

    @Nested
    class Settings extends SettingsContract implements OnLoop {}

    @Nested
    class TimeToRun extends TimeToRunContract implements OnLoop {}

    @Nested
    class TimeToLive extends TimeToLiveContract implements OnLoop {}

    @Nested
    class Key extends KeyContract implements OnLoop {}

    @Nested
    class Successor extends SuccessorContract implements OnLoop {}

    @Nested
    class Batch extends BatchContract implements OnLoop {}

    @Nested
    class BatchCommand extends BatchCommandContract implements OnLoop {}

    @Nested
    class TakeMany extends TakeManyContract implements OnLoop {}

    @Nested
    class SeveralQueues extends SeveralQueuesContract implements OnLoop {}

    @Nested
    class Group extends GroupContract implements OnLoop {}

    @Nested
    class Rotation extends RotationContract implements OnLoop {}

    @Nested
    class Multitude extends MultitudeContract implements OnLoop {}

    interface OnFolder extends FixtureSource {
        @Override
        default EngineFixture newFixture() {
            return new EmbeddedFixture(EmbeddedFixture.newParent()) {
                @Override
                protected Engine openStore(String uri, OpenOptions options) {
                    return LoopedEngine.open(uri, options);
                }
            };
        }
    }

    @Nested
    class Restart extends RestartContract implements OnFolder {}

    @Nested
    class Crash extends CrashContract implements OnFolder {}

    @Nested
    class FeatureCrash extends FeatureCrashContract implements OnFolder {}
}
