package dev.millrace.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** Prints what `each` would run, one command a line, ready to be read by a person or a shell. */
final class DryRun {
    private final EachOptions options;
    private final Console console;

    DryRun(EachOptions options, Console console) {
        this.options = options;
        this.console = console;
    }

    int run(InputStream input) throws IOException {
        OutputStream out = console.bufferedOut();
        String program = Text.quoted(options.program().path().toString().getBytes(StandardCharsets.UTF_8));
        ItemReader reader = EachJob.reader(options, input, JobFolder.ITEM_BYTES_MAX);
        reader.beforeRead(out::flush);
        ItemSource source = new ItemSource(reader, options.mode());
        int exitCode = ExitCode.OK;
        long number = 0;
        for (Item item = source.next(); item != null; item = source.next()) {
            number++;
            if (item.problem() != null) {
                console.say("line " + item.line() + " cannot be used: " + item.problem());
                exitCode = ExitCode.FAILED;
                continue;
            }
            StringBuilder line = new StringBuilder(program);
            for (byte[] argument : options.template().fill(item.bytes(), number)) {
                line.append(' ').append(Text.quoted(argument));
            }
            if (options.mode() == ItemSource.Mode.JSON) {
                line.append(" <<< ").append(Text.quoted(item.bytes()));
            }
            out.write(line.append('\n').toString().getBytes(StandardCharsets.UTF_8));
        }
        out.flush();
        return exitCode;
    }
}
