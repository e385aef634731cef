package dev.millrace.server;

import dev.millrace.api.ErrorCode;
import dev.millrace.api.engine.EngineLoop;
import dev.millrace.wire.Request;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Finds out who somebody is (G11).
 *
 * <p>Deriving a password takes so long that it is done on a thread of its own, one after the other, while the
 * connection that asked waits and the others go on. What was right is remembered by a keyed hash, under a key that this
 * process has made up, so that a client that comes back, and a thousand that come back at once, cost one derivation.
 * Equal questions share one check.
 *
 * <p>Guessing is slow. An address may have a few passwords under way; a failure stays under way, and unanswered, until
 * a pause after the question, which doubles with each failure of the address, also when the connection is gone. The
 * pause hides as well how long the check took, which is about the same for users that there are not. Who is right is
 * never kept waiting.
 *
 * <p>Used on the loop's thread.
 */
final class Logins {
    private static final System.Logger LOG = System.getLogger("dev.millrace.server.logins");
    private static final String KEYED_HASH = "HmacSHA256";
    /** How many right passwords are remembered. */
    static final int PROVEN_MAX = 1_024;

    private final EngineLoop loop;
    private final Executor checker;
    private final Alarms alarms;
    private final Counters counters;
    private final Mac keyedHash = keyedHash(new SecureRandom());
    /** What has proved a user, by the question's hash; the one that was not used for longest comes first. */
    private final Map<String, Credential> proven = new LinkedHashMap<>(16, 0.75f, true);
    private final Map<String, Check> underWay = new HashMap<>();
    private final LoginFailures failures;

    private Users users = Users.none();
    private LoginLimits limits = LoginLimits.defaults();
    /** What is checked where there is nothing to check, to take as long. */
    private Credential nobodys = nobodys(Credential.ROUNDS_DEFAULT);

    /** Who somebody is, and what has proved it. */
    record Proof(User user, Credential by) {}

    /** Told on the loop's thread, at once or later, and once. */
    interface Asker {
        void proven(Proof proof);

        void refused(ErrorCode code, String told);
    }

    /** A question whose answer is being found, and who asked. */
    private record Check(String key, String user, List<Waiter> waiters) {}

    private record Waiter(LoginFailures.Address address, Asker asker, long askedNs) {}

    /**
     * Begins without users.
     *
     * @param checker has one thread or more of its own, and refuses nothing while the server lives
     */
    Logins(EngineLoop loop, Alarms alarms, Executor checker, Counters counters) {
        this.loop = loop;
        this.checker = checker;
        this.alarms = alarms;
        this.counters = counters;
        this.failures = new LoginFailures(counters);
    }

    /** From now on these users, and these limits. */
    void renew(Users newUsers, LoginLimits newLimits) {
        users = newUsers;
        limits = newLimits;
        int rounds = newUsers.roundsMax();
        nobodys = nobodys(rounds == 0 ? Credential.ROUNDS_DEFAULT : rounds);
    }

    /** Whether whoever connects has to log in. */
    boolean areNeeded() {
        return !users.isEmpty();
    }

    /** How many questions are being looked at. */
    int underWayCount() {
        return underWay.size();
    }

    /** Of how many addresses failures are remembered. */
    int addressCount() {
        return failures.count();
    }

    /** How many passwords are known to be right. */
    int provenCount() {
        return proven.size();
    }

    LoginLimits limits() {
        return limits;
    }

    /**
     * What the proof is worth now: the user as it is now; null if there is no such user any more, or another password.
     */
    @Nullable Proof renewed(Proof proof) {
        User user = users.named(proof.user().name());
        return user != null && user.credentials().contains(proof.by()) ? new Proof(user, proof.by()) : null;
    }

    /**
     * Finds out who it is.
     *
     * @param address where the question comes from, as {@link LoginFailures#keyOf} says
     */
    void ask(String address, Request.Login login, Asker asker) {
        LoginFailures.Address from = failures.of(address, limits.addressesMax(), alarms.nowNs());
        if (from.underWay() >= limits.checksPerAddressMax()) {
            counters.loginFailed();
            counters.met(Limit.CHECKS_PER_ADDRESS_MAX);
            asker.refused(
                    ErrorCode.OVERLOADED,
                    "checksPerAddressMax=" + limits.checksPerAddressMax() + " passwords from this address are under way; "
                            + "try again later");
            return;
        }
        String key = key(login);
        User user = users.named(login.user());
        Credential known = user == null ? null : quickProof(user, login.password(), key);
        if (user != null && known != null) {
            asker.proven(new Proof(user, known));
            return;
        }
        Check check = underWay.get(key);
        if (check == null) {
            if (underWay.size() >= limits.checksMax()) {
                counters.loginFailed();
                counters.met(Limit.CHECKS_MAX);
                asker.refused(
                        ErrorCode.OVERLOADED, "checksMax=" + limits.checksMax() + " passwords are being checked; try again later");
                return;
            }
            check = new Check(key, login.user(), new ArrayList<>(1));
            underWay.put(key, check);
            begin(check, login.password(), slowCredentials(user));
        }
        from.began();
        check.waiters().add(new Waiter(from, asker, alarms.nowNs()));
    }

    private @Nullable Credential quickProof(User user, String secret, String key) {
        Credential before = proven.get(key);
        if (before != null && user.credentials().contains(before)) {
            return before;
        }
        for (Credential credential : user.credentials()) {
            if (!credential.isSlow() && credential.matches(secret)) {
                return credential;
            }
        }
        return null;
    }

    private List<Credential> slowCredentials(@Nullable User user) {
        List<Credential> slow = user == null
                ? List.of()
                : user.credentials().stream().filter(Credential::isSlow).toList();
        return slow.isEmpty() ? List.of(nobodys) : slow;
    }

    private void begin(Check check, String secret, List<Credential> credentials) {
        checker.execute(() -> {
            Credential by = credentials.stream()
                    .filter(credential -> credential.matches(secret))
                    .findFirst()
                    .orElse(null);
            try {
                loop.execute(() -> ended(check, by));
            } catch (RejectedExecutionException serverHasEnded) {
                // Nobody waits any more.
            }
        });
    }

    private void ended(Check check, @Nullable Credential by) {
        underWay.remove(check.key());
        // It may have been another user when the check began.
        User user = users.named(check.user());
        if (by == null || user == null || !user.credentials().contains(by)) {
            check.waiters().forEach(waiter -> failed(waiter, user));
            return;
        }
        proven.put(check.key(), by);
        if (proven.size() > PROVEN_MAX) {
            proven.remove(proven.keySet().iterator().next());
            counters.met(Limit.PROVEN_MAX);
        }
        for (Waiter waiter : check.waiters()) {
            waiter.address().ended();
            waiter.asker().proven(new Proof(user, by));
        }
    }

    private void failed(Waiter waiter, @Nullable User user) {
        long nowNs = alarms.nowNs();
        int count = waiter.address().failed(nowNs);
        long pauseMs = Math.min(limits.pauseMaxMs(), (long) limits.pauseFirstMs() << Math.min(count - 1, 20));
        counters.loginFailed();
        // What was said as a name may be a password: only names of users are told.
        LOG.log(
                System.Logger.Level.WARNING,
                "login failed: user=" + (user == null ? "(unknown)" : user.name()) + " address=" + waiter.address().key()
                        + " failures=" + count + " pauseMs=" + pauseMs);
        Alarms.Alarm pauseIsOver = new Alarms.Alarm(() -> {
            waiter.address().ended();
            waiter.asker().refused(ErrorCode.NO_AUTH, "no user has this name and this password or token");
        });
        alarms.set(pauseIsOver, Math.max(nowNs, waiter.askedNs() + TimeUnit.MILLISECONDS.toNanos(pauseMs)));
    }

    /** Nobody has logged in on a connection in time, and it is closed. */
    void late(@Nullable SocketAddress peer) {
        LOG.log(System.Logger.Level.WARNING, peer + " has not logged in: loginWithinMs=" + limits.loginWithinMs() + "; it is closed");
    }

    private String key(Request.Login login) {
        keyedHash.update(login.user().getBytes(StandardCharsets.UTF_8));
        keyedHash.update((byte) 0);
        return HexFormat.of().formatHex(keyedHash.doFinal(login.password().getBytes(StandardCharsets.UTF_8)));
    }

    private static Mac keyedHash(SecureRandom random) {
        byte[] key = new byte[32];
        random.nextBytes(key);
        try {
            Mac mac = Mac.getInstance(KEYED_HASH);
            mac.init(new SecretKeySpec(key, KEYED_HASH));
            return mac;
        } catch (GeneralSecurityException missing) {
            throw new IllegalStateException("every JDK has " + KEYED_HASH, missing);
        }
    }

    private static Credential nobodys(int rounds) {
        Base64.Encoder base64 = Base64.getEncoder();
        return Credential.parse("pbkdf2-sha512:" + rounds + ":" + base64.encodeToString(new byte[Credential.SALT_BYTES]) + ":"
                + base64.encodeToString(new byte[32]));
    }
}
