package io.redistributed.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every link of the documents leads to a file that exists, and to a heading that it has. */
class LinksTest {

    private static final Pattern LINK = Pattern.compile("]\\(([^)\\s]+)\\)");

    static List<Path> documents() throws IOException {
        return Documents.all();
    }

    @Test
    void linksAreFound() throws IOException {
        assertThat(links(Path.of("README.md"))).contains("docs/library.md", "docs/operations.md#monitoring");
    }

    @ParameterizedTest
    @MethodSource("documents")
    void everyLinkResolves(Path document) throws IOException {
        for (String link : links(document)) {
            String[] parts = link.split("#", 2);
            Path target = parts[0].isEmpty()
                    ? document
                    : document.toAbsolutePath().resolveSibling(parts[0]).normalize();
            assertThat(target).as(document + ": " + link).exists();
            if (parts.length == 2) {
                assertThat(Documents.anchors(target)).as(document + ": " + link).contains(parts[1]);
            }
        }
    }

    private static List<String> links(Path document) throws IOException {
        return LINK.matcher(Documents.withoutFences(Files.readString(document)))
                .results()
                .map(link -> link.group(1))
                .filter(link -> !link.matches("(https?|mailto):.*"))
                .toList();
    }
}
