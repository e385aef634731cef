package dev.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.cli.Cli.Outcome;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BenchCommandTest {
    @TempDir
    Path temporary;

    @Test
    void bench_memory_measuresEachOfThem() {
        Outcome outcome = Cli.run("", "bench", "--at", "memory:", "--count", "10", "--seconds", "1h", "--json");
        assertThat(outcome.exitCode()).isZero();
        List<String> lines = outcome.out().lines().toList();
        assertThat(lines).hasSize(4);
        String numbers = ",\"count\":10,\"perSecond\":[0-9]+,\"perSecondLowest\":[0-9]+,\"perSecondHighest\":[0-9]+,"
                + "\"p50Micros\":[0-9]+,\"p99Micros\":[0-9]+,\"maxMicros\":[0-9]+}";
        assertThat(lines.get(0)).matches("\\{\"what\":\"put\"" + numbers);
        assertThat(lines.get(1)).matches("\\{\"what\":\"take\"" + numbers);
        assertThat(lines.get(2)).matches("\\{\"what\":\"ack\"" + numbers);
        assertThat(lines.get(3)).matches("\\{\"what\":\"cycle\"" + numbers);
    }

    @Test
    void bench_folder_isLeftAsItWas() throws IOException {
        Path missing = temporary.resolve("missing");
        Outcome outcome = bench("embedded:" + missing);
        assertThat(outcome.exitCode()).isZero();
        assertThat(outcome.out()).contains("durability written", "payloads of 3 bytes", "WHAT", "cycle").hasLineCount(6);
        assertThat(missing).doesNotExist();
        Path empty = Files.createDirectory(temporary.resolve("empty"));
        assertThat(bench("embedded:" + empty).exitCode()).isZero();
        assertThat(empty).isEmptyDirectory();
    }

    @Test
    void bench_folderOfSomethingElse_isRefusedAndLeftAlone() throws IOException {
        Path precious = Files.createFile(temporary.resolve("precious"));
        Outcome outcome = bench("embedded:" + temporary);
        assertThat(outcome.exitCode()).isEqualTo(2);
        assertThat(outcome.err()).contains("is not empty, and is left alone");
        assertThat(temporary.toFile().list()).containsExactly("precious");
        assertThat(bench("embedded:" + precious).err()).contains("is a file, not a folder");
    }

    @Test
    void bench_interrupted_cleansUpAndSaysSo() {
        Path folder = temporary.resolve("folder");
        Outcome outcome = Cli.run(
                InputStream.nullInputStream(),
                handler -> handler.accept(ExitCode.INTERRUPTED),
                "bench", "--at", "embedded:" + folder, "--count", "1000000", "--seconds", "1h", "--durability", "none");
        assertThat(outcome.exitCode()).isEqualTo(130);
        assertThat(outcome.out()).as("what was measured until then").contains("put  ");
        assertThat(folder).doesNotExist();
    }

    @Test
    void bench_mistakes_areOneSentence() {
        assertMistake("--count=0 is outside 1 … 1000000", "--count", "0");
        assertMistake("--payload-bytes=-1 is outside 0 …", "--payload-bytes", "-1");
        assertMistake("--window=0 is outside 1 …", "--window", "0");
        assertMistake("> windowBytesMax=33554432", "--window", "10000", "--payload-bytes", "100000");
        assertMistake("--seconds is outside", "--seconds", "0");
        assertMistake("--seconds is outside", "--seconds", "2h");
        assertMistake("--durability='fast' is not known", "--durability", "fast");
        assertMistake("cannot be measured", "--at", "embedded:");
        assertMistake("names no engine", "--at", "redis://a");
    }

    @Test
    void measurement_percentiles_areNearestRanks() {
        Bench.Measurement of4 =
                new Bench.Measurement("x", new long[] {1_000, 2_000, 3_001, 9_999}, new long[] {5, 6, 7});
        assertThat(of4.micros(50)).isEqualTo(2);
        assertThat(of4.micros(51)).isEqualTo(4);
        assertThat(of4.micros(100)).isEqualTo(10);
        assertThat(of4.perSecond()).isEqualTo(6);
    }

    private static void assertMistake(String told, String... args) {
        String[] all = new String[args.length + 1];
        all[0] = "bench";
        System.arraycopy(args, 0, all, 1, args.length);
        Outcome outcome = Cli.run("", all);
        assertThat(outcome.exitCode()).as(told).isEqualTo(2);
        assertThat(outcome.err()).startsWith("millrace: ").contains(told).hasLineCount(1);
        assertThat(outcome.out()).isEmpty();
    }

    private static Outcome bench(String uri) {
        return Cli.run("", "bench", "--at", uri, "--count", "20", "--payload-bytes", "3", "--durability", "written");
    }
}
