package dev.millrace.cli;

import java.util.ArrayList;
import java.util.List;

/** Rows in columns as wide as they must be; numbers to the right. The last column is never padded. */
final class Table {
    private final List<String[]> rows = new ArrayList<>();

    Table(String... heading) {
        rows.add(heading);
    }

    void add(String... cells) {
        rows.add(cells);
    }

    @Override
    public String toString() {
        int columns = rows.getFirst().length;
        int[] widths = new int[columns];
        boolean[] numeric = new boolean[columns];
        for (int column = 0; column < columns; column++) {
            numeric[column] = rows.size() > 1;
            for (int row = 0; row < rows.size(); row++) {
                String cell = rows.get(row)[column];
                widths[column] = Math.max(widths[column], cell.codePointCount(0, cell.length()));
                numeric[column] &= row == 0 || cell.chars().allMatch(unit -> unit >= '0' && unit <= '9');
            }
        }
        StringBuilder text = new StringBuilder();
        for (String[] row : rows) {
            StringBuilder line = new StringBuilder();
            for (int column = 0; column < columns; column++) {
                String cell = row[column];
                String padding = " ".repeat(widths[column] - cell.codePointCount(0, cell.length()));
                line.append(numeric[column] ? padding + cell : cell + padding).append("  ");
            }
            text.append(line.toString().stripTrailing()).append('\n');
        }
        return text.toString();
    }
}
