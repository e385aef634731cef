package dev.millrace.wire;

import dev.millrace.api.engine.Command;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * Bytes that no honest end sends. Each parser must find something, wait, or refuse with a message; keep only as much as
 * its limits say; and find the same however the bytes are cut. {@code -Dwire.seed=n} plays another run,
 * {@code -Dwire.fuzz=n} a longer one.
 */
class FuzzTest {
    private static final long SEED = Long.getLong("wire.seed", 20_261_122);
    private static final int ROUNDS = Integer.getInteger("wire.fuzz", 5_000);

    private final Mutations mutations = new Mutations();

    @Test
    void requests_mutated_areReadAlikeHoweverCut() {
        each(random -> {
            ByteBuf bytes = Unpooled.buffer();
            CommandWriter writer = new CommandWriter().onto(bytes);
            RandomWire wire = new RandomWire(random);
            for (int count = 1 + random.nextInt(3); count > 0; count--) {
                writer.write(wire.command(random.nextInt(RandomWire.KINDS)));
            }
            Fuzzing.requests(mutations.mutated(bytes, random), random);
        });
    }

    @Test
    void requests_ofRandomTokens_areReadAlikeHoweverCut() {
        each(random -> Fuzzing.requests(mutations.requestTokens(random), random));
    }

    @Test
    void replies_mutated_areReadAlikeHoweverCut() {
        each(random -> {
            RandomWire wire = new RandomWire(random);
            ByteBuf bytes = Unpooled.buffer();
            ReplyWriter replies = new ReplyWriter().onto(bytes);
            replies.version(2 + random.nextInt(2));
            Command command = wire.command(random.nextInt(RandomWire.KINDS));
            new AnswerWriter(replies).write(Fuzzing.shape(command), wire.answer(command));
            Fuzzing.replies(mutations.mutated(bytes, random), random, command);
        });
    }

    @Test
    void replies_ofRandomTokens_areReadAlikeHoweverCut() {
        each(random -> {
            Command command = new RandomWire(random).command(random.nextInt(RandomWire.KINDS));
            Fuzzing.replies(mutations.replyTokens(random), random, command);
        });
    }

    /** One round with the random numbers of its seed. */
    private interface Round {
        void play(SplittableRandom random);
    }

    private static void each(Round round) {
        for (int number = 0; number < ROUNDS; number++) {
            long seed = SEED + number;
            try {
                round.play(new SplittableRandom(seed));
            } catch (AssertionError | RuntimeException failure) {
                throw new AssertionError("-Dwire.seed=" + seed + " -Dwire.fuzz=1", failure);
            }
        }
    }
}
