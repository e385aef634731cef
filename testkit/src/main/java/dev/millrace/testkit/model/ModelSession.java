package dev.millrace.testkit.model;

/** A session that is open. */
final class ModelSession {
    final long id;
    /** 0 for a session that may be silent for ever. */
    final long silenceMaxMs;

    long lastHeardMs;

    ModelSession(long id, long silenceMaxMs, long nowMs) {
        this.id = id;
        this.silenceMaxMs = silenceMaxMs;
        this.lastHeardMs = nowMs;
    }

    ModelSession(ModelSession from) {
        this(from.id, from.silenceMaxMs, from.lastHeardMs);
    }

    long silentMs() {
        return silenceMaxMs == 0 ? Long.MAX_VALUE : lastHeardMs + silenceMaxMs;
    }
}
