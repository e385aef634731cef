package dev.millrace.bench.peers;

import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** Draws memory over time: one panel for each kind, each from zero, so that what is flat looks flat. */
final class Picture {
    private static final int WIDTH = 760;
    private static final int LEFT = 70;
    private static final int RIGHT = 20;
    private static final int TOP = 40;
    private static final int PANEL = 110;
    private static final int GAP = 45;

    private Picture() {}

    /** An SVG document. */
    static String of(String title, List<Memory> seen) {
        StringBuilder svg = new StringBuilder();
        int height = TOP + 3 * (PANEL + GAP);
        line(svg, "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" font-family=\"sans-serif\" font-size=\"12\">", WIDTH, height);
        line(svg, "<rect width=\"%d\" height=\"%d\" fill=\"white\"/>", WIDTH, height);
        line(svg, "<text x=\"%d\" y=\"18\" font-size=\"13\">%s</text>", LEFT, title);
        panel(svg, TOP, "resident (RSS), MiB", "#1f77b4", seen, Memory::resident);
        panel(svg, TOP + PANEL + GAP, "heap after collection, MiB", "#2ca02c", seen, Memory::heap);
        panel(svg, TOP + 2 * (PANEL + GAP), "direct buffers, MiB", "#d62728", seen, Memory::direct);
        return svg.append("</svg>\n").toString();
    }

    private static void panel(
            StringBuilder svg, int top, String title, String colour, List<Memory> seen, ToDoubleFunction<Memory> kind) {
        double secondsMax = Math.max(1, seen.stream().mapToDouble(Memory::seconds).max().orElse(1));
        double highest = Math.max(1, 1.15 * seen.stream().mapToDouble(kind).max().orElse(1));
        int bottom = top + PANEL;
        line(svg, "<text x=\"%d\" y=\"%d\">%s</text>", LEFT, top - 4, title);
        line(svg, "<path d=\"M%d %d V%d H%d\" fill=\"none\" stroke=\"black\"/>", LEFT, top, bottom, WIDTH - RIGHT);
        for (int quarter = 0; quarter <= 2; quarter++) {
            double share = quarter / 2.0;
            line(svg, "<text x=\"%d\" y=\"%.0f\" text-anchor=\"end\">%.0f</text>", LEFT - 6, bottom - share * PANEL + 4, share * highest);
            line(svg, "<text x=\"%.0f\" y=\"%d\" text-anchor=\"middle\">%.0f s</text>",
                    LEFT + share * (WIDTH - LEFT - RIGHT), bottom + 16, share * secondsMax);
        }
        svg.append("<polyline fill=\"none\" stroke-width=\"1.5\" stroke=\"").append(colour).append("\" points=\"");
        for (Memory memory : seen) {
            svg.append(String.format(
                    Locale.ROOT, "%.1f,%.1f ",
                    LEFT + memory.seconds() / secondsMax * (WIDTH - LEFT - RIGHT),
                    bottom - kind.applyAsDouble(memory) / highest * PANEL));
        }
        svg.append("\"/>\n");
    }

    private static void line(StringBuilder svg, String format, Object... values) {
        svg.append(String.format(Locale.ROOT, format, values)).append('\n');
    }
}
