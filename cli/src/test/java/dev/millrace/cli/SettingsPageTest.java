package dev.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** docs/SERVER.md lists the settings as they are; {@code -Dsettings.update=true} writes them there. */
class SettingsPageTest {
    private static final Path PAGE = Path.of("../docs/SERVER.md");
    private static final String BEGIN = "<!-- settings, made from Setting: mvn -pl cli -am test -Dsettings.update=true -->\n";
    private static final String END = "<!-- end of settings -->\n";

    @Test
    void page_listsTheSettingsAsTheyAre() throws IOException {
        String page = Files.readString(PAGE);
        assertThat(page).contains(BEGIN, END);
        String expected = page.substring(0, page.indexOf(BEGIN) + BEGIN.length()) + table() + page.substring(page.indexOf(END));
        if (Boolean.getBoolean("settings.update")) {
            Files.writeString(PAGE, expected);
        } else {
            assertThat(page).isEqualTo(expected);
        }
    }

    private static String table() {
        StringBuilder table = new StringBuilder("\n| setting | default | may be | a change takes effect with | what it is |\n|---|---|---|---|---|\n");
        for (Setting setting : Setting.values()) {
            table.append("| `").append(setting.key()).append("` | ").append(setting.usual()).append(" | ").append(setting.bounds());
            table.append(" | ").append(setting.effect().told()).append(" | ").append(setting.meaning()).append(" |\n");
        }
        return table.append('\n').toString();
    }
}
