package dev.millrace.testkit.model;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The tasks of a queue, a list in the order of their ids: it is gone through for nearly everything, and copied for each
 * past.
 */
final class ModelTasks {
    private final ArrayList<ModelTask> tasks;
    private final List<ModelTask> view;

    ModelTasks() {
        this(new ArrayList<>());
    }

    private ModelTasks(ArrayList<ModelTask> tasks) {
        this.tasks = tasks;
        this.view = Collections.unmodifiableList(tasks);
    }

    /** The same tasks, each a copy. */
    ModelTasks copy() {
        ArrayList<ModelTask> copies = new ArrayList<>(tasks.size() + 1);
        for (ModelTask task : tasks) {
            copies.add(new ModelTask(task));
        }
        return new ModelTasks(copies);
    }

    /** By id. */
    List<ModelTask> values() {
        return view;
    }

    @Nullable ModelTask get(long id) {
        int index = indexOf(id);
        return index < tasks.size() && tasks.get(index).id == id ? tasks.get(index) : null;
    }

    /** Adds a task, or puts it in the place of the one with its id. */
    void put(ModelTask task) {
        remove(task.id);
        tasks.add(indexOf(task.id), task);
    }

    void remove(long id) {
        int index = indexOf(id);
        if (index < tasks.size() && tasks.get(index).id == id) {
            tasks.remove(index);
        }
    }

    void clear() {
        tasks.clear();
    }

    int size() {
        return tasks.size();
    }

    boolean isEmpty() {
        return tasks.isEmpty();
    }

    /** Where the task with this id is, or would be; most look for one of the last. */
    private int indexOf(long id) {
        int index = tasks.size();
        while (index > 0 && tasks.get(index - 1).id >= id) {
            index--;
        }
        return index;
    }
}
