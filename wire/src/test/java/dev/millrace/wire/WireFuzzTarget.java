package dev.millrace.wire;

import dev.millrace.api.engine.Command;
import java.util.Arrays;
import java.util.SplittableRandom;

/** What Jazzer calls with bytes of its own making: the first one chooses what they are, and how they are cut. */
public final class WireFuzzTarget {
    private WireFuzzTarget() {}

    /** Throws if anything does not hold that must hold for any bytes. */
    public static void fuzzerTestOneInput(byte[] data) {
        if (data.length == 0) {
            return;
        }
        byte[] bytes = Arrays.copyOfRange(data, 1, data.length);
        SplittableRandom random = new SplittableRandom(data[0]);
        if (data[0] >= 0) {
            Fuzzing.requests(bytes, random);
        } else {
            Command asked = new RandomWire(random).command(random.nextInt(RandomWire.KINDS));
            Fuzzing.replies(bytes, random, asked);
        }
    }
}
