package dev.millrace.embedded;

import dev.millrace.journal.Disk;
import dev.millrace.journal.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/** A disk that passes everything on; a defect overrides what it spoils. */
class WrappedDisk implements Disk {
    final Disk disk;

    WrappedDisk(Disk disk) {
        this.disk = disk;
    }

    /** What is done instead of a file's fsync. */
    void sync(DiskFile file) throws IOException {
        file.sync();
    }

    /** What is done instead of a write. */
    void write(DiskFile file, ByteBuffer bytes, long offset) throws IOException {
        file.write(bytes, offset);
    }

    @Override
    public final void lock() throws IOException {
        disk.lock();
    }

    @Override
    public final List<String> names() throws IOException {
        return disk.names();
    }

    @Override
    public final DiskFile open(String name) throws IOException {
        return new WrappedFile(disk.open(name));
    }

    @Override
    public final void delete(String name) throws IOException {
        disk.delete(name);
    }

    @Override
    public void sync() throws IOException {
        disk.sync();
    }

    @Override
    public final void close() throws IOException {
        disk.close();
    }

    @Override
    public String toString() {
        return disk.toString();
    }

    private final class WrappedFile implements DiskFile {
        private final DiskFile file;

        WrappedFile(DiskFile file) {
            this.file = file;
        }

        @Override
        public void write(ByteBuffer bytes, long offset) throws IOException {
            WrappedDisk.this.write(file, bytes, offset);
        }

        @Override
        public int read(ByteBuffer bytes, long offset) throws IOException {
            return file.read(bytes, offset);
        }

        @Override
        public long bytes() throws IOException {
            return file.bytes();
        }

        @Override
        public void truncate(long bytes) throws IOException {
            file.truncate(bytes);
        }

        @Override
        public void sync() throws IOException {
            WrappedDisk.this.sync(file);
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }
}
