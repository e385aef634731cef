package dev.millrace.examples;

import dev.millrace.testkit.EngineFixture;
import dev.millrace.testkit.FixtureSource;
import dev.millrace.testkit.ForEngine;
import dev.millrace.testkit.InProcessFixture;
import dev.millrace.testkit.contract.OrderContract;
import org.junit.jupiter.api.Nested;

// @start region="fixture"
@ForEngine("memory:")
class MyEngineTest {
    interface OnMemory extends FixtureSource {
        @Override
        default EngineFixture newFixture() {
            return new InProcessFixture("memory:");
        }
    }

    @Nested
    class Order extends OrderContract implements OnMemory {}
}
// @end
