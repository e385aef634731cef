package dev.millrace.cli;

import dev.millrace.api.engine.Engines;
import dev.millrace.api.engine.ExportedTask;
import dev.millrace.api.engine.StoreDoctor;
import dev.millrace.api.engine.StoreReport;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.core.JsonGenerator;

/** Checks a folder, shows what is in it, and saves what can be saved. */
@Command(
        name = "millrace doctor",
        header = "Checks every record of a folder, and changes nothing.",
        description = {
            "",
            "The folder must not be in use. With --repair-into the log is copied up to its first damage, which is a state that it"
                    + " once had, into another folder; the damaged one stays as it is.",
        },
        footer = {"", "Exit codes: 0 all is well; 1 something is damaged; 2 refused."})
final class DoctorCommand implements Callable<Integer> {
    private static final String EMBEDDED = "embedded:";

    private final Console console;

    @Parameters(index = "0", paramLabel = "FOLDER", description = "the folder of the queues")
    private String folder = "";

    @Option(names = "--export", description = "print every task that can be read, as a JSON object a line; the report goes to stderr")
    private boolean export;

    @Option(names = "--repair-into", paramLabel = "FOLDER", description = "copy what is whole into this empty or new folder")
    private @Nullable String target;

    @Option(names = "--json", description = "print the report as one JSON object")
    private boolean json;

    @Option(
            names = "--even-if-in-use",
            description = "look although an engine has the folder open; what is being written may look damaged")
    private boolean evenIfInUse;

    @Option(names = {"-h", "--help"}, usageHelp = true, description = "show this help")
    private boolean help;

    DoctorCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException {
        String repairInto = target;
        if (export && (json || repairInto != null)) {
            throw RefusedException.usage("--export prints tasks only; use it without --json and --repair-into");
        }
        folder = withoutScheme(folder);
        StoreDoctor doctor = Engines.doctor(EMBEDDED + folder);
        StoreReport report;
        if (export) {
            report = export(doctor);
        } else if (repairInto != null) {
            requireQueues(doctor.examine(EMBEDDED + folder, false));
            report = doctor.repair(EMBEDDED + folder, EMBEDDED + withoutScheme(repairInto));
        } else {
            report = doctor.examine(EMBEDDED + folder, evenIfInUse);
        }
        requireQueues(report);
        print(report);
        if (repairInto != null) {
            console.say(repairInto + " has what was whole; " + folder + " is as it was");
        }
        return report.isSound() ? ExitCode.OK : ExitCode.FAILED;
    }

    /** Other commands name a folder with its scheme, so that is as good here. */
    private static String withoutScheme(String named) {
        return named.startsWith(EMBEDDED) ? named.substring(EMBEDDED.length()) : named;
    }

    /**
     * Some other folder is not damaged, but to say that all is well with it would mislead whoever mistook one for the
     * other.
     */
    private void requireQueues(StoreReport report) {
        if (report.parts().isEmpty() && report.isSound()) {
            throw RefusedException.usage(folder + " holds no queues; name the folder that has meta and shard-00 in it");
        }
    }

    private StoreReport export(StoreDoctor doctor) throws IOException {
        OutputStream out = console.bufferedOut();
        try {
            StoreReport report = doctor.export(EMBEDDED + folder, evenIfInUse, task -> print(out, task));
            out.flush();
            return report;
        } catch (UncheckedIOException failure) {
            throw failure.getCause();
        }
    }

    private static void print(OutputStream out, ExportedTask task) {
        try {
            Json.print(out, object -> describe(object, task));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void describe(JsonGenerator object, ExportedTask task) {
        object.writeStringProperty("id", Long.toString(task.id()));
        object.writeStringProperty("queue", task.queue());
        object.writeStringProperty("state", task.state().name().toLowerCase(Locale.ROOT));
        object.writeNumberProperty("priority", task.priority());
        writeTime(object, "due", task.dueMs());
        writeTime(object, "expires", task.expiresMs());
        object.writeNumberProperty("attempts", task.attempts());
        object.writeNumberProperty("failures", task.failures());
        writeText(object, "key", task.key());
        writeText(object, "group", task.group());
        writeText(object, "reason", task.reason());
        byte[] payload = new byte[task.payload().remaining()];
        task.payload().get(task.payload().position(), payload);
        Json.writeBytes(object, "payload", payload);
    }

    private static void writeTime(JsonGenerator object, String name, long ms) {
        if (ms != 0) {
            object.writeStringProperty(name, Instant.ofEpochMilli(ms).toString());
        }
    }

    private static void writeText(JsonGenerator object, String name, @Nullable String text) {
        if (text != null) {
            object.writeStringProperty(name, text);
        }
    }

    private void print(StoreReport report) throws IOException {
        if (json) {
            console.out().write(Json.line(object -> describe(object, report)));
        } else if (export) {
            words(report).lines().forEach(console::say);
        } else {
            console.out().write((parts(report) + words(report)).getBytes(StandardCharsets.UTF_8));
        }
    }

    private static String parts(StoreReport report) {
        Table table = new Table("FILE", "HOLDS", "SEGMENT", "BYTES", "USED", "RECORDS");
        for (StoreReport.Part part : report.parts()) {
            table.add(
                    part.name(),
                    part.role(),
                    Long.toString(part.number()),
                    Long.toString(part.bytes()),
                    Long.toString(part.usedBytes()),
                    Long.toString(part.records()));
        }
        return table.toString();
    }

    private String words(StoreReport report) {
        StringBuilder words = new StringBuilder();
        report.problems().forEach(problem -> words.append("damaged: ").append(problem).append('\n'));
        if (report.tornBytes() > 0) {
            words.append("torn: ")
                    .append(report.tornBytes())
                    .append(" bytes at the end, of a write that a crash cut short, or damaged with nothing after them that tells;")
                    .append(" opening will cut them off\n");
        }
        if (report.isSound()) {
            words.append(report.tornBytes() > 0 ? "all else is well" : "all is well")
                    .append(report.closedCleanly() ? "\n" : "; the last engine was killed or still runs\n");
        } else {
            words.append("see --export for what can be read, and --repair-into for a folder that can be opened\n");
        }
        return words.toString();
    }

    private static void describe(JsonGenerator object, StoreReport report) {
        object.writeBooleanProperty("sound", report.isSound());
        object.writeBooleanProperty("closedCleanly", report.closedCleanly());
        object.writeNumberProperty("tornBytes", report.tornBytes());
        object.writeArrayPropertyStart("problems");
        report.problems().forEach(object::writeString);
        object.writeEndArray();
        object.writeArrayPropertyStart("files");
        for (StoreReport.Part part : report.parts()) {
            object.writeStartObject();
            object.writeStringProperty("name", part.name());
            object.writeStringProperty("holds", part.role());
            object.writeNumberProperty("segment", part.number());
            object.writeNumberProperty("bytes", part.bytes());
            object.writeNumberProperty("usedBytes", part.usedBytes());
            object.writeNumberProperty("records", part.records());
            object.writeEndObject();
        }
        object.writeEndArray();
    }
}
