package dev.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.api.Limits;
import dev.millrace.api.QueueStats;
import dev.millrace.cli.TopKey.Kind;
import dev.millrace.cli.TopLine.Style;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.jline.utils.WCWidth;
import org.junit.jupiter.api.Test;

/** Samples and keys in, lines out. */
class TopViewTest {
    private static final Instant BEGIN = Instant.parse("2026-01-01T10:20:30Z");

    private final TopView view = new TopView("millrace://host:7411", ZoneOffset.UTC, TopColumn.READY, "");

    @Test
    void screen_beforeTheFirstSample_saysThatThereIsNone() {
        assertThat(texts(60, 4)).containsExactly(
                "millrace top: millrace://host:7411, no answer yet", "QUEUE               READY  TAKEN BURIED    AGE  PUT/s  ACK/s",
                "", "no queues by READY   q quit  ? help  / filter");
    }

    @Test
    void screen_ofTwoSamples_hasDepthsAndRates() {
        sample(0, stats("mail", 7, 100, 90, 80), stats("sms", 0, 5, 5, 5));
        assertThat(texts(100, 5).get(2)).endsWith("     -      -      -      -");

        sample(2, stats("mail", 12, 300, 290, 81), stats("sms", 0, 5, 5, 5));

        assertThat(texts(100, 5)).containsExactly(
                "10:20:32  2 queues, 12 tasks; put 100/s, take 100/s, ack 0.5/s  millrace://host:7411",
                "QUEUE                         READY DELAYED  TAKEN BURIED WAITING    AGE  PUT/s TAKE/s  ACK/s FAIL/s",
                "mail                             12       0      0      0       0   0.0s    100    100    0.5      0",
                "sms                               0       0      0      0       0      -      0      0      0      0",
                "1–2 of 2 by READY   q quit  ? help  / filter");
    }

    @Test
    void rates_ofACounterThatWentBack_countFromNothing() {
        sample(0, stats("mail", 0, 1_000, 1_000, 1_000));
        sample(10, stats("mail", 0, 20, 10, 0), stats("new", 0, 50, 0, 0));

        assertThat(view.rows()).extracting(TopRow::puts).containsExactly(2.0, 5.0);
        assertThat(view.rows()).extracting(TopRow::takes).containsExactly(1.0, 0.0);
        assertThat(view.rows()).extracting(TopRow::acks).containsExactly(0.0, 0.0);
    }

    @Test
    void keys_sortByAnyColumn_andTurnItAround() {
        sample(0, stats("b", 1, 0, 0, 0), stats("c", 3, 0, 0, 0), stats("a", 2, 0, 0, 0), stats("d", 3, 0, 0, 0));
        sample(1, stats("b", 1, 9, 0, 4), stats("c", 3, 0, 8, 3), stats("a", 2, 5, 0, 2), stats("d", 3, 1, 0, 1));

        assertThat(names()).containsExactly("c", "d", "a", "b");
        assertThat(names("n")).containsExactly("a", "b", "c", "d");
        assertThat(names("n")).containsExactly("d", "c", "b", "a");
        assertThat(names("p")).containsExactly("b", "a", "d", "c");
        assertThat(names("k")).startsWith("c");
        assertThat(names("a")).containsExactly("b", "c", "a", "d");
        assertThat(names("a")).containsExactly("d", "a", "c", "b");
        assertThat(texts(100, 3).getLast()).contains("by ACK/s turned around");
    }

    @Test
    void age_ofAnyLength_takesSixCharacters() {
        assertThat(age(0)).isEqualTo("0.0s");
        assertThat(age(9_949)).isEqualTo("9.9s");
        assertThat(age(9_950)).isEqualTo("10s");
        assertThat(age(59_499)).isEqualTo("59s");
        assertThat(age(59_500)).isEqualTo("1m0s");
        assertThat(age(3_599_000)).isEqualTo("59m59s");
        assertThat(age(86_399_000)).isEqualTo("23h59m");
        assertThat(age(86_400_000)).isEqualTo("1d");
        assertThat(age(Limits.DELAY_MAX_MS)).isEqualTo("3650d");
    }

    private static String age(long ms) {
        return TopColumn.AGE.cell(new TopRow(
                new QueueStats("mail", 1, 0, 0, 0, 0, ms, false, 0, 0, 0, 0, 0, 0, 0, 0, 0), 0, 0, 0, 0));
    }

    @Test
    void filter_typed_keepsTheQueuesThatHaveIt() {
        sample(0, stats("mail.in", 1, 0, 0, 0), stats("mail.out", 2, 0, 0, 0), stats("Email", 4, 0, 0, 0), stats("sms", 3, 0, 0, 0));

        assertThat(names("/mail")).containsExactly("Email", "mail.out", "mail.in");
        assertThat(texts(80, 4).getLast()).isEqualTo("/mail_");
        assertThat(names("qx")).as("keys are text now").isEmpty();
        view.key(TopKey.of(Kind.ERASE));
        view.key(TopKey.of(Kind.ERASE));
        assertThat(names(".in")).containsExactly("mail.in");
        view.key(TopKey.of(Kind.ENTER));
        assertThat(texts(80, 4).getLast()).startsWith("1–1 of 1 by READY, with 'mail.in'");
        view.key(TopKey.of(Kind.ESCAPE));
        assertThat(names()).hasSize(4);
        for (int count = 0; count < 300; count++) {
            names(count == 0 ? "/" : "ä");
        }
        view.key(TopKey.of(Kind.ERASE));
        assertThat(texts(400, 1).getFirst()).hasSize(1 + 254 + 1);
    }

    @Test
    void idleQueues_areHiddenWhenAsked() {
        sample(0, stats("busy", 0, 5, 5, 5), stats("full", 1, 1, 0, 0), stats("idle", 0, 3, 3, 3));
        sample(1, stats("busy", 0, 6, 6, 6), stats("full", 1, 1, 0, 0), stats("idle", 0, 3, 3, 3));

        assertThat(names("i")).containsExactlyInAnyOrder("busy", "full");
        assertThat(names("i")).hasSize(3);
    }

    @Test
    void scrolling_staysWithinTheRows() {
        List<QueueStats> queues = new ArrayList<>();
        for (int number = 10; number < 35; number++) {
            queues.add(stats("q" + number, 0, 0, 0, 0));
        }
        sample(0, queues.toArray(QueueStats[]::new));

        assertThat(shown(13)).startsWith("q10").endsWith("q19").hasSize(10);
        press(Kind.UP);
        assertThat(shown(13)).startsWith("q10");
        press(Kind.DOWN);
        assertThat(shown(13)).startsWith("q11");
        press(Kind.PAGE_DOWN);
        assertThat(shown(13)).startsWith("q21");
        press(Kind.PAGE_DOWN);
        assertThat(shown(13)).as("the last page is full").startsWith("q25").endsWith("q34");
        assertThat(texts(80, 13).getLast()).startsWith("16–25 of 25");
        press(Kind.PAGE_UP);
        assertThat(shown(13)).startsWith("q15");
        press(Kind.END);
        assertThat(shown(8)).as("a smaller screen").endsWith("q34");
        assertThat(shown(100)).as("a larger one").hasSize(25);
        press(Kind.HOME);
        assertThat(names(" ")).hasSize(25);
    }

    /** Wherever the edges are, lines have the width of the screen, and there are as many as it has. */
    @Test
    void screen_ofAnySize_isFilledExactly() {
        sample(0, stats("x".repeat(255), 999_999, 1, 1, 1), stats("名前".repeat(40), 123_456_789_012L, 0, 0, 0), stats("e\u0301", 1, 0, 0, 0));
        for (String keys : List.of("", "?")) {
            names(keys);
            for (int width = 1; width < 140; width++) {
                for (int height = 0; height < 12; height++) {
                    List<TopLine> lines = view.lines(width, height);
                    assertThat(lines).hasSize(height);
                    for (TopLine line : lines) {
                        assertThat(width(line.text())).as("'%s' at %d", line.text(), width).isEqualTo(width);
                    }
                }
            }
        }
        assertThat(names("?")).as("any key leaves the help").hasSize(3);
    }

    @Test
    void styles_tellBuriedPausedAndFailures() {
        sample(0, queue("a", 0, 3, false), queue("b", 0, 0, true), queue("c", 0, 0, false));
        List<TopLine> lines = view.lines(100, 6);

        assertThat(lines).extracting(TopLine::style).containsExactly(
                Style.PLAIN, Style.HEADING, Style.ALARM, Style.PAUSED, Style.PLAIN, Style.PLAIN);
        assertThat(lines.get(3).text()).startsWith("b (paused) ");

        view.failed("the server is gone");
        assertThat(view.lines(100, 6).getLast().style()).isEqualTo(Style.ALARM);
        assertThat(texts(100, 6).getLast()).isEqualTo("the server is gone");
        sample(1, queue("a", 0, 0, false));
        assertThat(texts(100, 6).getLast()).startsWith("1–1 of 1");
    }

    @Test
    void pausedQueue_withALongName_isStillSeenToBePaused() {
        sample(0, queue("n".repeat(100), 0, 0, true));
        assertThat(texts(80, 4).get(2)).containsPattern("^n+… \\(paused\\) +0");
    }

    @Test
    void numbers_areShortAndNeverHideThatThereIsOne() {
        assertThat(TopColumn.count(999_999)).isEqualTo("999999");
        assertThat(TopColumn.count(1_000_000)).isEqualTo("1.0M");
        assertThat(TopColumn.count(999_949_999)).isEqualTo("999.9M");
        assertThat(TopColumn.count(999_950_000)).isEqualTo("1.0G");
        assertThat(TopColumn.count(Long.MAX_VALUE)).hasSizeLessThan(10);
        assertThat(TopColumn.rate(0.0001)).isEqualTo("0.1");
        assertThat(TopColumn.rate(9.94)).isEqualTo("9.9");
        assertThat(TopColumn.rate(9.96)).isEqualTo("10");
        assertThat(TopColumn.rate(0)).isEqualTo("0");
        assertThat(TopColumn.rate(Double.NaN)).isEqualTo("-");
    }

    @Test
    void keys_ofOtherMeaning_doNothingAndQEnds() {
        assertThat(view.key(TopKey.NONE)).isTrue();
        assertThat(view.key(TopKey.of(Kind.OTHER))).isTrue();
        assertThat(view.key(TopKey.of('x'))).isTrue();
        assertThat(view.key(TopKey.of('q'))).isFalse();
    }

    private void sample(int second, QueueStats... queues) {
        view.sample(new TopSample(BEGIN.plusSeconds(second), second * 1_000_000_000L, List.of(queues)));
    }

    /** Types characters, and says which queues are shown then. */
    private List<String> names(String... keys) {
        for (String key : keys) {
            key.chars().forEach(character -> assertThat(view.key(TopKey.of((char) character))).isTrue());
        }
        return view.rows().stream().map(row -> row.stats().queue()).toList();
    }

    private void press(Kind kind) {
        view.key(TopKey.of(kind));
    }

    private List<String> texts(int width, int height) {
        return view.lines(width, height).stream().map(line -> line.text().stripTrailing()).toList();
    }

    /** The names on a screen of so many lines. */
    private List<String> shown(int height) {
        List<String> texts = texts(80, height);
        return texts.subList(2, texts.size() - 1).stream()
                .filter(text -> !text.isEmpty())
                .map(text -> text.split(" ")[0])
                .toList();
    }

    private static int width(String text) {
        return text.codePoints().map(point -> Math.max(0, WCWidth.wcwidth(point))).sum();
    }

    private static QueueStats stats(String name, long ready, long puts, long takes, long acks) {
        return new QueueStats(name, ready, 0, 0, 0, 0, 0, false, puts, takes, acks, 0, 0, 0, 0, 0, 0);
    }

    private static QueueStats queue(String name, long ready, long buried, boolean paused) {
        return new QueueStats(name, ready, 0, 0, buried, 0, 0, paused, 0, 0, 0, 0, 0, 0, 0, 0, 0);
    }
}
