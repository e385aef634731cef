package dev.millrace.core;

import org.jspecify.annotations.Nullable;

/** The takes that wait on one queue, in the order they began to (T9). */
final class WaiterLine {
    private Waiter.@Nullable Place first;
    private Waiter.@Nullable Place last;
    private int size;

    @Nullable Waiter first() {
        return first == null ? null : first.waiter;
    }

    int size() {
        return size;
    }

    void add(Waiter.Place place) {
        place.previous = last;
        if (last == null) {
            first = place;
        } else {
            last.next = place;
        }
        last = place;
        size++;
    }

    void remove(Waiter.Place place) {
        if (place.previous == null) {
            first = place.next;
        } else {
            place.previous.next = place.next;
        }
        if (place.next == null) {
            last = place.previous;
        } else {
            place.next.previous = place.previous;
        }
        place.previous = null;
        place.next = null;
        size--;
    }
}
