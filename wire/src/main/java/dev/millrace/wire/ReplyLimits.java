package dev.millrace.wire;

/**
 * What one reply may consist of; immutable.
 *
 * @param lineBytesMax how many bytes a word or an error has
 * @param bulkBytesMax how many bytes a bulk string has
 * @param replyBytesMax how many bytes the reply has on the wire, all in all
 * @param itemsMax how many values, those within others included
 */
public record ReplyLimits(int lineBytesMax, int bulkBytesMax, int replyBytesMax, int itemsMax) {
    /** How deep values may lie within others. */
    public static final int DEPTH_MAX = 16;

    /** Payloads of 64 MiB, and replies of 256 MiB with a million values: a page of 10,000 tasks has fewer. */
    public static final ReplyLimits USUAL = new ReplyLimits(64 << 10, 64 << 20, 256 << 20, 1_000_000);

    /** Each at least 1; otherwise an IllegalArgumentException. */
    public ReplyLimits {
        if (lineBytesMax < 1 || bulkBytesMax < 1 || replyBytesMax < 1 || itemsMax < 1) {
            throw new IllegalArgumentException("lineBytesMax=" + lineBytesMax + " bulkBytesMax=" + bulkBytesMax
                    + " replyBytesMax=" + replyBytesMax + " itemsMax=" + itemsMax + ": each must be at least 1");
        }
    }
}
