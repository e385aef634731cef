package dev.millrace.journal;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Writes what a damaged log was before the first damage into a new folder. The damaged one is only read: whatever else
 * can be had of it, {@link Inspection} tells, and a better idea may come later.
 *
 * <p>Up to the first damage, because that is a state that was: records behind it may speak of others that are lost. It
 * is taken byte for byte, so every record keeps its position and its checksum. What the log disowned after the damage
 * cannot be had back, so a TRIM at the new end says that it begins where the damaged one does; and bears the largest
 * next id that was found anywhere, so that no id that was seen is given again.
 */
public final class Repair {
    private static final int COPY_BYTES = 1 << 20;
    private static final int TRIM_BATCH_BYTES =
            Format.BATCH_HEADER_BYTES + Format.RECORD_HEADER_BYTES + Format.TRIM_HEAD_BYTES;

    private Repair() {}

    /**
     * Copies the log up to the first damage, or all of it if there is none.
     *
     * @param damaged is only read; neither disk is closed
     * @param target a folder without files, but perhaps a lock
     * @return what was found in the damaged folder
     * @throws JournalException of kind IN_USE if somebody holds one of the folders; CORRUPT if nothing whole lies
     *     before the first damage; VERSION if a newer version wrote it; FULL or FAILED if a disk fails, or
     *     {@code target} is not empty
     */
    public static Inspection copyWholePart(Disk damaged, Disk target) {
        try {
            damaged.lock();
            target.lock();
            if (target.names().stream().anyMatch(name -> !name.equals("lock"))) {
                throw new JournalException(JournalException.Kind.FAILED, target + " holds files; name an empty folder to repair into");
            }
            Inspection.Look look = new Inspection.Look(damaged, (position, type, schema, queue, timeMs, head, body) -> {});
            Inspection found = look.run();
            Inspection.Break end = look.firstBreak();
            if (end == null || end.segment() < found.oldest() || found.oldest() == 0) {
                throw new JournalException(JournalException.Kind.CORRUPT, damaged + ": nothing whole lies before the first damage, "
                        + (found.problems().isEmpty() ? "for there is no log" : found.problems().getFirst())
                        + "; export what can be read instead");
            }
            copy(look, found, end, damaged, target);
            return found;
        } catch (IOException e) {
            throw JournalException.failed("repairing " + damaged + " into " + target, e);
        }
    }

    private static void copy(
            Inspection.Look look, Inspection found, Inspection.Break end, Disk damaged, Disk target) throws IOException {
        Page page = new Page(COPY_BYTES);
        for (Inspection.SegmentFile file : found.files()) {
            boolean isWanted = file.role() == Inspection.Role.LOG && file.number() <= end.segment();
            if (!isWanted) {
                continue;
            }
            long bytes = file.number() == end.segment() ? end.offset() : file.writtenBytes();
            try (DiskFile from = damaged.open(file.name()); DiskFile to = target.open(file.name())) {
                for (long at = 0; at < bytes; at += COPY_BYTES) {
                    page.bytes.clear().limit((int) Math.min(COPY_BYTES, bytes - at));
                    from.read(page.bytes, at);
                    to.write(page.bytes.flip(), at);
                }
                if (file.number() == end.segment()) {
                    appendTrim(look, found, end, to);
                }
                to.sync();
            }
        }
        target.sync();
        try (DiskFile meta = target.open(Meta.NAME)) {
            new Meta(found.folderId(), found.createdMs()).write(meta);
            meta.sync();
        }
        target.sync();
    }

    private static void appendTrim(Inspection.Look look, Inspection found, Inspection.Break end, DiskFile to) throws IOException {
        Slot slot = look.slotOf(end.segment());
        SegmentHeader header = slot == null ? null : look.headerOf(slot);
        if (slot == null || header == null) {
            throw new IllegalStateException("segment " + end.segment() + " was whole and is not known");
        }
        if (end.offset() + TRIM_BATCH_BYTES > header.bytes()) {
            if (header.oldest() < found.oldest()) {
                throw new JournalException(JournalException.Kind.CORRUPT, slot.name + " at offset " + end.offset()
                        + ": no room to say where the log begins; export what can be read instead");
            }
            return;
        }
        Segment segment = new Segment(slot, header);
        segment.tail = end.offset();
        Batch batch = new Batch(COPY_BYTES);
        batch.start(segment);
        batch.begin(Format.TYPE_TRIM, 0, 0, Format.TRIM_HEAD_BYTES, 0).putLong(found.oldest()).putLong(found.nextId());
        batch.end();
        ByteBuffer bytes = batch.seal(end.sequence() + 1, end.sequence(), end.timeMs());
        to.write(bytes, segment.tail);
    }
}
