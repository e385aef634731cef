package dev.millrace.bench.peers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import org.junit.jupiter.api.Test;

/** The loads, over sockets, against a server of the test's own: that they do what they say, not how fast. */
class LoadTest {
    private static final int COUNTED_MS = 50;

    @Test
    void run_cycles_leavesNothingAndCountsWhatWasAcked() throws IOException {
        try (FakeRedis server = new FakeRedis()) {
            Measured measured;
            try (ClosedLoad load = new ClosedLoad(new RedisListDialect(), server, ClosedLoad.Part.CYCLES, 3, 4)) {
                measured = load.run(1, COUNTED_MS);
            }
            assertThat(server.ackCount()).isPositive();
            assertThat(server.readyCount()).isZero();
            assertThat(server.doingCount()).isZero();
            assertThat(measured.perSecond()).isPositive().isLessThanOrEqualTo(server.ackCount() * 1_000.0 / COUNTED_MS);
        }
    }

    @Test
    void drain_afterPuts_takesAndAcksThemAll() throws IOException {
        try (FakeRedis server = new FakeRedis()) {
            try (ClosedLoad load = new ClosedLoad(new RedisListDialect(), server, ClosedLoad.Part.PUTS, 2, 8)) {
                load.run(1, COUNTED_MS);
            }
            int count = server.readyCount();
            assertThat(count).isPositive();
            try (ClosedLoad rest = new ClosedLoad(new RedisListDialect(), server, ClosedLoad.Part.DRAIN, 2, 8)) {
                rest.drain();
            }
            assertThat(server.readyCount()).isZero();
            assertThat(server.doingCount()).isZero();
            assertThat(server.ackCount()).isEqualTo(count);
        }
    }

    @Test
    void run_wakes_timesEach() throws IOException {
        try (FakeRedis server = new FakeRedis()) {
            Measured measured = new WakeLoad(new RedisListDialect(), server).run(1_000, COUNTED_MS);
            assertThat(measured.p50us()).isPositive();
            assertThat(server.readyCount()).isZero();
        }
    }

    @Test
    void run_serverThatRefuses_endsWithWhatItSaid() throws IOException {
        try (FakeRedis server = new FakeRedis();
                ClosedLoad load = new ClosedLoad(new MillraceDialect(), server, ClosedLoad.Part.CYCLES, 1, 1)) {
            assertThatThrownBy(() -> load.run(1, COUNTED_MS)).isInstanceOf(IOException.class).hasMessageContaining("unknown command");
        }
    }
}
