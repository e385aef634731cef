package dev.millrace.wire;

import java.nio.charset.StandardCharsets;

/** The names of fields in answers, written once for all. */
enum Field {
    ACKED_COUNT("ackedCount"),
    AGE_MS("ageMs"),
    ATTEMPT("attempt"),
    ATTEMPTS("attempts"),
    BACKOFF_FIRST_MS("backoffFirstMs"),
    BACKOFF_MAX_MS("backoffMaxMs"),
    BURIED("buried"),
    BURIED_COUNT("buriedCount"),
    CODE("code"),
    CONNECTED("connected"),
    CURSOR("cursor"),
    DELAYED("delayed"),
    DELETED_COUNT("deletedCount"),
    DETACHED("detached"),
    DUE("due"),
    EXISTING("existing"),
    EXPIRED_COUNT("expiredCount"),
    FAILED_COUNT("failedCount"),
    FAILURES("failures"),
    GRACE_LEFT_MS("graceLeftMs"),
    GRACE_MS("graceMs"),
    HELD("held"),
    ID("id"),
    KICKED("kicked"),
    MAX_ATTEMPTS("maxAttempts"),
    MESSAGE("message"),
    NAME("name"),
    OUTCOME("outcome"),
    PAUSED("paused"),
    PAYLOAD("payload"),
    PEER("peer"),
    PRIORITY("priority"),
    PURGED("purged"),
    PUT_COUNT("putCount"),
    QUEUE("queue"),
    QUEUES("queues"),
    READY("ready"),
    REASON("reason"),
    RECEIPT("receipt"),
    RELEASED_COUNT("releasedCount"),
    REPEATED("repeated"),
    SECRET("secret"),
    SEQUENCE("sequence"),
    SESSIONS("sessions"),
    SINCE("since"),
    STATE("state"),
    TAKEN("taken"),
    TAKEN_COUNT("takenCount"),
    TASKS("tasks"),
    TIMED_OUT_COUNT("timedOutCount"),
    TIMEOUT_MS("timeoutMs"),
    TOTAL("total"),
    TTR_MS("ttrMs"),
    USER("user"),
    WAITING("waiting");

    private final String text;
    /** The name as a bulk string. */
    private final byte[] bulk;

    Field(String text) {
        this.text = text;
        bulk = bulk(text);
    }

    String text() {
        return text;
    }

    byte[] bulk() {
        return bulk;
    }

    /** An ASCII text as a bulk string. */
    static byte[] bulk(String ascii) {
        return ("$" + ascii.length() + "\r\n" + ascii + "\r\n").getBytes(StandardCharsets.US_ASCII);
    }
}
