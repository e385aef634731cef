package dev.millrace.remote;

import dev.millrace.api.ErrorCode;
import dev.millrace.api.MillraceException;
import dev.millrace.api.engine.Answer;
import dev.millrace.wire.Reply;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** The first connection of an engine, for which its opening waits. */
final class Opening implements Link.Listener {
    private final Target target;
    private final RemoteLimits limits;
    private final CompletableFuture<Link> result = new CompletableFuture<>();

    Opening(Target target, RemoteLimits limits) {
        this.target = target;
        this.limits = limits;
    }

    /**
     * Waits for the server's greeting, keeping an interrupt for later.
     *
     * @throws MillraceException when there is none
     */
    Link await() {
        try {
            return result.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof MillraceException refused) {
                throw new MillraceException(refused.code(), refused.told(), refused);
            }
            throw e;
        }
    }

    /** It has taken too long. */
    void tooLate(Link link) {
        if (!result.isDone()) {
            link.fail("there is no greeting after " + limits.greetingMs(target) + " ms");
        }
    }

    @Override
    public void greeted(Link link) {
        result.complete(link);
    }

    @Override
    public void replied(Link link, Reply reply) {
        link.fail("it says something before it is asked");
    }

    @Override
    public void readEnded(Link link) {
        // There is nothing to be written.
    }

    @Override
    public void broken(Link link, Answer.Failed why) {
        String remedy = why.code() == ErrorCode.OVERLOADED
                ? "; start a server there with `millrace server`, or correct host and port in the uri"
                : "";
        result.completeExceptionally(new MillraceException(why.code(), "the server cannot be used: " + why.message() + remedy));
    }
}
