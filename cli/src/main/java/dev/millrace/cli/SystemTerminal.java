package dev.millrace.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jline.terminal.Attributes;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;
import org.jline.utils.AttributedString;
import org.jline.utils.AttributedStyle;
import org.jline.utils.Display;
import org.jline.utils.InfoCmp.Capability;
import org.jspecify.annotations.Nullable;

/** The terminal that this process was started from, as a screen of its own: what was on it comes back at the end. */
final class SystemTerminal implements TopTerminal {
    private static final int COLUMNS_DEFAULT = 80;
    private static final int ROWS_DEFAULT = 24;

    private final Terminal terminal;
    private final boolean isColoured;
    private final Attributes attributes;
    private final Display display;
    private int columns;
    private int rows;

    private SystemTerminal(Terminal terminal, boolean isColoured) {
        this.terminal = terminal;
        this.isColoured = isColoured;
        this.attributes = terminal.enterRawMode();
        this.display = new Display(terminal, true);
        terminal.puts(Capability.enter_ca_mode);
        terminal.puts(Capability.cursor_invisible);
        resize();
    }

    /** Takes the terminal over; null if there is none that can be asked for keys and told where to write. */
    static @Nullable SystemTerminal open(boolean isColoured) {
        try {
            // Signals stay with this process: JLine would set them to what they do by default.
            Terminal terminal =
                    TerminalBuilder.builder().system(true).nativeSignals(false).dumb(false).build();
            if (terminal.getStringCapability(Capability.cursor_address) == null) {
                terminal.close();
                return null;
            }
            return new SystemTerminal(terminal, isColoured);
        } catch (IOException | IllegalStateException none) {
            return null;
        }
    }

    @Override
    public int columns() {
        return columns;
    }

    @Override
    public int rows() {
        return rows;
    }

    @Override
    public void show(List<TopLine> lines) {
        List<AttributedString> styled = new ArrayList<>();
        lines.forEach(line -> styled.add(new AttributedString(line.text(), style(line.style()))));
        display.update(styled, -1);
    }

    private AttributedStyle style(TopLine.Style style) {
        AttributedStyle plain = AttributedStyle.DEFAULT;
        return switch (style) {
            case PLAIN -> plain;
            case HEADING -> plain.inverse();
            case PAUSED -> isColoured ? plain.foreground(AttributedStyle.YELLOW) : plain;
            case ALARM -> isColoured ? plain.foreground(AttributedStyle.RED) : plain;
        };
    }

    /** Waits in slices of a key press, so that a new size is seen: it is asked for each time. */
    @Override
    public TopKey readKey(long timeoutMs) throws IOException {
        TopKey key = TopKey.read(terminal.reader()::read, timeoutMs);
        resize();
        return key;
    }

    private void resize() {
        int nowColumns = terminal.getWidth() > 0 ? terminal.getWidth() : COLUMNS_DEFAULT;
        int nowRows = terminal.getHeight() > 0 ? terminal.getHeight() : ROWS_DEFAULT;
        if (nowColumns != columns || nowRows != rows) {
            columns = nowColumns;
            rows = nowRows;
            display.clear();
            display.resize(rows, columns);
        }
    }

    @Override
    public void close() throws IOException {
        terminal.puts(Capability.exit_ca_mode);
        terminal.puts(Capability.cursor_visible);
        terminal.flush();
        terminal.setAttributes(attributes);
        terminal.close();
    }
}
