package dev.millrace.testkit;

import dev.millrace.api.engine.Answer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Who is busy: the commands under way through a {@link WatchedEngine}, and the threads that run handlers. A handler's
 * thread is at rest while a take of its own waits, or an answer to it is held back; then nothing moves it but a task,
 * or the time, or the test. Threads of the test's own are seen only by their commands.
 *
 * <p>Safe for use by several threads: one lock, never held over a call to anything else.
 */
final class Activity {
    private static final int STACK_LINES_MAX = 6;

    private final Map<Thread, Handler> handlers = new LinkedHashMap<>();
    /** Commands that are neither answered, nor waiting for a task, nor held back. */
    private int underWay;
    private long takes;
    /** Grows with all that happens. */
    private long changes;

    private static final class Handler {
        /** Its commands that wait, or whose answer is held back. */
        private int resting;
    }

    /** Bounds of one wait for rest, in which the takes are counted from its making. */
    final class Patience {
        private final String what;
        private final long ms;
        private final long takesMax;
        private final long takesBefore;
        private final Supplier<String> situation;

        private Patience(String what, long ms, long takesMax, Supplier<String> situation) {
            this.what = what;
            this.ms = ms;
            this.takesMax = takesMax;
            this.situation = situation;
            synchronized (Activity.this) {
                this.takesBefore = takes;
            }
        }

        private void requireFewTakes() {
            long taken;
            synchronized (Activity.this) {
                taken = takes - takesBefore;
            }
            if (taken > takesMax) {
                throw gaveUp("after taken=" + taken + " > takesMax=" + takesMax
                        + "; let the handlers come to an end, or raise takesMax of @MillraceTest");
            }
        }

        private AssertionError noProgress() {
            return gaveUp("as nothing happened for patienceMs=" + ms
                    + "; let the handlers come to an end, or raise patienceMs of @MillraceTest");
        }

        private AssertionError gaveUp(String why) {
            return new AssertionError(what + " gave up " + why + ". There is still: " + situation.get());
        }
    }

    /**
     * Bounds.
     *
     * @param what who waits, for messages
     * @param ms how long, in real time, nothing at all may happen
     * @param takesMax how many tasks may be taken
     * @param situation says what there still is
     */
    Patience patience(String what, long ms, long takesMax, Supplier<String> situation) {
        return new Patience(what, ms, takesMax, situation);
    }

    // --- What happens

    /** Makes the threads that handlers run on; one is busy from its making. */
    ThreadFactory handlerThreads() {
        return loop -> {
            Thread thread = Thread.ofVirtual().unstarted(() -> {
                try {
                    loop.run();
                } finally {
                    ended(Thread.currentThread());
                }
            });
            synchronized (this) {
                handlers.put(thread, new Handler());
                changed();
            }
            return thread;
        };
    }

    private synchronized void ended(Thread thread) {
        handlers.remove(thread);
        changed();
    }

    /** A command is about to be handed over. */
    synchronized void begin(Ticket<?> ticket) {
        become(ticket, Ticket.State.UNDER_WAY);
    }

    /** The engine has it; it may even have answered. */
    synchronized void handedOver(Ticket<?> ticket) {
        if (ticket.state == Ticket.State.UNDER_WAY && ticket.mayWait()) {
            become(ticket, Ticket.State.WAITING);
        }
    }

    /** Its answer has come, and is about to be delivered. */
    synchronized void answering(Ticket<?> ticket, Answer answer) {
        switch (answer) {
            case Answer.Taken one -> takes++;
            case Answer.TakenMany many -> takes += many.tasks().size();
            default -> {}
        }
        become(ticket, Ticket.State.ANSWERING);
    }

    /** Its answer is held back. */
    synchronized void held(Ticket<?> ticket) {
        become(ticket, Ticket.State.HELD);
    }

    /** Its answer is held back no longer. */
    synchronized void letOut(Ticket<?> ticket) {
        become(ticket, Ticket.State.ANSWERING);
    }

    /** Its answer is delivered; or the engine did not accept it. */
    synchronized void done(Ticket<?> ticket) {
        become(ticket, Ticket.State.DONE);
    }

    private void become(Ticket<?> ticket, Ticket.State state) {
        count(ticket, -1);
        ticket.state = state;
        count(ticket, 1);
        changed();
    }

    private void count(Ticket<?> ticket, int change) {
        if (ticket.state.isBusy()) {
            underWay += change;
        }
        Handler handler = handlers.get(ticket.sender);
        if (handler != null && ticket.state.isResting()) {
            handler.resting += change;
        }
    }

    private void changed() {
        changes++;
        notifyAll();
    }

    // --- What is known

    /** Whether nothing has happened since, and all is at rest. */
    synchronized boolean restsSince(long changesBefore) {
        return changes == changesBefore && rests();
    }

    /** The handlers' threads that have not ended. */
    synchronized List<Thread> handlers() {
        return List.copyOf(handlers.keySet());
    }

    private boolean rests() {
        return underWay == 0 && handlers.values().stream().allMatch(handler -> handler.resting > 0);
    }

    /** Waits until all is at rest; what has happened until then. */
    long awaitRest(Patience patience) {
        while (true) {
            patience.requireFewTakes();
            long before;
            synchronized (this) {
                if (rests()) {
                    return changes;
                }
                before = changes;
            }
            awaitChange(before, patience);
        }
    }

    /** Waits until all handlers' threads have ended, as long as something happens; those that have not. */
    List<Thread> awaitHandlersEnd(long ms) {
        while (true) {
            long before;
            List<Thread> left;
            synchronized (this) {
                before = changes;
                left = handlers();
            }
            if (left.isEmpty() || !awaitChange(before, ms)) {
                return left;
            }
        }
    }

    /** Waits until something has happened since. */
    void awaitChange(long changesBefore, Patience patience) {
        if (!awaitChange(changesBefore, patience.ms)) {
            throw patience.noProgress();
        }
    }

    /** Waits, for so long in real time, until something has happened since; whether it has. */
    private synchronized boolean awaitChange(long changesBefore, long ms) {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(ms);
        boolean interrupted = false;
        try {
            while (changes == changesBefore && end - System.nanoTime() > 0) {
                try {
                    TimeUnit.NANOSECONDS.timedWait(this, end - System.nanoTime());
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
        return changes != changesBefore;
    }

    /** The threads that are busy, with where they are, and the commands under way; empty when all is at rest. */
    List<String> busy() {
        List<Thread> busy = new ArrayList<>();
        List<String> lines = new ArrayList<>();
        synchronized (this) {
            handlers.forEach((thread, handler) -> {
                if (handler.resting == 0) {
                    busy.add(thread);
                }
            });
            if (underWay > 0) {
                lines.add("commands under way: " + underWay);
            }
        }
        busy.forEach(thread -> lines.add(line(thread)));
        return lines;
    }

    /** A handler's thread, and where it is. */
    static String line(Thread thread) {
        StringBuilder line = new StringBuilder("a handler runs on ").append(thread.getName());
        Arrays.stream(thread.getStackTrace())
                .dropWhile(Activity::isOfTheJdk)
                .limit(STACK_LINES_MAX)
                .forEach(frame -> line.append("\n      at ").append(frame));
        return line.toString();
    }

    private static boolean isOfTheJdk(StackTraceElement frame) {
        String module = frame.getModuleName();
        return module != null && module.startsWith("java.");
    }
}
