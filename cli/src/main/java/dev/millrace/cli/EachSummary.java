package dev.millrace.cli;

import dev.millrace.api.MillraceException;
import dev.millrace.api.TaskInfo;
import dev.millrace.api.TaskPage;
import dev.millrace.api.TaskQueue;
import dev.millrace.api.TaskState;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What `each` says when it ends, and what it exits with. */
final class EachSummary {
    private static final int FAILED_SHOWN_MAX = 20;
    private static final int ITEM_BYTES_SHOWN = 60;
    private static final String GO_ON = "the same command line goes on from here";

    private final EachOptions options;
    /** The engine, as other commands are given it. */
    private final String at;

    private final Console console;

    EachSummary(EachOptions options, String at, Console console) {
        this.options = options;
        this.at = at;
        this.console = console;
    }

    /** Stopped while the input was compared with what is known. */
    int stoppedBeforeStart(StopSwitch.Cause cause) {
        console.say((cause.told().isEmpty() ? "stopped" : cause.told()) + " before anything was run; " + GO_ON);
        return cause.exitCode();
    }

    /** Ended, be it at the end or not. */
    int ended(
            TaskQueue<byte[]> queue,
            Progress progress,
            Loader loader,
            long doneBefore,
            StopSwitch.@Nullable Cause cause) {
        if (cause != null && cause.exitCode() == ExitCode.OUTPUT_CLOSED) {
            return cause.exitCode();
        }
        Buried buried = buried(queue);
        boolean isNothingToSay = cause != null && progress.finished() == 0;
        if (!isNothingToSay && (!options.quiet() || cause != null || buried.count > 0)) {
            console.say(counts(progress, doneBefore, buried.count));
        }
        if (buried.count > 0) {
            list(buried);
        }
        if (cause != null) {
            String told = cause.told().isEmpty() ? "stopped before the end" : cause.told();
            console.say(told + "; " + loader.storedLast() + " items are stored, " + progress.done.get()
                    + " were done in this call; " + GO_ON);
            return cause.exitCode();
        }
        return buried.count == 0 ? ExitCode.OK : ExitCode.FAILED;
    }

    private static String counts(Progress progress, long before, long buried) {
        if (progress.finished() == 0 && before + buried > 0) {
            return buried == 0
                    ? "all " + before + " items were done already; --fresh runs them again"
                    : before + " items were done already, " + buried + " failed and stay buried";
        }
        if (progress.finished() == 0) {
            return "there were no items";
        }
        StringBuilder line = new StringBuilder();
        line.append(progress.done.get()).append(" done, ").append(progress.failed.get()).append(" failed in ");
        line.append(Durations.shown(Duration.ofMillis((long) (progress.seconds() * 1_000))));
        line.append(String.format(Locale.ROOT, " (%.0f/s)", progress.perSecond()));
        if (progress.retried.get() > 0) {
            line.append(", ").append(progress.retried.get()).append(" tries again");
        }
        if (before > 0) {
            line.append(", ").append(before).append(" done before");
        }
        if (buried > progress.failed.get()) {
            line.append(", ").append(buried - progress.failed.get()).append(" failed before");
        }
        return line.toString();
    }

    private void list(Buried buried) {
        for (TaskInfo<byte[]> task : buried.first) {
            NumberedItem item = NumberedItem.read(task.payload());
            byte[] bytes = item == null ? task.payload() : item.bytes();
            String reason = task.reason() == null ? "" : task.reason();
            String number = item == null ? "?" : Long.toString(item.number());
            console.err().print("  item " + number + " '" + Text.shown(bytes, ITEM_BYTES_SHOWN) + "': "
                    + Text.shown(reason.getBytes(StandardCharsets.UTF_8), 200) + "\n");
        }
        if (buried.count > buried.first.size()) {
            console.err().print("  … and " + (buried.count - buried.first.size()) + " more\n");
        }
        String quoted = Text.quoted(at.getBytes(StandardCharsets.UTF_8));
        String queue = options.at() == null ? JobFolder.QUEUE : options.name();
        console.err().print("  all: millrace list " + queue + " --state buried --at " + quoted + "\n"
                + "  to run them again: millrace kick " + queue + " --all --at " + quoted + ", then the same command line\n");
        console.err().flush();
    }

    /** How many are buried, and some of them, lowest first. An engine that broke can no longer tell. */
    private static Buried buried(TaskQueue<byte[]> queue) {
        List<TaskInfo<byte[]>> some = new ArrayList<>();
        try {
            long count = queue.stats().buried();
            long cursor = 0;
            do {
                TaskPage<byte[]> page = queue.list(TaskState.BURIED, cursor, 1_000);
                some.addAll(page.tasks());
                cursor = page.nextCursor();
            } while (cursor != 0 && some.size() < FAILED_SHOWN_MAX);
            some.sort(Comparator.comparingLong(task -> task.id().number()));
            return new Buried(count, some.subList(0, Math.min(FAILED_SHOWN_MAX, some.size())));
        } catch (MillraceException broken) {
            return new Buried(0, List.of());
        }
    }

    private record Buried(long count, List<TaskInfo<byte[]>> first) {}
}
