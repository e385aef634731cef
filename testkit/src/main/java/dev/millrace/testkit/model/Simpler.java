package dev.millrace.testkit.model;

import dev.millrace.api.Put;
import dev.millrace.api.engine.Command;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What a step of a failing sequence may be replaced by, to make it easier to read. */
public final class Simpler {
    private Simpler() {}

    /** Simpler steps, the simplest first; none when it is simple. */
    public static List<Step> than(Step step) {
        return switch (step) {
            case Step.Pass(long ms) -> ms > 1 ? List.of(new Step.Pass(0), new Step.Pass(1)) : List.of();
            case Step.Open(long session, long silenceMaxMs) ->
                silenceMaxMs > 0 ? List.of(new Step.Open(session, 0)) : List.of();
            case Step.Do(long session, long token, Command command) ->
                than(command).stream().map(simpler -> (Step) new Step.Do(session, token, simpler)).toList();
            case Step.Reopen(long ms) -> ms != 0 ? List.of(new Step.Reopen(0)) : List.of();
            case Step.Crash(boolean losesPower, long ms, long seed) ->
                ms != 0 ? List.of(new Step.Crash(losesPower, 0, seed)) : List.of();
            case Step.Close close -> List.of();
            case Step.Cancel cancel -> List.of();
            case Step.Fault fault -> List.of();
        };
    }

    private static List<Command> than(Command command) {
        return switch (command) {
            case Command.Put put -> than(put);
            case Command.PutMany many -> than(many);
            case Command.Take take when take.queues().size() > 1 ->
                List.of(new Command.Take(take.queues().subList(0, 1), take.timeoutMs()));
            case Command.TakeMany take ->
                List.of(new Command.Take(take.queues(), take.timeoutMs()));
            case Command.AckMany many when many.receipts().size() > 1 ->
                List.of(
                        new Command.AckMany(many.queue(), many.receipts().subList(0, 1)),
                        new Command.AckMany(many.queue(), many.receipts().subList(1, many.receipts().size())));
            default -> List.of();
        };
    }

    private static List<Command> than(Command.Put put) {
        List<Command> simpler = new ArrayList<>();
        if (put.payload().remaining() > Integer.BYTES) {
            simpler.add(new Command.Put(put.queue(), Numbers.payload(Numbers.number(put.payload()), 0), put.options()));
        }
        than(put.options()).forEach(options -> simpler.add(new Command.Put(put.queue(), put.payload(), options)));
        return simpler;
    }

    private static List<Command> than(Command.PutMany many) {
        List<Command> simpler = new ArrayList<>();
        List<Command.PutMany.Item> items = many.items();
        for (int index = 0; index < items.size(); index++) {
            Command.PutMany.Item item = items.get(index);
            if (items.size() > 1) {
                List<Command.PutMany.Item> fewer = new ArrayList<>(items);
                fewer.remove(index);
                simpler.add(new Command.PutMany(many.queue(), fewer));
            }
            for (Put options : than(item.options())) {
                List<Command.PutMany.Item> changed = new ArrayList<>(items);
                changed.set(index, new Command.PutMany.Item(item.payload(), options));
                simpler.add(new Command.PutMany(many.queue(), changed));
            }
        }
        return simpler;
    }

    /** Without one of the options. */
    private static List<Put> than(Put put) {
        List<Put> simpler = new ArrayList<>();
        simpler.add(new Part(put).delayMs(0).put());
        simpler.add(put.withPriority(Put.PRIORITY_DEFAULT));
        simpler.add(put.withMaxAttempts(0));
        simpler.add(put.withTtr(Duration.ZERO));
        simpler.add(put.withTtl(Duration.ZERO));
        simpler.add(new Part(put).withoutKey().put());
        simpler.add(new Part(put).withoutGroup().put());
        simpler.add(new Part(put).withoutProducer().put());
        simpler.removeIf(put::equals);
        return simpler;
    }

    /** Options, of which some can be taken away. */
    private record Part(Put put) {
        Part delayMs(long delayMs) {
            return new Part(put.withDelay(Duration.ofMillis(delayMs)));
        }

        Part withoutKey() {
            return new Part(new Put(
                    put.delayMs(), put.priority(), put.maxAttempts(), put.ttrMs(), put.ttlMs(), null,
                    Put.options().keyMode(), put.group(), put.groupLimit(), put.producer(), put.sequence()));
        }

        Part withoutGroup() {
            return new Part(new Put(
                    put.delayMs(), put.priority(), put.maxAttempts(), put.ttrMs(), put.ttlMs(), put.key(),
                    put.keyMode(), null, 0, put.producer(), put.sequence()));
        }

        Part withoutProducer() {
            return new Part(new Put(
                    put.delayMs(), put.priority(), put.maxAttempts(), put.ttrMs(), put.ttlMs(), put.key(),
                    put.keyMode(), put.group(), put.groupLimit(), null, 0));
        }
    }
}
