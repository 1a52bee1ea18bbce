package io.redistributed.docs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Holds the generated parts of the documents to their sources. {@code mvn test -Dtest=GeneratedPagesTest -Ddocs.write}
 * writes them.
 */
class GeneratedPagesTest {

    private static final Path RESOURCES = Path.of("src/main/resources/io/redistributed");
    private static final Pattern GENERATED = Pattern.compile(
            "(<!-- generated from [^>]*-->\\n)(.*?)(<!-- end of the generated part -->)", Pattern.DOTALL);

    enum Page {
        CONFIGURATION("docs/configuration.md", "config/config-schema.json", ConfigurationPage::of),
        HTTP_API("docs/http-api.md", "api/openapi.yaml", HttpApiPage::of);

        final Path document;
        final Path source;
        final Function<JsonNode, String> text;

        Page(String document, String source, Function<JsonNode, String> text) {
            this.document = Path.of(document);
            this.source = RESOURCES.resolve(source);
            this.text = text;
        }
    }

    @ParameterizedTest
    @EnumSource
    void pageMatchesItsSource(Page page) throws IOException {
        String document = Files.readString(page.document);
        // JSON is YAML.
        JsonNode source = new YAMLMapper().readTree(page.source.toFile());
        Matcher generated = GENERATED.matcher(document);
        assertThat(generated.find()).as("the markers of the generated part").isTrue();
        String text = "\n" + page.text.apply(source).strip() + "\n\n";

        if (System.getProperty("docs.write") != null) {
            Files.writeString(
                    page.document,
                    document.substring(0, generated.end(1)) + text + document.substring(generated.start(3)));
        } else {
            assertThat(generated.group(2))
                    .as(page.document + " differs from " + page.source + "; -Ddocs.write renews it")
                    .isEqualTo(text);
        }
    }
}
