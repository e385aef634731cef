package dev.millrace.core;

/** Why something does not happen. */
record Refused(Refusal refusal, String message) {
    Refused withPrefix(String prefix) {
        return new Refused(refusal, prefix + message);
    }
}
