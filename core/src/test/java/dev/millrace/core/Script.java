package dev.millrace.core;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Runs a transcript: a line is a command, and the indented lines under it are what it recorded and answered. Lines that
 * begin with # and empty lines stay as they are. Times are in ms since the start.
 *
 * <pre>
 *   open A [silence=MS]                       close A                     heard A           end A's session, let it speak
 *   put A QUEUE [delay= priority= max= ttr= ttl= key= mode= group=NAME/LIMIT producer=NAME:SEQUENCE times=N batch=N]
 *   take A QUEUE[,QUEUE…] [wait=MS token=T many=N]                                           cancel A T
 *   ack | release | fail | bury | touch A QUEUE ID[:ATTEMPT] [delay= reason=]
 *   ackMany A QUEUE ID[:ATTEMPT],…           pause | resume A QUEUE            configure A QUEUE [max= ttr= backoff=FIRST-MAX]
 *   kick A QUEUE COUNT | kickOne A QUEUE ID   delete A QUEUE ID [force=true]     purge A QUEUE
 *   advance MS    slice MS    expire    sweep    clean    settle    reopen (closed|died)
 *   counts QUEUE    list QUEUE    peek QUEUE ID    last QUEUE PRODUCER    queues    next
 *   settings [waiters= producers= keep= idle= deaths= segment=]                                    as the first line only
 * </pre>
 */
final class Script {
    private static final Pattern OPTION = Pattern.compile("(\\w+)=(.*)");

    private final List<String> output = new ArrayList<>();
    private World world = new World(Fixture.SETTINGS, 1_000);
    private List<String> words = List.of();
    private final Map<String, String> options = new HashMap<>();

    private Script() {}

    /** The transcript as it is now. */
    static List<String> run(List<String> transcript) {
        Script script = new Script();
        for (String line : transcript) {
            if (line.isEmpty() || line.startsWith("#")) {
                script.output.add(line);
            } else if (!line.startsWith(" ")) {
                script.output.add(line);
                script.command(line);
                script.world.drain().forEach(script::answer);
            }
        }
        return script.output;
    }

    private void answer(String text) {
        output.add("    " + text);
    }

    private void command(String line) {
        words = new ArrayList<>();
        options.clear();
        for (String word : line.split(" +")) {
            Matcher option = OPTION.matcher(word);
            if (option.matches()) {
                options.put(option.group(1), option.group(2));
            } else {
                words.add(word);
            }
        }
        TaskMachine<String> machine = world.machine;
        switch (words.getFirst()) {
            case "settings" -> world = world();
            case "open" -> world.open(words.get(1), number("silence", 0));
            case "close" -> machine.closeSession(session());
            case "heard" -> machine.heard(session());
            case "cancel" -> machine.cancel(session(), words.get(2));
            case "advance" -> world.advance(Long.parseLong(words.get(1)));
            case "slice" -> answer(machine.advance(machine.nowMs() + Long.parseLong(words.get(1))) + ", at " + now());
            case "expire" -> more(machine.expire());
            case "sweep" -> more(machine.sweep());
            case "clean" -> world.log.clean(machine);
            case "settle" -> world.log.settle(machine);
            case "reopen" -> world.reopen(words.get(1).equals("closed"));
            case "counts", "list", "peek", "last", "queues", "next" -> look(machine);
            default -> work(machine);
        }
    }

    private void work(TaskMachine<String> machine) {
        CoreSession session = session();
        String queue = words.get(2);
        String token = text("token", "");
        switch (words.getFirst()) {
            case "put" -> put(machine, session, queue, token);
            case "take" -> take(machine, session, token);
            case "ackMany" -> ackMany(machine, session, queue, token);
            case "pause", "resume" -> machine.pause(session, token, queue, words.getFirst().equals("pause"));
            case "configure" -> machine.configure(session, token, queue, config());
            case "ack" -> machine.ack(session, token, queue, id(), attempt());
            case "release" -> machine.release(session, token, queue, id(), attempt(), number("delay", 0));
            case "fail" ->
                machine.fail(session, token, queue, id(), attempt(), number("delay", -1), options.get("reason"));
            case "bury" -> machine.bury(session, token, queue, id(), attempt(), options.get("reason"));
            case "touch" -> machine.touch(session, token, queue, id(), attempt());
            case "kick" -> machine.kick(session, token, queue, (int) id());
            case "kickOne" -> machine.kickOne(session, token, queue, id());
            case "delete" -> machine.delete(session, token, queue, id(), options.containsKey("force"));
            case "purge" -> machine.purge(session, token, queue);
            default -> throw new IllegalArgumentException("unknown command " + words);
        }
    }

    private void put(TaskMachine<String> machine, CoreSession session, String queue, String token) {
        long batch = number("batch", 0);
        if (batch > 0) {
            List<PutCommand> puts = new ArrayList<>();
            for (int item = 0; item < batch; item++) {
                puts.add(putCommand(item));
            }
            machine.putMany(session, token, queue, puts, Collections.nCopies(puts.size(), "payload"));
            return;
        }
        PutCommand put = putCommand(0);
        long times = number("times", 1);
        for (long count = 0; count < times; count++) {
            machine.put(session, token, queue, put, "payload");
        }
        if (times > 1) {
            answer(world.drain().size() + " lines");
        }
    }

    private PutCommand putCommand(int item) {
        String[] producer = text("producer", "").split(":");
        String[] group = text("group", "").split("/");
        return new PutCommand(
                number("delay", 0),
                number("priority", 1_000),
                (int) number("max", 0),
                number("ttr", 0),
                number("ttl", 0),
                options.get("key"),
                KeyRule.valueOf(text("mode", "keep").toUpperCase(Locale.ROOT)),
                group.length == 2 ? group[0] : null,
                group.length == 2 ? Integer.parseInt(group[1]) : 0,
                producer.length == 2 ? producer[0] : null,
                producer.length == 2 ? Long.parseLong(producer[1]) + item : 0);
    }

    private void take(TaskMachine<String> machine, CoreSession session, String token) {
        List<String> queues = List.of(words.get(2).split(","));
        int many = (int) number("many", 0);
        if (many == 0) {
            machine.take(session, token, queues, number("wait", 0));
        } else {
            machine.takeMany(session, token, queues, many, number("wait", 0));
        }
    }

    private void ackMany(TaskMachine<String> machine, CoreSession session, String queue, String token) {
        String[] receipts = words.get(3).split(",");
        long[] ids = new long[receipts.length];
        int[] attempts = new int[receipts.length];
        for (int index = 0; index < receipts.length; index++) {
            String[] parts = receipts[index].split(":");
            ids[index] = Long.parseLong(parts[0]);
            attempts[index] = parts.length == 2 ? Integer.parseInt(parts[1]) : 0;
        }
        machine.ackMany(session, token, queue, ids, attempts);
    }

    private QueueConfig config() {
        String[] backoff = text("backoff", "0-0").split("-");
        return new QueueConfig(
                false,
                (int) number("max", 0),
                number("ttr", 0),
                Long.parseLong(backoff[0]),
                Long.parseLong(backoff[1]));
    }

    private void look(TaskMachine<String> machine) {
        switch (words.getFirst()) {
            case "counts" -> answer(counts(machine.looks().counts(words.get(1))));
            case "peek" -> {
                TaskView task = machine.looks().peek(words.get(1), Long.parseLong(words.get(2)));
                answer(task == null ? "nothing" : view(task));
            }
            case "last" -> answer(String.valueOf(machine.looks().lastSequence(words.get(1), words.get(2))));
            case "next" -> {
                long next = machine.nextEventMs();
                answer(next == Long.MAX_VALUE ? "never" : "at " + (next - Fixture.EPOCH_MS));
            }
            case "queues" -> {
                List<QueueCounts> queues = new ArrayList<>();
                machine.looks().listQueues(0, 100, queues);
                queues.forEach(counts -> answer(counts(counts)));
            }
            default -> {
                for (State state : State.values()) {
                    world.list(words.get(1), state).forEach(task -> answer(view(task)));
                }
            }
        }
    }

    private World world() {
        CoreSettings settings = new CoreSettings(
                (int) number("waiters", 1_000),
                (int) number("producers", 1_000),
                number("keep", 1_000_000),
                (int) number("idle", 100),
                (int) number("deaths", 10),
                1,
                2,
                failures -> 100L * failures);
        return new World(settings, (int) number("segment", 1_000));
    }

    private void more(boolean more) {
        world.drain().forEach(this::answer);
        if (more) {
            answer("more");
        }
    }

    private long now() {
        return world.machine.nowMs() - Fixture.EPOCH_MS;
    }

    private CoreSession session() {
        return world.session(words.get(1));
    }

    private long id() {
        return Long.parseLong(words.get(3).split(":")[0]);
    }

    private int attempt() {
        String[] receipt = words.get(3).split(":");
        return receipt.length == 2 ? Integer.parseInt(receipt[1]) : 0;
    }

    private long number(String option, long otherwise) {
        String value = options.get(option);
        return value == null ? otherwise : Long.parseLong(value);
    }

    private String text(String option, String otherwise) {
        return options.getOrDefault(option, otherwise);
    }

    private static String view(TaskView task) {
        return task.state() + " " + task.id() + " priority=" + task.priority()
                + (task.dueMs() == 0 ? "" : " due=" + (task.dueMs() - Fixture.EPOCH_MS)) + " attempts="
                + task.attempts() + World.failures(task) + (task.reason() == null ? "" : " reason=" + task.reason());
    }

    private static String counts(QueueCounts now) {
        return now.queue() + ": ready=" + now.ready() + " delayed=" + now.delayed() + " taken=" + now.taken()
                + " buried=" + now.buried() + " waiting=" + now.waiting() + "; puts=" + now.puts() + " takes="
                + now.takes() + " acks=" + now.acks() + " releases=" + now.releases() + " failures=" + now.failures()
                + " burials=" + now.burials() + " deletions=" + now.deletions() + (now.paused() ? " paused" : "")
                + (now.timeouts() == 0 ? "" : " timeouts=" + now.timeouts())
                + (now.expirations() == 0 ? "" : " expirations=" + now.expirations());
    }
}
