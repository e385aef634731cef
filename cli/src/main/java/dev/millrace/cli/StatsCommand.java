package dev.millrace.cli;

import dev.millrace.api.Millrace;
import dev.millrace.api.QueueStats;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Counts the tasks of the queues. */
@Command(
        name = "millrace stats",
        header = "Counts the tasks of a queue, or of all queues, by state.",
        footer = {"", "Exit codes: 0, also if there are none; 2 refused."})
final class StatsCommand extends EngineCommand {
    @Parameters(index = "0", arity = "0..1", paramLabel = "QUEUE", description = "the queue's name (default: all)")
    private @Nullable String queue;

    @Option(names = "--json", description = "print an object for each queue")
    private boolean json;

    StatsCommand(Console console) {
        super(console);
    }

    @Override
    public Integer call() throws IOException {
        if (queue != null) {
            requireQueue(queue);
        }
        List<QueueStats> all;
        try (Millrace mill = openExisting()) {
            all = queue == null ? mill.queues() : List.of(mill.queue(queue).stats());
        }
        OutputStream out = console.bufferedOut();
        if (json) {
            for (QueueStats stats : all) {
                Json.print(out, object -> {
                    object.writeStringProperty("queue", stats.queue());
                    object.writeNumberProperty("ready", stats.ready());
                    object.writeNumberProperty("delayed", stats.delayed());
                    object.writeNumberProperty("taken", stats.taken());
                    object.writeNumberProperty("buried", stats.buried());
                    object.writeNumberProperty("total", stats.total());
                    object.writeNumberProperty("ageMs", stats.ageMs());
                    object.writeBooleanProperty("paused", stats.paused());
                });
            }
        } else {
            Table table = new Table("QUEUE", "READY", "DELAYED", "TAKEN", "BURIED", "TOTAL", "");
            for (QueueStats stats : all) {
                table.add(
                        stats.queue(),
                        Long.toString(stats.ready()),
                        Long.toString(stats.delayed()),
                        Long.toString(stats.taken()),
                        Long.toString(stats.buried()),
                        Long.toString(stats.total()),
                        stats.paused() ? "paused" : "");
            }
            out.write(table.toString().getBytes(StandardCharsets.UTF_8));
        }
        out.flush();
        return ExitCode.OK;
    }
}
