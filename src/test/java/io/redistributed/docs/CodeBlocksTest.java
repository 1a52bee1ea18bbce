package io.redistributed.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Blocks of code name their language, so that no command escapes {@code CommandsIT}, which runs those of {@code bash} blocks. */
class CodeBlocksTest {

    private static final Pattern FENCE = Pattern.compile("(?ms)^ *```(\\w*)\\n.*?^ *```$");
    private static final Pattern INDENTED_COMMAND = Pattern.compile(
            "(?m)^(?: {4,}|\\t)(?:java|curl|mvn|scripts/|codecs/|docker|kubectl|redis-cli|npm|go|python3?) .*");

    static List<Path> documents() throws IOException {
        return Documents.all();
    }

    @ParameterizedTest
    @MethodSource("documents")
    void blocksHaveLanguage(Path document) throws IOException {
        assertThat(FENCE.matcher(Files.readString(document)).results().map(block -> block.group(1)))
                .doesNotContain("sh", "shell", "");
    }

    @ParameterizedTest
    @MethodSource("documents")
    void commandsAreInFences(Path document) throws IOException {
        String text = Documents.withoutFences(Files.readString(document));
        assertThat(INDENTED_COMMAND.matcher(text).results().map(command -> command.group()))
                .isEmpty();
    }
}
