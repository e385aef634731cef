package dev.millrace.embedded;

import dev.millrace.journal.Disk;
import dev.millrace.journal.Replay;
import dev.millrace.testkit.model.Subject;

/**
 * Where a defect can be built into an engine; each passes everything on unless overridden. One for all lives of an
 * engine.
 */
class Seams {
    /** What the journal gets for its disk. */
    Disk disk(Disk disk) {
        return disk;
    }

    /** What the journal gets to tell its records to. */
    Replay replay(Replay replay) {
        return replay;
    }

    /** What the state machine gets for its store. */
    Store store(Store store) {
        return store;
    }

    /** What users get for the engine. */
    Subject subject(Subject subject) {
        return subject;
    }
}
