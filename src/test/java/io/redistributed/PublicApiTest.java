package io.redistributed;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The library's public types have a since tag. */
class PublicApiTest {

    private static final Path SOURCES = Path.of("src/main/java/io/redistributed");
    private static final Pattern PUBLIC_TYPE =
            Pattern.compile("(?m)^public (?:final |abstract |sealed )?(?:class|interface|enum|record) ");

    @Test
    void everyPublicTypeHasASinceTag() throws IOException {
        try (Stream<Path> files = Stream.of("context", "pubsub", "redis").flatMap(PublicApiTest::javaFiles)) {
            List<Path> types = files.filter(file -> !head(file).isEmpty()).toList();
            assertThat(types).hasSizeGreaterThan(20).allSatisfy(file -> assertThat(head(file))
                    .as(file.toString())
                    .contains("@since "));
        }
    }

    private static Stream<Path> javaFiles(String room) {
        try {
            return Files.walk(SOURCES.resolve(room))
                    .filter(file -> file.toString().endsWith(".java"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** All that is before the type; empty if that is not public. */
    private static String head(Path file) {
        try {
            String source = Files.readString(file);
            Matcher type = PUBLIC_TYPE.matcher(source);
            return type.find() ? source.substring(0, type.start()) : "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
