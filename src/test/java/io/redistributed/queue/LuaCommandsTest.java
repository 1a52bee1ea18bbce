package io.redistributed.queue;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The list of commands whose permission is checked has those that the scripts use to send, queue and move reports. */
class LuaCommandsTest {

    private static final Pattern CALL = Pattern.compile("redis\\.p?call\\('([A-Z]+)'");
    private static final Pattern NEEDED = Pattern.compile("(?s)local needed = (.*?) publish");

    @Test
    void neededCommandsAreComplete() throws IOException {
        Set<String> used = new TreeSet<>();
        for (String file :
                List.of("submit.lua", "record.lua", "dispatch.lua", "waiting.lua", "transitions.lua", "finish.lua")) {
            CALL.matcher(text(file)).results().forEach(call -> used.add(call.group(1)));
        }
        Matcher definition = NEEDED.matcher(text("permissions.lua"));
        assertThat(definition.find()).isTrue();
        assertThat(definition.group(1).split("[^A-Z]+")).containsAll(used);
        assertThat(used).hasSizeGreaterThan(10);
    }

    private static String text(String file) throws IOException {
        try (InputStream in = QueueScripts.class.getResourceAsStream(file)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
