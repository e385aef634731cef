package dev.millrace.cli;

import dev.millrace.api.ErrorCode;
import dev.millrace.api.MillraceException;
import dev.millrace.api.TaskId;
import dev.millrace.api.TaskInfo;
import dev.millrace.api.TaskPage;
import dev.millrace.api.TaskQueue;
import dev.millrace.api.TaskState;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The items that have not come to their end, by number: those that are ready or delayed, and on a server those that
 * some machine has, or has reported. In memory are numbers and ids alone.
 */
final class Unfinished {
    private static final int PAGE = 10_000;

    private final JobPlace place;
    private long[] ids = new long[16];
    /** For each id its number, and whether it is that of a report, as a sign. */
    private long[] signed = new long[16];

    private int count;
    private final long[] numbers;

    private Unfinished(JobPlace place) {
        this.place = place;
        TaskQueue<byte[]> items = place.items();
        list(items, false, TaskState.READY);
        list(items, false, TaskState.DELAYED);
        TaskQueue<byte[]> reports = place.reports();
        if (reports != null) {
            // Those after these: a report is there before its item is gone, so that none is missed that goes its way
            // meanwhile.
            list(items, false, TaskState.TAKEN);
            list(reports, true, TaskState.READY);
            list(reports, true, TaskState.TAKEN);
        }
        numbers = Arrays.stream(signed, 0, count).map(Math::abs).sorted().distinct().toArray();
    }

    static Unfinished of(JobPlace place) {
        return new Unfinished(place);
    }

    private void list(TaskQueue<byte[]> queue, boolean isReports, TaskState state) {
        long cursor = 0;
        do {
            TaskPage<byte[]> tasks = queue.list(state, cursor, PAGE);
            for (TaskInfo<byte[]> task : tasks.tasks()) {
                NumberedItem item = item(task.payload(), isReports);
                if (item != null) {
                    add(task.id().number(), isReports ? -item.number() : item.number());
                }
            }
            cursor = tasks.nextCursor();
        } while (cursor != 0);
    }

    private static @Nullable NumberedItem item(byte[] payload, boolean isReport) {
        if (!isReport) {
            return NumberedItem.read(payload);
        }
        Report report = Report.read(payload);
        return report == null ? null : report.item();
    }

    private void add(long id, long number) {
        if (count == ids.length) {
            ids = Arrays.copyOf(ids, 2 * count);
            signed = Arrays.copyOf(signed, 2 * count);
        }
        ids[count] = id;
        signed[count++] = number;
    }

    /** In order, each once. */
    long[] numbers() {
        return numbers;
    }

    boolean has(long number) {
        return Arrays.binarySearch(numbers, number) >= 0;
    }

    /** Removes items that turned out to be done, and what is reported of them. */
    void remove(List<Long> done) {
        TaskQueue<byte[]> reports = place.reports();
        List<Long> sorted = new ArrayList<>(done);
        sorted.sort(null);
        for (int index = 0; index < count; index++) {
            if (Collections.binarySearch(sorted, Math.abs(signed[index])) >= 0) {
                TaskQueue<byte[]> queue = signed[index] < 0 && reports != null ? reports : place.items();
                remove(queue, ids[index]);
            }
        }
    }

    private static void remove(TaskQueue<byte[]> queue, long id) {
        try {
            queue.forceDelete(new TaskId(queue.name(), id));
        } catch (MillraceException failure) {
            if (failure.code() != ErrorCode.NOT_FOUND) {
                throw failure;
            }
        }
    }
}
