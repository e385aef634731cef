package dev.millrace.cli;

import dev.millrace.api.Limits;
import dev.millrace.api.Millrace;
import dev.millrace.api.MillraceException;
import dev.millrace.api.OpenOptions;
import dev.millrace.api.TaskId;
import dev.millrace.api.TaskInfo;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import tools.jackson.core.JsonGenerator;

/** What the commands on an engine have in common: which engine, and tasks as JSON. */
abstract class EngineCommand implements Callable<Integer> {
    /** How long producers are kept is for the program to say whose folder it is: no command forgets any. */
    private static final OpenOptions OPTIONS = OpenOptions.defaults().withProducerKeepMs(Limits.DELAY_MAX_MS);
    /** Every folder of the embedded engine has this one. */
    private static final String FIRST_SHARD = "shard-00";

    final Console console;

    @Option(
            names = "--at",
            paramLabel = "ENGINE",
            description = {
                "the engine: embedded:<folder>, or millrace://[user:password@]host[:port] for a server (default: the environment",
                "variable MILLRACE_AT)"
            })
    private @Nullable String at;

    @Option(names = {"-h", "--help"}, usageHelp = true, description = "show this help")
    private boolean help;

    EngineCommand(Console console) {
        this.console = console;
    }

    /** Opens the engine, making its folder if there is none. A server must be there. */
    final Millrace open() {
        String uri = engine();
        return Failures.opening(() -> Millrace.open(EngineUri.withPlainPuts(uri), OPTIONS));
    }

    /** Opens an engine that is there already: looking must not create anything. */
    final Millrace openExisting() {
        String uri = engine();
        if (uri.startsWith(EngineUri.EMBEDDED) && uri.length() > EngineUri.EMBEDDED.length()) {
            Path folder = Path.of(uri.substring(EngineUri.EMBEDDED.length()));
            if (!Files.exists(folder)) {
                throw RefusedException.usage("the folder " + folder + " does not exist; see --at");
            }
            if (!Files.isDirectory(folder)) {
                throw RefusedException.usage(folder + " is a file, not a folder; see --at");
            }
            if (!Files.exists(folder.resolve(FIRST_SHARD))) {
                throw RefusedException.usage("the folder " + folder + " holds no queues; see --at");
            }
        }
        return Failures.opening(() -> Millrace.open(EngineUri.withPlainPuts(uri), OPTIONS));
    }

    /** The engine's name as it may be seen by others: without a password. */
    final String engineShown() {
        return EngineUri.shown(engine());
    }

    private String engine() {
        String uri = at != null ? at : System.getenv("MILLRACE_AT");
        if (uri == null || uri.isEmpty()) {
            throw RefusedException.usage(
                    "no engine is named; give --at embedded:<folder> or --at millrace://host:port, or set the environment variable"
                            + " MILLRACE_AT");
        }
        return EngineUri.requireKnown(uri);
    }

    static String requireQueue(String name) {
        return Limits.requireName("queue", name);
    }

    /** Ids as they are printed: {@code 17} or {@code mail/17}. */
    static List<TaskId> ids(String queue, List<String> texts) {
        List<TaskId> ids = new ArrayList<>();
        for (String text : texts) {
            String number = text.startsWith(queue + "/") ? text.substring(queue.length() + 1) : text;
            try {
                ids.add(new TaskId(queue, Long.parseLong(number)));
            } catch (NumberFormatException | MillraceException none) {
                throw RefusedException.usage("'" + text + "' is no task id of queue " + queue
                        + "; ids are numbers from 1, as put and list print them");
            }
        }
        return ids;
    }

    static void describe(JsonGenerator json, TaskInfo<byte[]> task) {
        json.writeStringProperty("id", Long.toString(task.id().number()));
        json.writeStringProperty("queue", task.id().queue());
        json.writeStringProperty("state", task.state().name().toLowerCase(Locale.ROOT));
        json.writeNumberProperty("priority", task.priority());
        if (task.due() != null) {
            json.writeStringProperty("due", task.due().toString());
        }
        json.writeNumberProperty("attempts", task.attempts());
        json.writeNumberProperty("failures", task.failures());
        if (task.reason() != null) {
            json.writeStringProperty("reason", task.reason());
        }
        Json.writeBytes(json, "payload", task.payload());
    }
}
