package dev.millrace.cli;

import dev.millrace.cli.TopLine.Style;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * What {@code top} shows: samples and keys go in, lines come out. It knows no terminal, no clock and no engine, and
 * belongs to one thread.
 */
final class TopView {
    private static final int LINES_AROUND = 3;
    private static final int FILTER_LENGTH_MAX = 255;
    private static final DateTimeFormatter CLOCK = DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT);

    private static final List<String> HELP = List.of(
            "",
            "  ↑ ↓ PgUp PgDn Home End     scroll; so do space and -",
            "  n r d t b w p k a f        sort by QUEUE READY DELAYED TAKEN BURIED WAITING PUT TAKE ACK FAIL;",
            "                             the same once more turns it around",
            "  /                          show only queues whose names contain a text; Esc ends that",
            "  i                          show or hide idle queues",
            "  q                          quit",
            "",
            "  READY DELAYED TAKEN BURIED are tasks, WAITING takes that wait for one; the rest is a second, since",
            "  the sample before. FAIL counts failures, times that ran out, and deaths of sessions.",
            "",
            "  Any key goes back.");

    private final String engine;
    private final ZoneId zone;

    private @Nullable TopSample last;
    private List<TopRow> rows = List.of();
    /** Why there is no later sample; empty if there is one. */
    private String failure = "";

    private TopColumn sortedBy;
    private boolean isTurnedAround;
    private String filter;
    private boolean isTypingFilter;
    private boolean isHidingIdle;
    private boolean isHelpShown;

    /** The first row on the screen. */
    private int offset;
    /** Of the last screen, for keys that turn pages. */
    private int pageRows = 1;

    /**
     * An empty screen.
     *
     * @param engine as it is to be shown: without a password
     * @param zone of the clock
     * @param sortedBy the column to begin with
     * @param filter what names must contain; empty for all
     */
    TopView(String engine, ZoneId zone, TopColumn sortedBy, String filter) {
        this.engine = engine;
        this.zone = zone;
        this.sortedBy = sortedBy;
        this.filter = filter;
    }

    // --- What comes in

    void sample(TopSample sample) {
        rows = TopRow.between(last, sample);
        last = sample;
        failure = "";
    }

    /** There is no new sample. */
    void failed(String told) {
        failure = told;
    }

    /** A key was pressed; whether to go on. */
    boolean key(TopKey key) {
        if (isHelpShown) {
            isHelpShown = key.kind() == TopKey.Kind.NONE;
            return true;
        }
        if (isTypingFilter) {
            type(key);
            return true;
        }
        switch (key.kind()) {
            case UP -> offset--;
            case DOWN -> offset++;
            case PAGE_UP -> offset -= pageRows;
            case PAGE_DOWN -> offset += pageRows;
            case HOME -> offset = 0;
            case END -> offset = Integer.MAX_VALUE / 2;
            case ESCAPE -> filter = "";
            case CHARACTER -> {
                return character(key.character());
            }
            default -> {}
        }
        return true;
    }

    private boolean character(int character) {
        TopColumn column = TopColumn.of(character);
        switch (character) {
            case 'q' -> {
                return false;
            }
            case ' ' -> offset += pageRows;
            case '-' -> offset -= pageRows;
            case '/' -> isTypingFilter = true;
            case 'i' -> isHidingIdle = !isHidingIdle;
            case '?', 'h' -> isHelpShown = true;
            default -> {
                if (column != null) {
                    isTurnedAround = column == sortedBy && !isTurnedAround;
                    sortedBy = column;
                    offset = 0;
                }
            }
        }
        return true;
    }

    private void type(TopKey key) {
        switch (key.kind()) {
            case ENTER -> isTypingFilter = false;
            case ESCAPE -> {
                isTypingFilter = false;
                filter = "";
            }
            case ERASE -> filter = filter.isEmpty()
                    ? ""
                    : filter.substring(0, filter.offsetByCodePoints(filter.length(), -1));
            case CHARACTER -> {
                if (filter.length() < FILTER_LENGTH_MAX) {
                    filter += Character.toString(key.character());
                }
            }
            default -> {}
        }
    }

    // --- What goes out

    /** The rows that are asked for, in their order. */
    List<TopRow> rows() {
        Comparator<TopRow> order = sortedBy.order();
        String wanted = filter.toLowerCase(Locale.ROOT);
        return rows.stream()
                .filter(row -> row.stats().queue().toLowerCase(Locale.ROOT).contains(wanted))
                .filter(row -> !isHidingIdle || !row.isIdle())
                .sorted(isTurnedAround ? order.reversed() : order)
                .toList();
    }

    /** The screen: as many lines as it has, or fewer. */
    List<TopLine> lines(int width, int height) {
        List<TopRow> shown = rows();
        pageRows = Math.max(1, height - LINES_AROUND);
        offset = Math.clamp(offset, 0, Math.max(0, shown.size() - pageRows));
        List<TopLine> lines = new ArrayList<>();
        lines.add(line(title(), width, Style.PLAIN));
        TopTable table = TopTable.ofWidth(width);
        if (isHelpShown) {
            HELP.forEach(text -> lines.add(line(text, width, Style.PLAIN)));
        } else {
            lines.add(line(table.heading(), width, Style.HEADING));
            shown.stream().skip(offset).limit(pageRows).forEach(row -> lines.add(line(table.line(row), width, style(row))));
        }
        while (lines.size() < height - 1) {
            lines.add(line("", width, Style.PLAIN));
        }
        List<TopLine> fitting = new ArrayList<>(lines.subList(0, Math.clamp(height - 1, 0, lines.size())));
        if (height > 0) {
            fitting.add(line(status(shown.size()), width, failure.isEmpty() ? Style.PLAIN : Style.ALARM));
        }
        return fitting;
    }

    private static TopLine line(String text, int width, Style style) {
        return new TopLine(TopTable.fitted(text, width), style);
    }

    private static Style style(TopRow row) {
        if (row.stats().buried() > 0) {
            return Style.ALARM;
        }
        return row.stats().paused() ? Style.PAUSED : Style.PLAIN;
    }

    private String title() {
        TopSample sample = last;
        if (sample == null) {
            return "millrace top: " + engine + ", no answer yet";
        }
        long tasks = sample.queues().stream().mapToLong(queue -> queue.total()).sum();
        return CLOCK.format(sample.at().atZone(zone)) + "  " + rows.size() + (rows.size() == 1 ? " queue, " : " queues, ")
                + tasks + (tasks == 1 ? " task" : " tasks") + "; put " + sum(TopRow::puts) + "/s, take "
                + sum(TopRow::takes) + "/s, ack " + sum(TopRow::acks) + "/s  " + engine;
    }

    private String sum(ToDoubleFunction<TopRow> rate) {
        return TopColumn.rate(rows.stream().mapToDouble(rate).sum());
    }

    private String status(int matching) {
        if (isTypingFilter) {
            return "/" + filter + "_";
        }
        if (!failure.isEmpty()) {
            return failure;
        }
        String range = matching == 0
                ? (rows.isEmpty() ? "no queues" : "no such queue")
                : offset + 1 + "–" + Math.min(matching, offset + pageRows) + " of " + matching;
        return range + " by " + sortedBy.heading + (isTurnedAround ? " turned around" : "")
                + (filter.isEmpty() ? "" : ", with '" + filter + "'") + (isHidingIdle ? ", idle ones hidden" : "")
                + "   q quit  ? help  / filter";
    }
}
