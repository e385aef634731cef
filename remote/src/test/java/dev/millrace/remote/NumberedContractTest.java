package dev.millrace.remote;

import dev.millrace.testkit.EngineFixture;
import dev.millrace.testkit.FixtureSource;
import dev.millrace.testkit.ForEngine;
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
import dev.millrace.testkit.contract.NameContract;
import dev.millrace.testkit.contract.OrderContract;
import dev.millrace.testkit.contract.ProducerContract;
import dev.millrace.testkit.contract.PutContract;
import dev.millrace.testkit.contract.RotationContract;
import dev.millrace.testkit.contract.SessionContract;
import dev.millrace.testkit.contract.SeveralQueuesContract;
import dev.millrace.testkit.contract.SuccessorContract;
import dev.millrace.testkit.contract.TakeManyContract;
import dev.millrace.testkit.contract.TimeToLiveContract;
import dev.millrace.testkit.contract.TimeToRunContract;
import dev.millrace.testkit.contract.VerdictContract;
import dev.millrace.testkit.contract.WaitContract;
import org.junit.jupiter.api.Nested;

/**
 * The contract on {@code millrace:} as it is opened by default, so with puts that are numbered. Not among the classes
 * are those that ask for empty queues to be forgotten at once.
 */
@ForEngine("millrace:")
class NumberedContractTest {
    interface OnServer extends FixtureSource {
        @Override
        default EngineFixture newFixture() {
            return new RemoteFixture("millrace://server", "memory:", false);
        }
    }

    @Nested
    class Session extends SessionContract implements OnServer {}

    @Nested
    class Name extends NameContract implements OnServer {}

    @Nested
    class Put extends PutContract implements OnServer {}

    @Nested
    class Order extends OrderContract implements OnServer {}

    @Nested
    class Delay extends DelayContract implements OnServer {}

    @Nested
    class Wait extends WaitContract implements OnServer {}

    @Nested
    class Verdict extends VerdictContract implements OnServer {}

    @Nested
    class Failure extends FailureContract implements OnServer {}

    @Nested
    class Administration extends AdministrationContract implements OnServer {}

    @Nested
    class Producer extends ProducerContract implements OnServer {}

    @Nested
    class Limit extends LimitContract implements OnServer {}

    @Nested
    class Consume extends ConsumeContract implements OnServer {}

    @Nested
    class Concurrency extends ConcurrencyContract implements OnServer {}

    @Nested
    class EngineSession extends EngineSessionContract implements OnServer {}

    @Nested
    class TimeToRun extends TimeToRunContract implements OnServer {}

    @Nested
    class TimeToLive extends TimeToLiveContract implements OnServer {}

    @Nested
    class Key extends KeyContract implements OnServer {}

    @Nested
    class Successor extends SuccessorContract implements OnServer {}

    @Nested
    class Batch extends BatchContract implements OnServer {}

    @Nested
    class BatchCommand extends BatchCommandContract implements OnServer {}

    @Nested
    class TakeMany extends TakeManyContract implements OnServer {}

    @Nested
    class SeveralQueues extends SeveralQueuesContract implements OnServer {}

    @Nested
    class Group extends GroupContract implements OnServer {}

    @Nested
    class Rotation extends RotationContract implements OnServer {}
}
