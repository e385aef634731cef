package dev.millrace.core;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Runs a transcript: a line is a command, and the indented lines under it are what it recorded and answered. Lines that
 * begin with # and empty lines stay as they are. Times are in ms since the start.
 *
 * <pre>
 *   open A [silence=MS]                       close A                     heard A           end A's session, let it speak
 *   put A QUEUE [delay= priority= max= producer=NAME:SEQUENCE times=N]
 *   take A QUEUE [wait=MS token=T]            cancel A T
 *   ack | release | fail | bury | touch A QUEUE ID[:ATTEMPT] [delay= reason=]
 *   kick A QUEUE COUNT | kickOne A QUEUE ID   delete A QUEUE ID [force=true]     purge A QUEUE
 *   advance MS    slice MS    expire    sweep    settle    reopen (closed|died)
 *   counts QUEUE    list QUEUE    peek QUEUE ID    last QUEUE PRODUCER    queues    next
 *   settings [waiters= producers= idle= deaths= segment=]                                    as the first line only
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
            case "expire" -> machine.expire();
            case "sweep" -> more(machine.sweep());
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
            case "take" -> machine.take(session, token, queue, number("wait", 0));
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
        String[] producer = text("producer", "").split(":");
        PutCommand put = new PutCommand(
                number("delay", 0),
                number("priority", 1_000),
                (int) number("max", 0),
                producer.length == 2 ? producer[0] : null,
                producer.length == 2 ? Long.parseLong(producer[1]) : 0);
        long times = number("times", 1);
        for (long count = 0; count < times; count++) {
            machine.put(session, token, queue, put, "payload");
        }
        if (times > 1) {
            answer(world.drain().size() + " lines");
        }
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
                (int) number("idle", 100),
                (int) number("deaths", 10),
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
                + " burials=" + now.burials() + " deletions=" + now.deletions();
    }
}
