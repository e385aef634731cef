package dev.millrace.core;

/** Tasks by priority, then id (T7); the index is kept in the task's link, which a task in a heap does not need. */
final class PriorityHeap extends SlotHeap {
    private final Tasks tasks;

    PriorityHeap(Tasks tasks) {
        this.tasks = tasks;
    }

    @Override
    boolean before(int a, int b) {
        long first = tasks.priority(a);
        long second = tasks.priority(b);
        return first != second ? first < second : tasks.table.id(a) < tasks.table.id(b);
    }

    @Override
    void moved(int slot, int index) {
        tasks.table.previous(slot, index);
    }
}
