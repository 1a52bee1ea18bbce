package io.redistributed.queue;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The lists of commands whose permission is checked have those that the scripts use. */
class LuaCommandsTest {

    private static final Pattern COMMAND = Pattern.compile("redis\\.call\\('([A-Z]+)'");

    @ParameterizedTest
    @CsvSource({"submitting, submit.lua, dispatch.lua", "moving, transitions.lua, dispatch.lua"})
    void areComplete(String list, String script, String shared) throws IOException {
        Set<String> used = new TreeSet<>();
        for (String file : Set.of(script, shared)) {
            Matcher command = COMMAND.matcher(text(file));
            command.results().forEach(result -> used.add(result.group(1)));
        }
        Matcher definition =
                Pattern.compile("(?s)local " + list + " = (.*?) publish").matcher(text("common.lua"));
        assertThat(definition.find()).isTrue();
        Set<String> checked = Pattern.compile("[A-Z]{2,}")
                .matcher(definition.group(1))
                .results()
                .map(result -> result.group())
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(used).isNotEmpty();
        assertThat(checked).containsAll(used);
    }

    private static String text(String file) throws IOException {
        try (InputStream in = QueueScripts.class.getResourceAsStream(file)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
