package io.redistributed;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.IOException;
import java.util.Set;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Test;

/** The content of the library's jar. Two programs that depend on it are in {@code src/it}. */
class LibraryJarIT {

    @Test
    void containsOnlyTheLibrary() throws IOException {
        try (JarFile jar = jar()) {
            assertThat(jar.stream().filter(entry -> !entry.isDirectory()).map(ZipEntry::getName))
                    .contains("META-INF/LICENSE", "io/redistributed/pubsub/RedisPubSubTelemetry.class")
                    .allMatch(
                            name -> name.startsWith("META-INF/")
                                    || name.matches(
                                            "io/redistributed/(context|pubsub|pubsub/(jedis|lettuce|redisson|vertx)|redis|vertx/internal)/[\\w$-]+\\.class"))
                    .noneMatch(name -> name.startsWith("META-INF/services/"));
            assertThat(jar.getManifest().getMainAttributes().getValue("Automatic-Module-Name"))
                    .isEqualTo("io.redistributed");
        }
    }

    @Test
    void usesOnlyDeclaredDependencies() throws IOException {
        try (JarFile jar = jar()) {
            JavaClasses library = new ClassFileImporter().importJar(jar);
            classes()
                    .should()
                    .onlyDependOnClassesThat(describe(
                                    "are in the jar",
                                    (JavaClass type) ->
                                            library.contain(componentOf(type).getName()))
                            .or(resideInAnyPackage(
                                    "java..",
                                    "io.opentelemetry.api..",
                                    "io.opentelemetry.context..",
                                    "io.vertx.core..",
                                    "io.vertx.redis..",
                                    "io.vertx.tracing..",
                                    "io.netty..",
                                    "io.lettuce.core..",
                                    "reactor.core..",
                                    "redis.clients.jedis..",
                                    "org.redisson..",
                                    "org.slf4j..",
                                    "org.jspecify.annotations..")))
                    .check(library);
        }
    }

    @Test
    void sharesNoPackageWithServiceJar() throws IOException {
        try (JarFile library = jar();
                JarFile service = new JarFile(System.getProperty("library.jar").replace(".jar", "-service.jar"))) {
            assertThat(packagesOf(service)).isNotEmpty().doesNotContainAnyElementsOf(packagesOf(library));
        }
    }

    private static Set<String> packagesOf(JarFile jar) {
        return jar.stream()
                .map(ZipEntry::getName)
                .filter(name -> name.endsWith(".class"))
                .map(name -> name.substring(0, name.lastIndexOf('/')))
                .collect(Collectors.toSet());
    }

    private static JavaClass componentOf(JavaClass type) {
        return type.isArray() ? type.getBaseComponentType() : type;
    }

    private static JarFile jar() throws IOException {
        return new JarFile(System.getProperty("library.jar"));
    }
}
