package dev.millrace.core;

/** Buried tasks by id, so that "oldest first" (T20) means the same before and after a restart. */
final class IdHeap extends SlotHeap {
    private final TaskTable table;

    IdHeap(TaskTable table) {
        this.table = table;
    }

    @Override
    boolean before(int a, int b) {
        return table.id(a) < table.id(b);
    }

    @Override
    void moved(int slot, int index) {
        table.previous(slot, index);
    }
}
