package dev.millrace.wire;

import dev.millrace.api.ErrorCode;
import dev.millrace.api.engine.Answer;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The commands of the native wire: the one list that finds them, says in errors and to redis-cli how they are written, and is
 * docs/PROTOCOL.md.
 */
public enum Verb {
    /** Stores a task. */
    TASK_PUT(
            Right.PUT,
            "queue payload [DELAY ms] [PRIORITY n] [TTR ms] [TTL ms] [KEY key [MODE keep|replace|rerun]] [GROUP group limit]"
                    + " [ATTEMPTS n] [PRODUCER name SEQUENCE n]",
            "Stores a task"),
    /** Stores tasks, all or none. */
    TASK_PUTALL(
            Right.PUT,
            "queue count (payload option-arguments [option ...]) ...",
            "Stores tasks in one queue, all or none"),
    /** Takes the first task of the first queue that has one. */
    TASK_TAKE(
            Right.TAKE,
            "queue [QUEUES n queue ...] [COUNT n] [TIMEOUT ms] [TAG tag]",
            "Takes the first task of the first queue that has one"),
    /** Completes tasks. */
    TASK_ACK(Right.TAKE, "queue receipt [receipt ...]", "Completes tasks"),
    /** Gives a task back. */
    TASK_RELEASE(Right.TAKE, "queue receipt [DELAY ms]", "Gives a task back"),
    /** Reports that a task failed. */
    TASK_FAIL(Right.TAKE, "queue receipt [DELAY ms] [REASON text]", "Reports that a task failed"),
    /** Sets a task aside. */
    TASK_BURY(Right.TAKE, "queue receipt [REASON text]", "Sets a task aside"),
    /** Confirms that the task is still worked on. */
    TASK_TOUCH(Right.TAKE, "queue receipt", "Begins a task's time to run anew"),
    /** Makes tasks ready that were set aside. */
    TASK_KICK(Right.ADMIN, "queue (COUNT n | ID id)", "Makes buried tasks ready, or one that is buried or delayed"),
    /** Looks at a task. */
    TASK_PEEK(Right.READ, "queue [id]", "Looks at a task, without an id at the one that a take would get"),
    /** Lists tasks. */
    TASK_LIST(Right.READ, "queue ready|delayed|taken|buried [CURSOR c] [COUNT n]", "Lists tasks in one state"),
    /** Removes a task. */
    TASK_DELETE(Right.ADMIN, "queue id [FORCE]", "Removes a task"),
    /** Removes all tasks. */
    TASK_PURGE(Right.ADMIN, "queue", "Removes all tasks of a queue"),
    /** Takes get nothing until it is resumed. */
    TASK_PAUSE(Right.ADMIN, "queue", "Takes get nothing until the queue is resumed"),
    /** Takes get tasks again. */
    TASK_RESUME(Right.ADMIN, "queue", "Takes get tasks again"),
    /** Changes or asks for a queue's settings. */
    TASK_CONFIGURE(
            Right.ADMIN,
            "queue [ATTEMPTS n|none] [TTR ms|none] [BACKOFF default|(first-ms max-ms)]",
            "Sets a queue's settings, or answers with them"),
    /** Counts. */
    TASK_STATS(Right.READ, "queue", "A queue in numbers"),
    /** Lists queues. */
    TASK_QUEUES(Right.READ, "[CURSOR c] [COUNT n]", "Lists queues in numbers"),
    /** The last sequence stored for a producer. */
    TASK_SEQUENCE(Right.PUT, "queue producer", "The last sequence stored for a producer"),
    /** Has tasks pushed. */
    TASK_CONSUME(Right.TAKE, "queue CREDIT n TAG tag", "Has tasks taken and pushed, so many at a time"),
    /** Lets more tasks be pushed. */
    TASK_CREDIT(Right.TAKE, "tag count", "Lets so many more tasks be pushed"),
    /** Withdraws what bears a tag. */
    TASK_CANCEL(Right.TAKE, "tag", "Ends a waiting take or a consumption; no push follows"),
    /** Chooses the protocol. */
    HELLO(Right.CONNECTION, "[version [AUTH user password] [SETNAME name]]", "Chooses the protocol, and logs in"),
    /** Logs in. */
    AUTH(Right.CONNECTION, "[user] password", "Logs in"),
    /** Asks for a sign of life. */
    PING(Right.CONNECTION, "[text]", "Answers PONG, or the text"),
    /** Repeats. */
    ECHO(Right.CONNECTION, "text", "Answers with the text"),
    /** About connections. */
    CLIENT(
            Right.CONNECTION,
            "(ID | SETNAME name | GETNAME | SETINFO attribute value | INFO | LIST | KILL filter ... | NO-EVICT on|off"
                    + " | NO-TOUCH on|off)",
            "Names, shows or closes connections"),
    /** About the server. */
    INFO(Right.CONNECTION, "[section]", "The server in numbers"),
    /** About the commands. */
    COMMAND(Right.CONNECTION, "[COUNT | DOCS [name ...] | INFO [name ...] | LIST]", "The commands and how they are written"),
    /** Begins as a new connection does. */
    RESET(Right.CONNECTION, "", "Forgets who the connection is and what it asked for"),
    /** Closes. */
    QUIT(Right.CONNECTION, "", "Closes the connection after the answers"),
    /** Chooses the data base. */
    SELECT(Right.CONNECTION, "0", "Does nothing, since there is one data base"),
    /** Lets the session outlive its connection. */
    SESSION_GRACE(Right.CONNECTION, "ms", "How long the session may be resumed after its connection's end"),
    /** Resumes a session. */
    SESSION_RESUME(Right.CONNECTION, "session secret", "Goes on with a session whose connection has ended"),
    /** Announces signs of life. */
    SESSION_TIMEOUT(Right.CONNECTION, "ms", "After how long a silence the session ends; 0 is never");

    private static final int TABLE_BITS = 8;
    private static final int NAME_BYTES_MAX = 2 * Packed.BYTES_MAX;
    private static final @Nullable Verb[] TABLE = table();

    private final String onWire = name().replace('_', '.');
    private final long first = Packed.of(onWire, 0);
    private final long second = Packed.of(onWire, Packed.BYTES_MAX);
    private final Right right;
    private final String form;
    private final String summary;

    Verb(Right right, String form, String summary) {
        this.right = right;
        this.form = form;
        this.summary = summary;
    }

    /** The command's name as it is written. */
    public String onWire() {
        return onWire;
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
