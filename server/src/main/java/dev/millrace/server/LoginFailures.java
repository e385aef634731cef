package dev.millrace.server;

import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** How often logging in failed lately, by address. Used on the loop's thread. */
final class LoginFailures {
    private static final long FORGOTTEN_AFTER_NS = TimeUnit.MINUTES.toNanos(15);
    /** An IPv6 network of this many bytes is one address: whoever has one has all of them. */
    private static final int NETWORK_BYTES = 8;

    /** The one that was not asked for longest comes first. */
    private final Map<String, Address> addresses = new LinkedHashMap<>(16, 0.75f, true);

    private final Counters counters;

    LoginFailures(Counters counters) {
        this.counters = counters;
    }

    int count() {
        return addresses.size();
    }

    /** By what an address is known here. */
    static String keyOf(@Nullable SocketAddress address) {
        if (!(address instanceof InetSocketAddress known) || known.isUnresolved()) {
            return "";
        }
        return known.getAddress() instanceof Inet6Address wide && !wide.isLoopbackAddress()
                ? HexFormat.ofDelimiter(":").formatHex(wide.getAddress(), 0, NETWORK_BYTES) + "/64"
                : known.getAddress().getHostAddress();
    }

    /**
     * What is known of an address; those that were not asked for longest are forgotten while there are more than
     * {@code max}, which a reload may have lowered.
     */
    Address of(String key, int max, long nowNs) {
        Address address = addresses.computeIfAbsent(key, Address::new);
        while (addresses.size() > max) {
            addresses.remove(addresses.keySet().iterator().next());
            counters.met(Limit.ADDRESSES_MAX);
        }
        if (nowNs - address.failedNs > FORGOTTEN_AFTER_NS) {
            address.failures = 0;
        }
        return address;
    }

    /** An address, or network. */
    static final class Address {
        private final String key;
        private int underWay;
        private int failures;
        private long failedNs;

        private Address(String key) {
            this.key = key;
        }

        String key() {
            return key;
        }

        /** How many passwords are being checked, or waiting to be refused. */
        int underWay() {
            return underWay;
        }

        void began() {
            underWay++;
        }

        void ended() {
            underWay--;
        }

        /**
         * It was wrong once more.
         *
         * @return how often lately
         */
        int failed(long nowNs) {
            failedNs = nowNs;
            return ++failures;
        }
    }
}
