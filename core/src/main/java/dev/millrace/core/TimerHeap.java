package dev.millrace.core;

/** Tasks by the time of their next event, then id (T17). */
final class TimerHeap extends SlotHeap {
    private final TaskTable table;

    TimerHeap(TaskTable table) {
        this.table = table;
    }

    @Override
    boolean before(int a, int b) {
        long first = table.event(a);
        long second = table.event(b);
        return first != second ? first < second : table.id(a) < table.id(b);
    }

    @Override
    void moved(int slot, int index) {
        table.timerIndex(slot, index);
    }
}
