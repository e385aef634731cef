package dev.millrace.cli;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jline.utils.WCWidth;

/**
 * Rows as lines of a given width: the name to the left, shortened if it must be, and numbers to the right, as many as
 * there is room for. Widths are those of a terminal, where some characters take two columns and some none.
 */
final class TopTable {
    private static final int NAME_WIDTH_LEAST = 12;
    private static final String PAUSED = " (paused)";

    private final int nameWidth;
    private final List<TopColumn> numbers = new ArrayList<>();

    private TopTable(int nameWidth, Set<TopColumn> shown) {
        this.nameWidth = nameWidth;
        for (TopColumn column : shown) {
            if (column != TopColumn.QUEUE) {
                numbers.add(column);
            }
        }
    }

    /** What fits into a width; always the name and the tasks that are ready. */
    static TopTable ofWidth(int width) {
        Set<TopColumn> shown = EnumSet.allOf(TopColumn.class);
        int rest = width - widthOf(shown);
        for (TopColumn column : TopColumn.LEAST_NEEDED) {
            if (rest >= NAME_WIDTH_LEAST) {
                break;
            }
            shown.remove(column);
            rest += column.width();
        }
        return new TopTable(Math.max(1, rest), shown);
    }

    /** Everything, however wide. */
    static TopTable of(List<TopRow> rows) {
        int nameWidth = NAME_WIDTH_LEAST;
        for (TopRow row : rows) {
            nameWidth = Math.max(nameWidth, width(name(row)));
        }
        return new TopTable(nameWidth, EnumSet.allOf(TopColumn.class));
    }

    private static int widthOf(Set<TopColumn> shown) {
        return shown.stream().mapToInt(column -> column == TopColumn.QUEUE ? 0 : column.width()).sum();
    }

    String heading() {
        StringBuilder line = new StringBuilder(fitted(TopColumn.QUEUE.heading, nameWidth));
        for (TopColumn column : numbers) {
            line.append(toTheRight(column.heading, column.width()));
        }
        return line.toString();
    }

    String line(TopRow row) {
        boolean isPaused = row.stats().paused() && nameWidth > PAUSED.length();
        String name = isPaused && width(name(row)) > nameWidth
                ? shortened(row.stats().queue(), nameWidth - PAUSED.length()) + PAUSED
                : name(row);
        StringBuilder line = new StringBuilder(fitted(name, nameWidth));
        for (TopColumn column : numbers) {
            line.append(toTheRight(column.cell(row), column.width()));
        }
        return line.toString();
    }

    private static String name(TopRow row) {
        return row.stats().queue() + (row.stats().paused() ? PAUSED : "");
    }

    private static String toTheRight(String cell, int width) {
        return " ".repeat(Math.max(1, width - cell.length())) + cell;
    }

    /** As wide as asked for, by spaces or by leaving something out. */
    static String fitted(String text, int width) {
        String fitting = width(text) <= width ? text : shortened(text, width);
        return fitting + " ".repeat(width - width(fitting));
    }

    private static String shortened(String text, int width) {
        StringBuilder head = new StringBuilder();
        int left = width - 1;
        for (int at = 0; at < text.length(); ) {
            int point = text.codePointAt(at);
            left -= Math.max(0, WCWidth.wcwidth(point));
            if (left < 0) {
                break;
            }
            head.appendCodePoint(point);
            at += Character.charCount(point);
        }
        return head.append('…').toString();
    }

    private static int width(String text) {
        return text.codePoints().map(point -> Math.max(0, WCWidth.wcwidth(point))).sum();
    }
}
