package dev.millrace.cli;

import dev.millrace.pool.ProcessResult;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/**
 * Passes on what the commands wrote, whole and item by item, and shares the terminal with the progress bar: the bar's
 * line is cleared before anything else is written, and drawn again after it. Safe for use by several threads.
 */
final class OutputRelay {
    /** What a command wrote. */
    interface Output {
        long outBytes();

        long errBytes();

        void copyOut(OutputStream target) throws IOException;

        void copyErr(OutputStream target) throws IOException;
    }

    private static final byte[] CLEAR = "\r\u001b[K".getBytes(StandardCharsets.US_ASCII);

    private final Console console;
    /** The line that the bar has on the terminal; empty while there is none. */
    private String bar = "";

    OutputRelay(Console console) {
        this.console = console;
    }

    /** Passes on all output of a command; a failure ends it all. Whether all of it has gone where it should. */
    boolean pass(ProcessResult result, StopSwitch stop) {
        return pass(of(result), stop);
    }

    /** What a command wrote that has just ended. */
    static Output of(ProcessResult result) {
        return new Fresh(result);
    }

    /** As {@link #pass(ProcessResult, StopSwitch)}, for what was written to standard error alone. */
    boolean passErrors(ProcessResult result, StopSwitch stop) {
        return pass(new Errors(result), stop);
    }

    /** As {@link #pass(ProcessResult, StopSwitch)}, for output that was kept. */
    boolean pass(Output output, StopSwitch stop) {
        try {
            pass(output);
            return true;
        } catch (IOException failure) {
            if (Console.isReaderGone(failure)) {
                stop.stop(ExitCode.OUTPUT_CLOSED, "");
            } else {
                stop.stop(ExitCode.STOPPED, "passing on output failed: " + Failures.told(failure));
            }
            return false;
        }
    }

    private void pass(Output output) throws IOException {
        if (output.outBytes() == 0 && output.errBytes() == 0) {
            return;
        }
        synchronized (this) {
            String shown = clearBar();
            LastByte out = new LastByte(console.out());
            output.copyOut(out);
            if (console.isOutTerminal() && console.isErrTerminal() && out.last != '\n') {
                // Else the bar would overwrite the last line.
                console.out().write('\n');
            }
            output.copyErr(console.err());
            console.err().flush();
            if (!shown.isEmpty()) {
                drawBar(shown);
            }
        }
    }

    synchronized void say(String sentence) {
        String shown = clearBar();
        console.say(sentence);
        if (!shown.isEmpty()) {
            drawBar(shown);
        }
    }

    synchronized void drawBar(String line) {
        console.err().print("\r" + line + "\u001b[K");
        console.err().flush();
        bar = line;
    }

    /** Clears the line of the bar, and says what stood there. */
    synchronized String clearBar() {
        String shown = bar;
        if (!shown.isEmpty()) {
            console.err().write(CLEAR, 0, CLEAR.length);
            console.err().flush();
            bar = "";
        }
        return shown;
    }

    private record Fresh(ProcessResult result) implements Output {
        @Override
        public long outBytes() {
            return result.stdout().sizeBytes();
        }

        @Override
        public long errBytes() {
            return result.stderr().sizeBytes();
        }

        @Override
        public void copyOut(OutputStream target) throws IOException {
            result.stdout().copyTo(target);
        }

        @Override
        public void copyErr(OutputStream target) throws IOException {
            result.stderr().copyTo(target);
        }
    }

    private record Errors(ProcessResult result) implements Output {
        @Override
        public long outBytes() {
            return 0;
        }

        @Override
        public long errBytes() {
            return result.stderr().sizeBytes();
        }

        @Override
        public void copyOut(OutputStream target) {
            // It goes elsewhere.
        }

        @Override
        public void copyErr(OutputStream target) throws IOException {
            result.stderr().copyTo(target);
        }
    }

    private static final class LastByte extends OutputStream {
        private final OutputStream target;
        private int last = '\n';

        LastByte(OutputStream target) {
            this.target = target;
        }

        @Override
        public void write(int octet) throws IOException {
            target.write(octet);
            last = (byte) octet;
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            target.write(bytes, offset, length);
            if (length > 0) {
                last = bytes[offset + length - 1];
            }
        }
    }
}
