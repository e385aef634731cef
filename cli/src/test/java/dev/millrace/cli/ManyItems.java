package dev.millrace.cli;

import dev.millrace.api.AsyncTaskQueue;
import dev.millrace.api.Millrace;
import dev.millrace.api.Task;
import dev.millrace.api.TaskQueue;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Loads items as `each` does, and acknowledges them without running anything. Arguments: a folder, how many. */
final class ManyItems {
    private ManyItems() {}

    public static void main(String[] args) throws Exception {
        JobFolder folder = new JobFolder(Path.of(args[0]));
        int items = Integer.parseInt(args[1]);
        Files.createDirectories(folder.record().getParent());
        try (Millrace mill = folder.open();
                HashFile hashes = HashFile.open(folder.hashes())) {
            TaskQueue<byte[]> queue = mill.queue(JobFolder.QUEUE);
            StopSwitch stop = new StopSwitch();
            Loader.Known known = new Loader.Known("many", JobFolder.QUEUE, 0, hashes, new FinishedInputs(folder.inputs()), false);
            ItemReader reader = new ItemReader(new Lines(items), (byte) '\n', JobFolder.ITEM_BYTES_MAX);
            Loader loader = new Loader(new ItemSource(reader, ItemSource.Mode.LINES), known, queue, stop);
            Backlog backlog = new Backlog(0);
            Thread loading = Thread.ofPlatform().start(() -> load(loader, backlog));
            AsyncTaskQueue<byte[]> async = queue.async();
            for (int acked = 0; acked < items; acked++) {
                Task<byte[]> task = async.takeWhenReady().toCompletableFuture().get();
                if (task != null) {
                    task.ackAsync().thenRun(backlog::finished);
                }
            }
            backlog.awaitEnd();
            loading.join();
            System.out.println("acked " + loader.storedLast());
        }
    }

    private static void load(Loader loader, Backlog backlog) {
        try {
            loader.load(backlog);
        } catch (Exception failure) {
            failure.printStackTrace();
            System.exit(1);
        }
    }

    /** So many lines of 30 bytes, made as they are read. */
    private static final class Lines extends InputStream {
        private final int count;
        private int made;
        private byte[] line = new byte[0];
        private int position;

        Lines(int count) {
            this.count = count;
        }

        @Override
        public int read() {
            if (position == line.length) {
                if (made == count) {
                    return -1;
                }
                line = String.format("%029d%n", ++made).getBytes(StandardCharsets.US_ASCII);
                position = 0;
            }
            return line[position++];
        }
    }
}
