package dev.millrace.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.api.ErrorCode;
import dev.millrace.testkit.Clause;
import dev.millrace.testkit.ManualLoop;
import dev.millrace.testkit.VirtualClock;
import dev.millrace.wire.Request;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Finding out who somebody is, without connections; passwords are derived when the test says so. */
class LoginsTest {
    private static final Credential CHEAP = TestUsers.password("cheap");
    private static final LoginLimits LIMITS = new LoginLimits(4, 3, 500, 2_000, 2, 1_000);

    private final VirtualClock clock = new VirtualClock();
    private final ManualLoop loop = new ManualLoop();
    private final Alarms alarms = new Alarms(loop, clock);
    private final Queue<Runnable> derivations = new ArrayDeque<>();
    private final Counters counters = new Counters();
    private final Logins logins = new Logins(loop, alarms, derivations::add, counters);

    LoginsTest() {
        logins.renew(TestUsers.ALL, LIMITS);
    }

    /** What came of a question: a user's name, or a code. */
    private final class Asked implements Logins.Asker {
        private final List<Object> told = new ArrayList<>();
        private final List<Logins.Proof> proofs = new ArrayList<>();

        @Override
        public void proven(Logins.Proof proof) {
            proofs.add(proof);
            told.add(proof.user().name());
        }

        @Override
        public void refused(ErrorCode code, String message) {
            told.add(code);
        }
    }

    @Test
    void ask_rightPassword_isDerivedOnce_alsoForAThousandAtOnce() {
        List<Asked> all = IntStream.range(0, 1_000).mapToObj(index -> ask("host" + index, "ada", "secret")).toList();
        assertThat(derivations).hasSize(1);
        assertThat(all).allMatch(asked -> asked.told.isEmpty());

        derive();

        assertThat(all).allMatch(asked -> asked.told.equals(List.of("ada")));
        assertThat(ask("elsewhere", "ada", "secret").told).containsExactly("ada");
        assertThat(derivations).isEmpty();
    }

    @Test
    void ask_token_costsNothing() {
        assertThat(ask("host", "bob", TestUsers.TOKEN).told).containsExactly("bob");
        assertThat(derivations).isEmpty();
    }

    /** The same work whether there is such a user or not, and whether it has a password or not. */
    @Test
    void ask_wrong_isDerivedAndRefusedLater_whoeverItIs() {
        for (String user : List.of("ada", "bob", "nobody", "")) {
            Asked asked = ask("host " + user, user, "wrong");
            assertThat(derivations).hasSize(1);

            derive();
            advance(499);
            assertThat(asked.told).isEmpty();
            advance(1);
            assertThat(asked.told).containsExactly(ErrorCode.NO_AUTH);
        }
        assertThat(counters.failedLoginCount()).isEqualTo(4);
    }

    @Test
    void ask_wrongAgainAndAgain_waitsLongerEachTime_upToTheMost() {
        for (int pauseMs : new int[] {500, 1_000, 2_000, 2_000, 2_000}) {
            Asked asked = ask("host", "ada", "wrong");
            derive();
            advance(pauseMs - 1);
            assertThat(asked.told).as("%d ms", pauseMs).isEmpty();
            advance(1);
            assertThat(asked.told).as("%d ms", pauseMs).containsExactly(ErrorCode.NO_AUTH);
        }
        // Another address does not pay for it, nor does who is right.
        Asked other = ask("other", "ada", "wrong");
        Asked right = ask("host", "ada", "secret");
        derive();
        assertThat(right.told).containsExactly("ada");
        advance(500);
        assertThat(other.told).containsExactly(ErrorCode.NO_AUTH);
    }

    @Test
    void failures_areForgottenAfterAQuietTime() {
        for (int count = 0; count < 3; count++) {
            ask("host", "ada", "wrong");
            derive();
            advance(2_000);
        }
        advance((int) Duration.ofMinutes(16).toMillis());

        Asked asked = ask("host", "ada", "wrong");
        derive();
        advance(500);
        assertThat(asked.told).containsExactly(ErrorCode.NO_AUTH);
    }

    /** Even who guesses what was right before learns nothing sooner. */
    @Test
    void ask_tooManyFromOneAddress_isRefusedUnlookedAt() {
        ask("first", "ada", "secret");
        derive();
        for (int count = 0; count < LIMITS.checksPerAddressMax(); count++) {
            ask("host", "ada", "wrong " + count);
        }
        derive();

        assertThat(ask("host", "ada", "secret").told).containsExactly(ErrorCode.OVERLOADED);
        assertThat(ask("other", "ada", "secret").told).containsExactly("ada");
        advance(2_000);
        assertThat(ask("host", "ada", "secret").told).containsExactly("ada");
    }

    @Test
    void ask_tooManyInAll_isRefused_butNotWhatIsKnown() {
        ask("first", "ada", "secret");
        derive();
        for (int count = 0; count < LIMITS.checksMax(); count++) {
            ask("host " + count, "ada", "wrong " + count);
        }

        assertThat(ask("another", "ada", "wrong").told).containsExactly(ErrorCode.OVERLOADED);
        assertThat(ask("another", "ada", "secret").told).containsExactly("ada");
        assertThat(derivations).hasSize(LIMITS.checksMax());
    }

    /** A table that anybody could fill is no table: the address that was not heard of for longest leaves. */
    @Test
    void addresses_tooMany_forgetTheOldest() {
        fail("a", 500);
        fail("b", 500);
        fail("a", 1_000);
        fail("c", 500);
        fail("a", 2_000);
        fail("b", 500);
    }

    @Test
    void renew_withFewerAddresses_forgetsAllThatAreTooMany() {
        fail("a", 500);
        fail("b", 500);
        logins.renew(TestUsers.ALL, new LoginLimits(4, 3, 500, 2_000, 1, 1_000));
        fail("c", 500);

        assertThat(logins.addressCount()).isOne();
    }

    /** What is forgotten costs a derivation again, and nothing else. */
    @Test
    @Clause("G7")
    void proven_tooMany_forgetTheOneNotUsedForLongest_andCountIt() {
        List<User> many = IntStream.rangeClosed(0, Logins.PROVEN_MAX)
                .mapToObj(index -> TestUsers.user("user" + index, List.of(CHEAP), List.of()))
                .toList();
        logins.renew(Users.of(many), LIMITS);
        for (int index = 0; index < Logins.PROVEN_MAX; index++) {
            prove("user" + index);
        }
        assertThat(logins.provenCount()).isEqualTo(Logins.PROVEN_MAX);
        assertThat(ask("host", "user0", "cheap").told).as("used again").containsExactly("user0");
        assertThat(counters.metCount(Limit.PROVEN_MAX)).isZero();

        prove("user" + Logins.PROVEN_MAX);

        assertThat(logins.provenCount()).isEqualTo(Logins.PROVEN_MAX);
        assertThat(counters.metCount(Limit.PROVEN_MAX)).isOne();
        assertThat(ask("host", "user0", "cheap").told).containsExactly("user0");
        prove("user1");
    }

    /** Its password is not known to be right, and is derived. */
    private void prove(String user) {
        Asked asked = ask("host", user, "cheap");
        assertThat(asked.told).as(user).isEmpty();
        derive();
        assertThat(asked.told).containsExactly(user);
    }

    @Test
    void renew_duringACheck_countsWhoThereIsThen() {
        Asked asked = ask("host", "ada", "secret");
        logins.renew(Users.of(List.of(TestUsers.BOB)), LIMITS);
        derive();
        advance(500);

        assertThat(asked.told).containsExactly(ErrorCode.NO_AUTH);
    }

    @Test
    void renew_withAnotherPassword_voidsWhatWasProven_unlessTheOldOneIsStillThere() {
        Asked asked = ask("host", "ada", "secret");
        derive();
        Logins.Proof proof = asked.proofs.getFirst();

        Credential next = TestUsers.password("next");
        User both = TestUsers.user("ada", List.of(next, TestUsers.password("secret")), List.of());
        logins.renew(Users.of(List.of(both)), LIMITS);
        assertThat(logins.renewed(proof)).isEqualTo(new Logins.Proof(both, proof.by()));

        logins.renew(Users.of(List.of(TestUsers.user("ada", List.of(next), List.of()))), LIMITS);
        assertThat(logins.renewed(proof)).isNull();
        Asked again = ask("host", "ada", "secret");
        assertThat(again.told).isEmpty();
        derive();
        advance(500);
        assertThat(again.told).containsExactly(ErrorCode.NO_AUTH);
    }

    @Test
    void keyOf_ipv6_isItsNetwork() throws UnknownHostException {
        assertThat(key("192.0.2.7")).isEqualTo("192.0.2.7");
        assertThat(key("2001:db8:1:2:3:4:5:6")).isEqualTo(key("2001:db8:1:2::9")).isNotEqualTo(key("2001:db8:1:3::9"));
        assertThat(LoginFailures.keyOf(null)).isEmpty();
    }

    private static String key(String address) throws UnknownHostException {
        return LoginFailures.keyOf(new InetSocketAddress(InetAddress.getByName(address), 1));
    }

    private void fail(String address, int pauseMs) {
        Asked asked = ask(address, "ada", "wrong");
        derive();
        advance(pauseMs - 1);
        assertThat(asked.told).as("%s %d ms", address, pauseMs).isEmpty();
        advance(1);
        assertThat(asked.told).as("%s %d ms", address, pauseMs).containsExactly(ErrorCode.NO_AUTH);
    }

    private Asked ask(String address, String user, String password) {
        Asked asked = new Asked();
        logins.ask(address, new Request.Login(user, password), asked);
        return asked;
    }

    private void derive() {
        while (!derivations.isEmpty()) {
            derivations.remove().run();
        }
        loop.settle();
    }

    private void advance(int ms) {
        clock.advance(Duration.ofMillis(ms));
        loop.wakeAll();
    }
}
