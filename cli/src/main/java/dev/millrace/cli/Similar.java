package dev.millrace.cli;

import java.util.Collection;
import java.util.Locale;

/** Finds what somebody may have meant. */
final class Similar {
    private static final int CHANGES_MAX = 2;

    private Similar() {}

    /**
     * The known word that is at most two letters away, or the same but for its case, as the end of a sentence; else
     * empty.
     */
    static String hint(String word, Collection<String> known) {
        String best = "";
        int least = CHANGES_MAX + 1;
        for (String candidate : known) {
            int changes = changes(word.toLowerCase(Locale.ROOT), candidate.toLowerCase(Locale.ROOT));
            if (changes < least || candidate.endsWith("." + word) && least > 0) {
                best = candidate;
                least = Math.min(changes, CHANGES_MAX);
            }
        }
        return best.isEmpty() ? "" : "; did you mean " + best + "?";
    }

    /** How many letters must be put in, taken out or changed to make one of the other. */
    private static int changes(String from, String to) {
        int[] row = new int[to.length() + 1];
        for (int column = 0; column < row.length; column++) {
            row[column] = column;
        }
        for (int line = 1; line <= from.length(); line++) {
            int diagonal = row[0];
            row[0] = line;
            for (int column = 1; column < row.length; column++) {
                int above = row[column];
                int change = from.charAt(line - 1) == to.charAt(column - 1) ? 0 : 1;
                row[column] = Math.min(Math.min(above, row[column - 1]) + 1, diagonal + change);
                diagonal = above;
            }
        }
        return row[to.length()];
    }
}
