package io.redistributed;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import org.junit.jupiter.api.Test;

/** The content of the service's jar. */
class JarIT {

    @Test
    void manifestHasMainClassVersionAndMultiRelease() throws IOException {
        try (JarFile jar = jar()) {
            Attributes manifest = jar.getManifest().getMainAttributes();
            assertThat(manifest.getValue("Main-Class")).isEqualTo("io.redistributed.Main");
            assertThat(manifest.getValue("Multi-Release")).isEqualTo("true");
            assertThat(manifest.getValue("Implementation-Version")).isNotBlank();
        }
    }

    @Test
    void serviceFilesAreMerged() throws IOException {
        try (JarFile jar = jar()) {
            assertThat(services(jar, "io.opentelemetry.context.ContextStorageProvider"))
                    .containsExactly("io.vertx.tracing.opentelemetry.VertxContextStorageProvider");
            assertThat(services(jar, "io.vertx.core.spi.VertxServiceProvider"))
                    .containsExactly("io.vertx.tracing.opentelemetry.OpenTelemetryTracingFactory");
            assertThat(services(jar, "com.fasterxml.jackson.core.JsonFactory"))
                    .containsExactlyInAnyOrder(
                            "com.fasterxml.jackson.core.JsonFactory",
                            "com.fasterxml.jackson.dataformat.yaml.YAMLFactory");
        }
    }

    @Test
    void hasNoModuleDescriptorsAndSignatures() throws IOException {
        try (JarFile jar = jar()) {
            assertThat(jar.stream().map(entry -> entry.getName()))
                    .isNotEmpty()
                    .noneMatch(name -> name.endsWith("module-info.class"))
                    .noneMatch(name -> name.matches("META-INF/[^/]*\\.(SF|DSA|RSA|EC)"))
                    .noneMatch(name -> name.startsWith("org/junit/") || name.startsWith("org/assertj/"));
        }
    }

    /** Except artifacts for compilers, which are not in the jar. */
    @Test
    void sbomAndLicensesListSameArtifacts() throws IOException {
        try (JarFile jar = jar()) {
            JsonArray components =
                    new JsonObject(text(jar, "META-INF/sbom/redistributed.cdx.json")).getJsonArray("components");
            String licenses = text(jar, "META-INF/THIRD-PARTY.txt");

            assertThat(components).hasSizeGreaterThan(50).allSatisfy(component -> {
                JsonObject json = (JsonObject) component;
                // Its pom names no license; the list of licenses has the one in its jar.
                if (!json.getString("name").equals("datasketches-memory")) {
                    assertThat(json.getJsonArray("licenses")).isNotEmpty();
                }
                assertThat(json.getString("purl")).startsWith("pkg:maven/");
                assertThat(licenses)
                        .contains(json.getString("group")
                                + ':'
                                + json.getString("name")
                                + ':'
                                + json.getString("version"));
            });
            assertThat(licenses).contains("io.netty:netty-codec-http2:").doesNotContain("org.junit");
        }
    }

    private static JarFile jar() throws IOException {
        return new JarFile(System.getProperty("redistributed.jar"));
    }

    private static List<String> services(JarFile jar, String service) throws IOException {
        return text(jar, "META-INF/services/" + service)
                .lines()
                .filter(line -> !line.isBlank() && !line.startsWith("#"))
                .toList();
    }

    private static String text(JarFile jar, String entry) throws IOException {
        return new String(jar.getInputStream(jar.getEntry(entry)).readAllBytes(), StandardCharsets.UTF_8);
    }
}
