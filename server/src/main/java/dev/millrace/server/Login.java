package dev.millrace.server;

import dev.millrace.api.ErrorCode;
import dev.millrace.api.MillraceException;
import dev.millrace.api.engine.Answer;
import dev.millrace.api.engine.Command;
import dev.millrace.wire.Request;
import dev.millrace.wire.Right;
import dev.millrace.wire.Verb;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Who a connection's client is, and what it may therefore do (G11). Used on the loop's thread. */
final class Login {
    private final Logins logins;
    private final Counters counters;
    /** Who it is; null while nobody has logged in. */
    private Logins.@Nullable Proof proof;

    /** Whether it had to log in before the users changed last. */
    private boolean wasNeeded;

    private boolean isUnderWay;

    Login(ServerState server) {
        this.logins = server.logins();
        this.counters = server.counters();
        this.wasNeeded = logins.areNeeded();
    }

    /** Whether it is still being found out who it is; nothing else is done meanwhile. */
    boolean isUnderWay() {
        return isUnderWay;
    }

    /** Whether the client must say who it is before it may do anything. */
    boolean isMissing() {
        return proof == null && logins.areNeeded();
    }

    /** The user's name; what Redis says where there is none. */
    String name() {
        return proof == null ? Request.Login.USER_DEFAULT : proof.user().name();
    }

    /** How the finding out ended. */
    interface Ended {
        void in();

        void refused(ErrorCode code, String told);
    }

    /**
     * Finds out who it is; until it ends the client is who it was.
     *
     * @throws MillraceException BAD_ARGUMENT when there are no users
     */
    void begin(String address, Request.Login login, Ended ended) {
        if (!logins.areNeeded()) {
            throw new MillraceException(
                    ErrorCode.BAD_ARGUMENT, "this server knows no users, so there is nobody to log in as; leave AUTH out");
        }
        isUnderWay = true;
        logins.ask(address, login, new Logins.Asker() {
            @Override
            public void proven(Logins.Proof found) {
                isUnderWay = false;
                proof = found;
                ended.in();
            }

            @Override
            public void refused(ErrorCode code, String told) {
                isUnderWay = false;
                ended.refused(code, told);
            }
        });
    }

    /** Nobody has logged in any more. */
    void forget() {
        proof = null;
    }

    /** What a change of the users means for a client. */
    enum Renewal {
        /** It has all the rights that it had. */
        KEPT,
        /** It has fewer, or others. */
        CHANGED,
        /** It is nobody's: its user is gone, or what it had proved itself with, or users were not needed before. */
        ENDED
    }

    /** The users have changed: the client has the rights that its user has now. */
    Renewal renew() {
        Logins.Proof before = proof;
        boolean wasMissing = before == null && wasNeeded;
        wasNeeded = logins.areNeeded();
        proof = before == null || !logins.areNeeded() ? null : logins.renewed(before);
        if (isMissing()) {
            return wasMissing ? Renewal.KEPT : Renewal.ENDED;
        }
        boolean hasAll = before == null || proof == null || proof.user().grants().containsAll(before.user().grants());
        return hasAll ? Renewal.KEPT : Renewal.CHANGED;
    }

    // --- What it may do

    /**
     * Before the command is read.
     *
     * @throws MillraceException NO_AUTH
     */
    void requireFor(Verb verb) {
        if (isMissing()) {
            switch (verb) {
                case HELLO, AUTH, QUIT, RESET -> {}
                default -> throw new MillraceException(
                        ErrorCode.NO_AUTH, "log in first, with AUTH user password or HELLO 3 AUTH user password");
            }
        }
    }

    /**
     * Once the command is read.
     *
     * @throws MillraceException DENIED
     */
    void requireFor(Verb verb, Request request) {
        if (proof == null) {
            return;
        }
        switch (request) {
            case Request.Task(Command command, var shape, var tag) -> queuesOf(command).forEach(queue -> require(verb.right(), queue));
            case Request.Consume consume -> require(verb.right(), consume.queue());
            default -> {}
        }
    }

    private static List<String> queuesOf(Command command) {
        return switch (command) {
            case Command.Take take -> take.queues();
            case Command.TakeMany take -> take.queues();
            // What names no queue is about the session itself, or its answer is looked through.
            default -> command.queue().isEmpty() ? List.of() : List.of(command.queue());
        };
    }

    private void require(Right right, String queue) {
        if (!may(right, queue)) {
            counters.denied();
            throw new MillraceException(
                    ErrorCode.DENIED,
                    "user " + name() + " has not the right " + right.name().toLowerCase(Locale.ROOT) + " on " + queue);
        }
    }

    boolean may(Right right, String queue) {
        return proof == null || proof.user().may(right, queue);
    }

    /** Whether it may see and close the connections of others, and know where the server stores. */
    boolean mayAdministerAll() {
        return proof == null || proof.user().mayOnAll(Right.ADMIN);
    }

    /** The answer without the queues that it may not look at. */
    Answer visible(Answer answer) {
        if (proof == null || !(answer instanceof Answer.Queues queues)) {
            return answer;
        }
        return new Answer.Queues(
                queues.queues().stream().filter(stats -> may(Right.READ, stats.queue())).toList(), queues.nextCursor());
    }
}
