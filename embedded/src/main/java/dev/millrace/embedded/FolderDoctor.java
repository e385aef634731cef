package dev.millrace.embedded;

import dev.millrace.api.ErrorCode;
import dev.millrace.api.MillraceException;
import dev.millrace.api.engine.ExportedTask;
import dev.millrace.api.engine.StoreDoctor;
import dev.millrace.api.engine.StoreReport;
import dev.millrace.journal.Disk;
import dev.millrace.journal.FolderDisk;
import dev.millrace.journal.Inspection;
import dev.millrace.journal.JournalException;
import dev.millrace.journal.RecordVisitor;
import dev.millrace.journal.Repair;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;

/** Looks into the folders of {@code embedded:}. */
public final class FolderDoctor implements StoreDoctor {
    /** Called by {@link java.util.ServiceLoader}. */
    public FolderDoctor() {}

    @Override
    public boolean serves(String scheme) {
        return "embedded".equals(scheme);
    }

    @Override
    public StoreReport examine(String uri, boolean evenIfInUse) {
        Salvage checked = new Salvage();
        return reading(uri, disk -> report(inspect(disk, evenIfInUse, checked), checked));
    }

    @Override
    public StoreReport export(String uri, boolean evenIfInUse, Consumer<ExportedTask> tasks) {
        Salvage salvage = new Salvage();
        StoreReport report = reading(uri, disk -> report(inspect(disk, evenIfInUse, salvage), salvage));
        reading(uri, disk -> inspect(disk, evenIfInUse, salvage.telling(tasks)));
        return report;
    }

    @Override
    public StoreReport repair(String uri, String targetUri) {
        Path target = EmbeddedProvider.folder(targetUri);
        requireEmpty(target);
        Salvage checked = new Salvage();
        StoreReport report = reading(uri, disk -> report(inspect(disk, false, checked), checked));
        return reading(uri, disk -> {
            try (Disk copy = FolderDisk.at(target)) {
                Repair.copyWholePart(disk, copy);
                return report;
            } catch (IOException e) {
                throw new MillraceException(ErrorCode.READ_ONLY, "closing " + target + ": " + e.getMessage(), e);
            }
        });
    }

    private static void requireEmpty(Path target) {
        String[] files = target.toFile().list();
        if (Files.exists(target) && (files == null || files.length > 0)) {
            throw new MillraceException(
                    ErrorCode.BAD_ARGUMENT, target + " is not an empty folder; name one that is empty, or not there");
        }
    }

    private static Inspection inspect(Disk disk, boolean evenIfInUse, RecordVisitor visitor) {
        return Inspection.of(disk, evenIfInUse, visitor);
    }

    private static StoreReport report(Inspection found, Salvage checked) {
        return new StoreReport(
                Stream.concat(
                                found.problems().stream().map(Inspection.Problem::toString),
                                checked.problems().stream())
                        .toList(),
                found.closedCleanly(),
                found.tornBytes(),
                found.files().stream()
                        .map(file -> new StoreReport.Part(
                                file.name(),
                                file.role().name().toLowerCase(Locale.ROOT),
                                file.number(),
                                file.bytes(),
                                file.writtenBytes(),
                                file.records()))
                        .toList());
    }

    private static <R> R reading(String uri, Function<Disk, R> look) {
        Path folder = EmbeddedProvider.folder(uri);
        if (!Files.isDirectory(folder)) {
            throw new MillraceException(ErrorCode.BAD_ARGUMENT, "there is no folder " + folder + "; name one that holds queues");
        }
        try (Disk disk = FolderDisk.readOnly(folder)) {
            return look.apply(disk);
        } catch (JournalException e) {
            throw Conversions.opening(e);
        } catch (IOException e) {
            throw new MillraceException(ErrorCode.READ_ONLY, "reading " + folder + ": " + e.getMessage(), e);
        }
    }
}
