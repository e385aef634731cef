package dev.millrace.pool;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A small shell that outlives this process, however it ends, and leaves nothing of it behind. It is told the process
 * groups of the slots on its standard input. When that comes to its end, because the runner was closed or because this
 * process is gone, it kills every group it still knows and deletes the scratch files, by name, and their folder, if
 * then empty. So a clean end and {@code kill -9} take one and the same way.
 *
 * <p>It also sends all signals, so that none needs a new process; and only to groups it knows, so that a signal that
 * comes too late meets nobody. Group ids are the ids of the shells which lead them.
 *
 * <p>It leads a session of its own and ignores what a terminal sends. Should it be killed nevertheless, another takes
 * its place at once.
 */
final class Guardian implements AutoCloseable {
    /** How long its last work may take before {@link #close} stops waiting. */
    private static final long CLOSE_SECONDS_MAX = 10;

    /**
     * Arguments: the scratch folder, the number of slots. Processes that were just killed may still create a file;
     * hence the attempts.
     */
    private static final String SCRIPT =
            """
            trap '' HUP INT QUIT TERM PIPE
            cd /
            groups=' '
            while read -r verb group; do
                case $groups in
                    *" $group "*) known=yes ;;
                    *) known= ;;
                esac
                case $verb$known in
                    add) groups="$groups$group " ;;
                    forgetyes) groups="${groups%% $group *} ${groups#* $group }" ;;
                    termyes) kill -s TERM -- "-$group" ;;
                    killyes) kill -s KILL -- "-$group" ;;
                esac
            done
            for group in $groups; do
                kill -s KILL -- "-$group"
            done
            for attempt in 1 2 3; do
                slot=0
                while [ "$slot" -lt "$2" ]; do
                    rm -f -- "$1/$slot.in" "$1/$slot.out" "$1/$slot.err"
                    slot=$((slot + 1))
                done
                rmdir -- "$1" && exit
                sleep 1
            done
            """;

    private final String folder;
    private final int slots;

    /**
     * Guards what follows and keeps lines whole. It is held while writing to the pipe, which is what it is for; nothing
     * is called back.
     */
    private final ReentrantLock lock = new ReentrantLock();

    private final Set<Long> groups = new LinkedHashSet<>();
    private Process process;
    private boolean closed;

    private Guardian(Path folder, int slots) throws IOException {
        this.folder = folder.toString();
        this.slots = slots;
        this.process = spawn();
    }

    /** @param folder absolute, and expressible in the locale's encoding */
    static Guardian start(Path folder, int slots) throws IOException {
        Guardian guardian = new Guardian(folder, slots);
        guardian.watch(guardian.process);
        return guardian;
    }

    /** From now on the group is killed when this process ends. To be called before the group's first command. */
    void add(long group) throws IOException {
        lock.lock();
        try {
            groups.add(group);
            send("add", group);
        } finally {
            lock.unlock();
        }
    }

    /** The group is no more; its id may soon be another's. */
    void forget(long group) throws IOException {
        lock.lock();
        try {
            groups.remove(group);
            send("forget", group);
        } finally {
            lock.unlock();
        }
    }

    /** Sends SIGTERM to a group, if known. */
    void terminate(long group) throws IOException {
        send("term", group);
    }

    /** Sends SIGKILL to a group, if known. */
    void kill(long group) throws IOException {
        send("kill", group);
    }

    /** Kills all groups and deletes the scratch folder; waits for that. */
    @Override
    public void close() throws IOException {
        Process last;
        lock.lock();
        try {
            closed = true;
            last = process;
            last.getOutputStream().close();
        } finally {
            lock.unlock();
        }
        awaitEnd(last);
    }

    /** An interrupt waits; the time does not begin anew with it. */
    private static void awaitEnd(Process ending) {
        long endNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(CLOSE_SECONDS_MAX);
        boolean interrupted = false;
        for (boolean over = false; !over; ) {
            try {
                ending.waitFor(endNanos - System.nanoTime(), TimeUnit.NANOSECONDS);
                over = true;
            } catch (InterruptedException later) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void send(String verb, long group) throws IOException {
        lock.lock();
        try {
            if (closed) {
                return;
            }
            try {
                write(verb + ' ' + group + '\n');
            } catch (IOException brokenPipe) {
                replace();
                write(verb + ' ' + group + '\n');
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * On a thread of its own, since {@link Process#onExit} would need one of the common pool, which others may keep
     * busy.
     */
    private void watch(Process watched) {
        Thread.ofPlatform().daemon().name("millrace-pool-guardian").start(() -> {
            try {
                watched.waitFor();
            } catch (InterruptedException nobodyInterrupts) {
                return;
            }
            onEnd(watched);
        });
    }

    private void onEnd(Process watched) {
        lock.lock();
        try {
            if (!closed && process == watched) {
                replace();
            }
        } catch (IOException cannotStart) {
            // The next line to it fails likewise, and tells who sends it.
        } finally {
            lock.unlock();
        }
    }

    private void replace() throws IOException {
        process = spawn();
        for (long group : groups) {
            write("add " + group + '\n');
        }
        watch(process);
    }

    private void write(String line) throws IOException {
        process.getOutputStream().write(line.getBytes(StandardCharsets.US_ASCII));
        process.getOutputStream().flush();
    }

    private Process spawn() throws IOException {
        return new ProcessBuilder(
                        "setsid", "sh", "-c", SCRIPT, "millrace-guardian", folder, Integer.toString(slots))
                .redirectOutput(Redirect.DISCARD)
                .redirectError(Redirect.DISCARD)
                .start();
    }
}
