package dev.millrace.core;

/** Tasks by priority, then id (T7); the index is kept in the task's link, which a task in a heap does not need. */
final class PriorityHeap extends SlotHeap {
    private final TaskFields fields;

    PriorityHeap(TaskFields fields) {
        this.fields = fields;
    }

    @Override
    boolean before(int a, int b) {
        long first = fields.priority(a);
        long second = fields.priority(b);
        return first != second ? first < second : fields.table.id(a) < fields.table.id(b);
    }

    @Override
    void moved(int slot, int index) {
        fields.table.previous(slot, index);
    }
}
