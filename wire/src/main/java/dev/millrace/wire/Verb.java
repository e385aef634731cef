package dev.millrace.wire;

import dev.millrace.api.ErrorCode;
import dev.millrace.api.engine.Answer;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The commands of the native wire: the one list that finds them, says in errors and to redis-cli how they are written,
 * and is docs/PROTOCOL.md.
 */
public enum Verb {
    /** Stores a task. */
    TASK_PUT(
            Right.PUT,
            "queue payload [DELAY ms] [PRIORITY n] [TTR ms] [TTL ms] [KEY key [MODE KEEP|REPLACE|RERUN]] [GROUP group"
                    + " limit] [ATTEMPTS n] [PRODUCER name SEQUENCE n]",
            "Stores a task",
            "DELAY: ready so much later; zero or less is at once. PRIORITY: 0 … 4294967295, 0 first, else 1000. TTR: a"
                    + " take may last so long without TASK.TOUCH. TTL: gone so long after the put. KEY: one task of it"
                    + " lives at a time; MODE says what a put does meanwhile. GROUP: so many of it taken at once."
                    + " ATTEMPTS: buried after so many failures. PRODUCER and SEQUENCE: a repeat answers with the"
                    + " first id.",
            "a map: id, state (null if repeated and the task is gone), due if delayed, repeated and existing if so",
            List.of(ErrorCode.TOO_LARGE, ErrorCode.NOT_FOUND, ErrorCode.OVERLOADED),
            "TASK.PUT mail \"Hello, Ada\"", "TASK.PUT mail hello DELAY 5000 PRIORITY 10 KEY user-42 MODE replace"),
    /** Stores tasks, all or none. */
    TASK_PUTALL(
            Right.PUT,
            "queue count (payload option-arguments [option ...]) ...",
            "Stores tasks in one queue, all or none",
            "Of each task: its payload, how many arguments of options follow, and those, as TASK.PUT has them. 1 …"
                    + " 10000 tasks.",
            "an array, for each task what TASK.PUT answers",
            List.of(ErrorCode.TOO_LARGE, ErrorCode.NOT_FOUND, ErrorCode.OVERLOADED),
            "TASK.PUTALL mail 2 one 0 two 2 DELAY 5000"),
    /** Takes the first task of the first queue that has one. */
    TASK_TAKE(
            Right.TAKE,
            "queue [QUEUES n queue ...] [COUNT n] [TIMEOUT ms] [TAG tag]",
            "Takes the first task of the first queue that has one",
            "QUEUES: n further queues, tried in this order, 64 in all. COUNT: up to so many tasks of one queue, 1 …"
                    + " 10000. TIMEOUT: waits so long, 0 not at all, which is the default, -1 for ever; commands after"
                    + " it wait as well. TAG, RESP3 only: answers WAITING at once, so that commands go on, and"
                    + " pushes what comes.",
            "a map: id, queue, receipt, maxAttempts (of the task or else of its queue, where there is such a limit), attempt,"
                    + " failures, priority, payload; null if there was none. With COUNT an array of those, or null",
            List.of(ErrorCode.OVERLOADED, ErrorCode.CANCELLED),
            "TASK.TAKE mail TIMEOUT 30000", "TASK.TAKE urgent QUEUES 2 mail letters COUNT 10"),
    /** Completes tasks. */
    TASK_ACK(
            Right.TAKE,
            "queue receipt [receipt ...]",
            "Completes tasks",
            "A receipt is id:attempt as TASK.TAKE answered it, or a bare id, the session's current take. 1 … 10000 of"
                    + " them, each for itself.",
            "a map: id, outcome (acked). To several receipts an array, each such a map or an error",
            List.of(ErrorCode.NOT_FOUND, ErrorCode.NOT_TAKEN, ErrorCode.NOT_OWNER),
            "TASK.ACK mail 17:1", "TASK.ACK mail 17:1 18:1"),
    /** Gives a task back. */
    TASK_RELEASE(
            Right.TAKE,
            "queue receipt [DELAY ms]",
            "Gives a task back",
            "It is ready again, under its id, so first in order; or so much later.",
            "a map: id, state (null if its time to live is over)",
            List.of(ErrorCode.NOT_FOUND, ErrorCode.NOT_TAKEN, ErrorCode.NOT_OWNER, ErrorCode.OVERLOADED),
            "TASK.RELEASE mail 17:1 DELAY 1000"),
    /** Reports that a task failed. */
    TASK_FAIL(
            Right.TAKE,
            "queue receipt [DELAY ms] [REASON text]",
            "Reports that a task failed",
            "It is ready again after the delay, else after the queue's backoff; or buried, if it has failed as often"
                    + " as it may. The reason has at most 1024 bytes.",
            "a map: id, state (null if its time to live is over)",
            List.of(ErrorCode.TOO_LARGE, ErrorCode.NOT_FOUND, ErrorCode.NOT_TAKEN, ErrorCode.NOT_OWNER, ErrorCode.OVERLOADED),
            "TASK.FAIL mail 17:1 REASON \"no such mailbox\""),
    /** Sets a task aside. */
    TASK_BURY(
            Right.TAKE,
            "queue receipt [REASON text]",
            "Sets a task aside",
            "No take gets it until it is kicked. The reason has at most 1024 bytes.",
            "a map: id, state",
            List.of(ErrorCode.TOO_LARGE, ErrorCode.NOT_FOUND, ErrorCode.NOT_TAKEN, ErrorCode.NOT_OWNER, ErrorCode.OVERLOADED),
            "TASK.BURY mail 17 REASON unreadable"),
    /** Begins a task's time to run anew. */
    TASK_TOUCH(
            Right.TAKE,
            "queue receipt",
            "Begins a task's time to run anew",
            "Says that the session still works on it.",
            "a map: id, state",
            List.of(ErrorCode.NOT_FOUND, ErrorCode.NOT_TAKEN, ErrorCode.NOT_OWNER),
            "TASK.TOUCH mail 17:1"),
    /** Makes tasks ready that were set aside. */
    TASK_KICK(
            Right.ADMIN,
            "queue (COUNT n | ID id)",
            "Makes buried tasks ready, or one that is buried or delayed",
            "COUNT: up to so many buried ones, the lowest id first, 1 … 10000. ID: that one, whose failures are"
                    + " forgotten.",
            "a map: kicked; with ID a map: id, state",
            List.of(ErrorCode.NOT_FOUND, ErrorCode.OVERLOADED),
            "TASK.KICK mail COUNT 100", "TASK.KICK mail ID 17"),
    /** Looks at a task. */
    TASK_PEEK(
            Right.READ,
            "queue [id]",
            "Looks at a task",
            "Without an id at the one that a take would get.",
            "a map: id, state, priority, due (0 unless delayed), attempts, failures, reason (or null), payload; null"
                    + " if there is none",
            List.of(ErrorCode.NOT_FOUND),
            "TASK.PEEK mail", "TASK.PEEK mail 17"),
    /** Lists tasks. */
    TASK_LIST(
            Right.READ,
            "queue READY|DELAYED|TAKEN|BURIED [CURSOR c] [COUNT n]",
            "Lists tasks in one state",
            "CURSOR: 0 to begin, then what the last answer said. COUNT: looks at so many at the most, 1 … 10000, else"
                    + " 100, and may find fewer.",
            "a map: cursor (0 at the end), tasks (an array of what TASK.PEEK answers)",
            List.of(),
            "TASK.LIST mail buried COUNT 10"),
    /** Removes a task. */
    TASK_DELETE(
            Right.ADMIN,
            "queue id [FORCE]",
            "Removes a task",
            "One that another session has taken only with FORCE; that session is told.",
            "a map: id, outcome (deleted)",
            List.of(ErrorCode.NOT_FOUND, ErrorCode.NOT_OWNER),
            "TASK.DELETE mail 17 FORCE"),
    /** Removes all tasks. */
    TASK_PURGE(
            Right.ADMIN,
            "queue",
            "Removes all tasks of a queue",
            "In all states; sessions that have taken some are told.",
            "a map: purged (how many)",
            List.of(),
            "TASK.PURGE mail"),
    /** Takes get nothing until it is resumed. */
    TASK_PAUSE(
            Right.ADMIN,
            "queue",
            "Stops takes from a queue",
            "Those that wait wait on. It outlives restarts.",
            "what TASK.CONFIGURE answers",
            List.of(ErrorCode.OVERLOADED),
            "TASK.PAUSE mail"),
    /** Takes get tasks again. */
    TASK_RESUME(
            Right.ADMIN,
            "queue",
            "Lets takes from a queue go on",
            "Undoes TASK.PAUSE.",
            "what TASK.CONFIGURE answers",
            List.of(ErrorCode.OVERLOADED),
            "TASK.RESUME mail"),
    /** Changes or asks for a queue's settings. */
    TASK_CONFIGURE(
            Right.ADMIN,
            "queue [ATTEMPTS n|NONE] [TTR ms|NONE] [BACKOFF DEFAULT|(first-ms max-ms)]",
            "Sets a queue's settings",
            "What is not named becomes its default again: no limit of attempts, no time to run, the engine's backoff."
                    + " Without any option nothing changes.",
            "a map: maxAttempts, ttrMs, backoffFirstMs, backoffMaxMs (0 for none or the default), paused",
            List.of(ErrorCode.OVERLOADED),
            "TASK.CONFIGURE mail", "TASK.CONFIGURE mail ATTEMPTS 5 TTR 60000 BACKOFF 1000 3600000"),
    /** Counts. */
    TASK_STATS(
            Right.READ,
            "queue",
            "A queue in numbers",
            "The first group is now, what ends in Count is since the server's start. ageMs: for how long the task that the next"
                    + " take gets has been ready.",
            "a map: queue, ready, delayed, taken, buried, total, waiting, ageMs, paused, putCount, takenCount, ackedCount,"
                    + " releasedCount, failedCount, timedOutCount, buriedCount, expiredCount, deletedCount",
            List.of(),
            "TASK.STATS mail"),
    /** Lists queues. */
    TASK_QUEUES(
            Right.READ,
            "[CURSOR c] [COUNT n]",
            "Lists queues in numbers",
            "CURSOR: 0 to begin, then what the last answer said. COUNT: so many at the most, 1 … 1000, else 100. Only"
                    + " queues on which the user has the right read are listed.",
            "a map: cursor (0 at the end), queues (an array of what TASK.STATS answers)",
            List.of(),
            "TASK.QUEUES COUNT 10"),
    /** The last sequence stored for a producer. */
    TASK_SEQUENCE(
            Right.PUT,
            "queue producer",
            "The last sequence stored for a producer",
            "0 when there is none.",
            "a map: sequence",
            List.of(),
            "TASK.SEQUENCE mail shop-1"),
    /** Has tasks pushed. */
    TASK_CONSUME(
            Right.TAKE,
            "queue CREDIT n TAG tag",
            "Has tasks taken and pushed, so many at a time",
            "RESP3 only. Takes and pushes tasks, each of which uses up one credit, 1 … 10000, until TASK.CANCEL.",
            "OK, then pushes: taken, tag, and what TASK.TAKE answers",
            List.of(ErrorCode.OVERLOADED),
            "TASK.CONSUME mail CREDIT 16 TAG m"),
    /** Lets more tasks be pushed. */
    TASK_CREDIT(
            Right.TAKE,
            "tag count",
            "Lets so many more tasks be pushed",
            "1 … 10000.",
            "OK",
            List.of(ErrorCode.NOT_FOUND, ErrorCode.OVERLOADED),
            "TASK.CREDIT m 1"),
    /** Withdraws what bears a tag. */
    TASK_CANCEL(
            Right.TAKE,
            "tag",
            "Ends a waiting take or a consumption",
            "After its answer no push with that tag follows.",
            "OK",
            List.of(ErrorCode.NOT_FOUND),
            "TASK.CANCEL m"),
    /** Asks for a time of grace. */
    SESSION_GRACE(
            Right.CONNECTION,
            "ms",
            "Lets the session live on for a while when its connection breaks",
            "Then its tasks stay taken, 0 … graceMsMax of the server long, and SESSION.RESUME on another connection goes on with it. Not"
                    + " after QUIT, RESET or the server's end. 0 takes the wish back. The secret is the session's for life; whoever"
                    + " knows it may take the session over.",
            "a map: id, secret (null for 0), graceMs",
            List.of(),
            "SESSION.GRACE 5000"),
    /** Goes on with a session. */
    SESSION_RESUME(
            Right.CONNECTION,
            "id secret",
            "Goes on with a session whose connection broke",
            "On a connection that has taken nothing and waits for nothing. If the session's old connection still seems to live, it is closed"
                    + " and can do nothing more. What waited has been withdrawn, tags and consumptions are to be asked for anew, and"
                    + " answers that did not arrive are lost: SESSION.HELD tells what was taken. A session that is over, or a secret"
                    + " that is wrong, is NOT_FOUND; one of another user than is logged in is DENIED, and stays as it is.",
            "a map: id, graceMs, held (how many tasks it has taken)",
            List.of(ErrorCode.NOT_FOUND, ErrorCode.DENIED),
            "SESSION.RESUME 17 3f8a1c55e0b74d2f9a6c0d1e2f304152"),
    /** Lists what this session has taken. */
    SESSION_HELD(
            Right.CONNECTION,
            "[CURSOR c] [COUNT n]",
            "Lists the tasks that this session has taken",
            "CURSOR: 0 to begin, then what the last answer said. COUNT: so many at the most, 1 … 10000, else 100. A task that stays taken is"
                    + " listed; twice perhaps, if others leave meanwhile.",
            "a map: cursor (0 at the end), held (how many in all), tasks (an array of maps: queue, receipt)",
            List.of(),
            "SESSION.HELD COUNT 1000"),
    /** Lists sessions. */
    SESSION_LIST(
            Right.CONNECTION,
            "[CURSOR c] [COUNT n] [USER user] [DETACHED]",
            "Lists the server's sessions",
            "By their numbers; those of the same user, or all with the right admin on every queue, *. CURSOR: 0 to begin, then what the last"
                    + " answer said. COUNT: so many at the most, 1 … 1000, else 100. USER: only this user's. DETACHED: only those without a"
                    + " connection. Of each the state is connected or detached, since when it is there, held how many tasks it has, waiting"
                    + " how many takes, and of one without a connection how much of its grace is left.",
            "a map: cursor (0 at the end), sessions (an array of maps: id, state, user, name, peer, since, held, waiting, graceMs, graceLeftMs"
                    + " or null)",
            List.of(),
            "SESSION.LIST", "SESSION.LIST USER ada DETACHED"),
    /** Announces a heartbeat. */
    SESSION_TIMEOUT(
            Right.CONNECTION,
            "ms",
            "Announces that the client is never silent for so long",
            "1000 … 3600000. Longer silence, not a single byte, ends the connection, and its session with it or after its grace. 0, as a"
                    + " connection begins: it may be silent.",
            "a map: id, timeoutMs",
            List.of(),
            "SESSION.TIMEOUT 15000"),
    /** Chooses the protocol. */
    HELLO(
            Right.CONNECTION,
            "[version [AUTH user password] [SETNAME name]]",
            "Chooses the protocol, and logs in",
            "Version 2 or 3; a connection begins with 2. AUTH logs in first; if that fails nothing changes.",
            "a map about the server and the connection",
            List.of(ErrorCode.OVERLOADED),
            "HELLO 3", "HELLO 3 AUTH ada secret SETNAME worker-1"),
    /** Logs in. */
    AUTH(
            Right.CONNECTION,
            "[user] password",
            "Logs in",
            "Without a user as the user default. A wrong password or token is answered late, and later each time; commands"
                    + " after it wait. A server without users knows nobody: BAD_ARGUMENT.",
            "OK",
            List.of(ErrorCode.OVERLOADED),
            "AUTH ada secret"),
    /** Asks for a sign of life. */
    PING(
            Right.CONNECTION,
            "[text]",
            "A sign of life",
            "Any byte counts as one.",
            "PONG, or the text",
            List.of(),
            "PING"),
    /** Repeats. */
    ECHO(
            Right.CONNECTION,
            "text",
            "Repeats a text",
            "It may be any bytes.",
            "the text",
            List.of(),
            "ECHO hello"),
    /** About connections. */
    CLIENT(
            Right.CONNECTION,
            "(ID | SETNAME name | GETNAME | SETINFO attribute value | INFO | LIST | KILL filter ... | NO-EVICT ON|OFF"
                    + " | NO-TOUCH ON|OFF)",
            "Names, shows or closes connections",
            "As Redis has it, NO-EVICT and NO-TOUCH without effect. LIST and KILL see the connections of the same user, or all"
                    + " with the right admin on every queue, *.",
            "as Redis has it",
            List.of(ErrorCode.NOT_FOUND),
            "CLIENT ID", "CLIENT SETNAME worker-1"),
    /** About the server. */
    INFO(
            Right.CONNECTION,
            "[section]",
            "The server in numbers",
            "Lines of name:value, in the sections Server, Clients, Memory, Persistence, Journal (on a folder), Stats and Limits. Where it stores"
                    + " is told to those alone who have the right admin on all queues.",
            "text",
            List.of(),
            "INFO", "INFO limits"),
    /** About the commands. */
    COMMAND(
            Right.CONNECTION,
            "[COUNT | DOCS [name ...] | INFO [name ...] | LIST]",
            "The commands and how they are written",
            "Of all commands, or those named; alone it is INFO.",
            "as Redis has it",
            List.of(),
            "COMMAND COUNT", "COMMAND DOCS task.put"),
    /** Begins as a new connection does. */
    RESET(
            Right.CONNECTION,
            "",
            "Begins as a new connection does",
            "Forgets the login, the name, the version and all tags.",
            "RESET",
            List.of(),
            "RESET"),
    /** Closes. */
    QUIT(
            Right.CONNECTION,
            "",
            "Closes the connection after the answers",
            "The end of the connection ends its session.",
            "OK",
            List.of(),
            "QUIT"),
    /** Chooses the data base. */
    SELECT(
            Right.CONNECTION,
            "0",
            "Chooses the data base, of which there is one",
            "For clients that always say it.",
            "OK",
            List.of(),
            "SELECT 0");

    private static final int TABLE_BITS = 8;
    private static final int NAME_BYTES_MAX = 2 * Packed.BYTES_MAX;
    private static final @Nullable Verb[] TABLE = table();

    private final String onWire = name().replace('_', '.');
    private final byte[] bulk = Field.bulk(onWire);
    private final long first = Packed.of(onWire, 0);
    private final long second = Packed.of(onWire, Packed.BYTES_MAX);
    private final Right right;
    private final String form;
    private final String summary;
    private final String details;
    private final String answer;
    private final List<ErrorCode> errors;
    private final List<String> examples;

    /**
     * A line of the list.
     *
     * @param form how its arguments are written; {@link Form} says how to read it
     * @param details what the words in it mean, with their bounds and defaults
     * @param errors what it may be refused with besides what any command may
     */
    Verb(
            Right right,
            String form,
            String summary,
            String details,
            String answer,
            List<ErrorCode> errors,
            String... examples) {
        this.right = right;
        this.form = form;
        this.summary = summary;
        this.details = details;
        this.answer = answer;
        this.errors = errors;
        this.examples = List.of(examples);
    }

    /** The command's name as it is written. */
    public String onWire() {
        return onWire;
    }

    /** The name as an argument. */
    byte[] bulk() {
        return bulk;
    }

    /** Which right it takes. */
    public Right right() {
        return right;
    }

    /** How it is written, in one line. */
    public String usage() {
        return form.isEmpty() ? onWire : onWire + " " + form;
    }

    /** What it does, in a few words. */
    public String summary() {
        return summary;
    }

    /** How its arguments are written. */
    String form() {
        return form;
    }

    /** What the words of its form mean. */
    String details() {
        return details;
    }

    /** What it answers. */
    String answer() {
        return answer;
    }

    /** What it may be refused with besides what any command may. */
    List<ErrorCode> errors() {
        return errors;
    }

    /** Some commands, as a person types them. */
    List<String> examples() {
        return examples;
    }

    /** The verb that the first argument names, in any case; null if there is none, see {@link #unknown}. */
    public static @Nullable Verb find(Arguments arguments) {
        int length = arguments.length(0);
        if (length > NAME_BYTES_MAX) {
            return null;
        }
        int start = arguments.start(0);
        int rest = Math.max(0, length - Packed.BYTES_MAX);
        long first = Packed.of(arguments.source(), start, length - rest);
        long second = rest == 0 ? 0 : Packed.of(arguments.source(), start + Packed.BYTES_MAX, rest);
        int place = Packed.hash(first + 31 * second, TABLE_BITS);
        for (Verb verb = TABLE[place]; verb != null; verb = TABLE[place]) {
            if (verb.first == first && verb.second == second && verb.onWire.length() == length) {
                return verb;
            }
            place = place + 1 & TABLE.length - 1;
        }
        return null;
    }

    /** The verb of this name, in any case, or null. */
    public static @Nullable Verb named(String name) {
        String capitals = name.toUpperCase(Locale.ROOT);
        for (Verb verb : values()) {
            if (verb.onWire.equals(capitals)) {
                return verb;
            }
        }
        return null;
    }

    /** What is said to a command that is none of these. */
    public static Answer.Failed unknown(Arguments arguments) {
        return new Answer.Failed(
                ErrorCode.BAD_ARGUMENT, "unknown command '" + arguments.shown(0) + "'; COMMAND LIST names those there are");
    }

    private static @Nullable Verb[] table() {
        @Nullable Verb[] table = new @Nullable Verb[1 << TABLE_BITS];
        for (Verb verb : values()) {
            int place = Packed.hash(verb.first + 31 * verb.second, TABLE_BITS);
            while (table[place] != null) {
                place = place + 1 & table.length - 1;
            }
            table[place] = verb;
        }
        return table;
    }
}
