package dev.millrace.core;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All producers (G10), in the order of their last new sequences. One whose last is longer ago than it is kept counts as
 * unknown from that very moment on, whoever asks; what memory and the log still know of it goes in slices behind that,
 * or when a put needs its name or its place. Its end is recorded, since the records that name it may outlive it in the
 * log.
 */
final class Producers {
    private final long keepMs;
    private final int max;
    private final QueueTable queues;
    private @Nullable Producer leastRecent;
    private @Nullable Producer mostRecent;
    private int count;
    private long refusals;

    Producers(CoreSettings settings, QueueTable queues) {
        this.keepMs = settings.producerKeepMs();
        this.max = settings.producersMax();
        this.queues = queues;
    }

    int count() {
        return count;
    }

    /** How often another one was refused. */
    long refusals() {
        return refusals;
    }

    /** The producer of a queue, which need not be there; null when it is not known, or not any more. */
    @Nullable Producer find(@Nullable QueueState queue, String name, long nowMs) {
        Producer producer = queue == null ? null : queue.producers.get(name);
        return producer == null || isOutlived(producer, nowMs) ? null : producer;
    }

    /** Why no other one can be known, or null. */
    @Nullable Refused refusesAnother(long nowMs) {
        if (count < max || hasOutlived(nowMs)) {
            return null;
        }
        refusals++;
        return new Refused(Refusal.OVERLOADED, "producers=" + count + " reached producersMax=" + max
                + ", and none was silent for producerKeepMs=" + keepMs
                + "; raise producersMax, shorten producerKeepMs, or put without a producer");
    }

    /** Forgets the name's former bearer, or if there are too many the one that has been silent for longest. */
    void makeRoom(String queueName, String name, long nowMs, TaskLog<?> log) {
        QueueState queue = queues.find(queueName);
        Producer former = queue == null ? null : queue.producers.get(name);
        if (former != null && isOutlived(former, nowMs)) {
            forget(former, log);
        } else if (former == null && count >= max && leastRecent != null) {
            forget(leastRecent, log);
        }
    }

    /** The producer, made if it is new. */
    Producer open(QueueState queue, String name) {
        Producer known = queue.producers.get(name);
        if (known != null) {
            return known;
        }
        Producer producer = new Producer(queue, name);
        queue.producers.put(name, producer);
        link(producer);
        return producer;
    }

    /** It stored a new sequence. */
    void used(Producer producer, long nowMs) {
        producer.usedMs = nowMs;
        if (producer != mostRecent) {
            unlink(producer);
            link(producer);
        }
    }

    /** Whether one has been silent for as long as it is kept. */
    boolean hasOutlived(long nowMs) {
        return leastRecent != null && isOutlived(leastRecent, nowMs);
    }

    /** Forgets those that were silent for too long, at most so many; whether there are more. */
    boolean forgetOutlived(long nowMs, int forgottenMax, TaskLog<?> log) {
        Producer oldest = leastRecent;
        for (int forgotten = 0; oldest != null && isOutlived(oldest, nowMs); forgotten++) {
            if (forgotten == forgottenMax) {
                return true;
            }
            forget(oldest, log);
            oldest = leastRecent;
        }
        return false;
    }

    private void forget(Producer producer, TaskLog<?> log) {
        log.forget(producer.queue.number, producer.name);
        remove(producer);
        queues.settle(producer.queue);
    }

    /** Nothing is known of it any more. */
    void remove(Producer producer) {
        producer.queue.producers.remove(producer.name, producer);
        queues.recorded.remove(producer);
        unlink(producer);
    }

    /** After recovery: records that were written again do not come in the order of use. */
    void recovered() {
        List<Producer> all = new ArrayList<>(count);
        for (Producer producer = leastRecent; producer != null; producer = leastRecent) {
            all.add(producer);
            unlink(producer);
        }
        all.sort(Comparator.comparingLong(producer -> producer.usedMs));
        all.forEach(this::link);
    }

    private boolean isOutlived(Producer producer, long nowMs) {
        return producer.usedMs + keepMs <= nowMs;
    }

    private void link(Producer producer) {
        producer.lessRecent = mostRecent;
        if (mostRecent == null) {
            leastRecent = producer;
        } else {
            mostRecent.moreRecent = producer;
        }
        mostRecent = producer;
        count++;
    }

    private void unlink(Producer producer) {
        if (producer.lessRecent == null) {
            leastRecent = producer.moreRecent;
        } else {
            producer.lessRecent.moreRecent = producer.moreRecent;
        }
        if (producer.moreRecent == null) {
            mostRecent = producer.lessRecent;
        } else {
            producer.moreRecent.lessRecent = producer.lessRecent;
        }
        producer.lessRecent = null;
        producer.moreRecent = null;
        count--;
    }
}
