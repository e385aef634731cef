package dev.millrace.cli;

import dev.millrace.pool.Executable;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What `each` is asked to do, checked.
 *
 * @param program the command
 * @param template its arguments
 * @param commandShown the command and its arguments, quoted, for a person
 * @param fingerprint of the command's bytes
 * @param mode what the items are
 * @param input the file they are read from; null for standard input
 * @param name the job's name
 * @param folder where the job is kept
 * @param at the server that has the items; null for the folder
 * @param concurrency how many commands run at once
 * @param retries how often a failed item is tried again
 * @param backoff how long before the first retry; doubled for each further one
 * @param timeLimit of one run of the command; null for none
 * @param results where the outcome of each item goes; null for nowhere
 * @param keepOrder whether output is passed on in the order of the items
 * @param failFast whether the first item that finally fails ends it all
 * @param fresh whether an earlier job of this name is forgotten
 * @param add whether the input is further items of the job
 * @param quiet whether to say nothing but what failed
 */
record EachOptions(
        Executable program,
        Template template,
        String commandShown,
        String fingerprint,
        ItemSource.Mode mode,
        @Nullable Path input,
        String name,
        Path folder,
        @Nullable String at,
        int concurrency,
        int retries,
        Duration backoff,
        @Nullable Duration timeLimit,
        @Nullable Path results,
        boolean keepOrder,
        boolean failFast,
        boolean fresh,
        boolean add,
        boolean quiet) {

    /** What a command is known by: its words, none running into the next. */
    static String fingerprint(List<byte[]> words, String more) {
        InputHash hash = new InputHash(0);
        for (byte[] word : words) {
            hash.add(new Item(word, word.length, 0, null));
        }
        byte[] last = more.getBytes(java.nio.charset.StandardCharsets.UTF_8);
        return String.format("%016x", hash.add(new Item(last, last.length, 0, null)));
    }
}
