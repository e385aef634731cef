package dev.millrace.api;

/**
 * Proof of one take of a task (T21): its id and the attempt, which is the fencing token. A receipt of an earlier
 * attempt is refused with NOT_OWNER, also after a restart.
 *
 * @param id the task
 * @param attempt the number of this take, 1 … 65,535
 */
public record Receipt(TaskId id, int attempt) {
    /** Checks the attempt; BAD_ARGUMENT outside 1 … 65,535. */
    public Receipt {
        if (attempt < 1 || attempt > Limits.ATTEMPTS_MAX) {
            throw new MillraceException(
                    ErrorCode.BAD_ARGUMENT,
                    "attempt=" + attempt + " is outside 1 … " + Limits.ATTEMPTS_MAX + "; use the receipt of a take");
        }
    }

    /** Number and attempt, as on the wire: {@code 17:2}. */
    @Override
    public String toString() {
        return id.number() + ":" + attempt;
    }
}
