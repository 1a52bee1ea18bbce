package io.redistributed;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.GeneralCodingRules.THROW_GENERIC_EXCEPTIONS;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import io.redistributed.config.Config;
import io.redistributed.export.collector.TlsSettings;
import io.vertx.core.Deployable;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.tracing.opentelemetry.VertxContextStorageProvider.VertxContextStorage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.NullMarked;

/** The packages and their dependencies. */
@AnalyzeClasses(packages = ArchitectureTest.ROOT, importOptions = DoNotIncludeTests.class)
class ArchitectureTest {

    static final String ROOT = "io.redistributed";

    /** A row of the table in CONTRIBUTING.md: packages, their content, the packages they may use. */
    private static final Pattern ROW = Pattern.compile("(?m)^\\| (`[^|]+) \\| [^|]+ \\|([^|]*)\\|$");

    private static final Pattern NAME = Pattern.compile("`([\\w.]+)`");

    @ArchTest
    static void packagesUseThoseThatTheMapNames(JavaClasses classes) throws IOException {
        Map<String, Set<String>> map = map();
        assertThat(classes.stream().map(ArchitectureTest::room)).containsAll(map.keySet());
        List<String> others = classes.stream()
                .flatMap(each -> each.getDirectDependenciesFromSelf().stream())
                .filter(use -> isOther(use, map))
                .map(Dependency::getDescription)
                .toList();
        assertThat(others).isEmpty();
    }

    private static boolean isOther(Dependency use, Map<String, Set<String>> map) {
        JavaClass target = use.getTargetClass().getBaseComponentType();
        String from = room(use.getOriginClass());
        return (target.getPackageName() + '.').startsWith(ROOT + '.')
                && !room(target).equals(from)
                && !map.getOrDefault(from, Set.of()).contains(room(target));
    }

    private static Map<String, Set<String>> map() throws IOException {
        Map<String, Set<String>> map = new TreeMap<>();
        Matcher row = ROW.matcher(Files.readString(Path.of("CONTRIBUTING.md")).split("## Packages")[1]);
        while (row.find()) {
            Set<String> uses = names(row.group(2));
            names(row.group(1)).forEach(name -> map.put(name, uses));
        }
        return map;
    }

    private static Set<String> names(String cell) {
        return NAME.matcher(cell).results().map(name -> name.group(1)).collect(Collectors.toCollection(TreeSet::new));
    }

    /** The package without what all have in common. */
    private static String room(JavaClass of) {
        return of.getPackageName().equals(ROOT) ? "Main" : of.getPackageName().substring(ROOT.length() + 1);
    }

    @ArchTest
    static final ArchRule thereAreNoCycles =
            slices().matching(ROOT + ".(**)").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule theCodecNeedsNothingButTheOpenTelemetryApi = classes()
            .that()
            .resideInAPackage("io.redistributed.context..")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(
                    "io.redistributed.context..",
                    "java..",
                    "io.opentelemetry.api..",
                    "io.opentelemetry.context..",
                    "org.jspecify.annotations");

    /** Their annotations are for tools, and need not be there at run time. */
    @ArchTest
    static final ArchRule thePubSubCoreNeedsNoClientAndNoVertx = classes()
            .that()
            .resideInAnyPackage("io.redistributed.pubsub")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(
                    "io.redistributed.pubsub",
                    "io.redistributed.context",
                    "java..",
                    "io.opentelemetry.api..",
                    "io.opentelemetry.context..",
                    "org.slf4j",
                    "org.jspecify.annotations");

    /** A program has one of them on its class path, not all. */
    @ArchTest
    static final ArchRule clientsAreUsedByTheirOwnPackage = noClasses()
            .that()
            .resideOutsideOfPackages(
                    "io.redistributed.pubsub.jedis",
                    "io.redistributed.pubsub.lettuce",
                    "io.redistributed.pubsub.redisson")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("redis.clients..", "io.lettuce..", "reactor..", "org.redisson..");

    @ArchTest
    static final ArchRule theLibrarySaysWhereNullMayBe = classes()
            .that()
            .resideInAnyPackage(
                    "io.redistributed.context..",
                    "io.redistributed.pubsub..",
                    "io.redistributed.redis..",
                    "io.redistributed.vertx.internal")
            .should(new ArchCondition<>("be in a package that is @NullMarked") {
                @Override
                public void check(JavaClass item, ConditionEvents events) {
                    events.add(new SimpleConditionEvent(
                            item,
                            item.getPackage().isAnnotatedWith(NullMarked.class),
                            item.getPackageName() + " is not @NullMarked"));
                }
            });

    @ArchTest
    static final ArchRule internalsOfVertxAreUsedInOnePlace = noClasses()
            .that()
            .resideOutsideOfPackage("io.redistributed.vertx..")
            .should()
            .dependOnClassesThat(resideInAnyPackage("io.vertx..internal..", "io.vertx..impl..")
                    .or(type(VertxContextStorage.class)));

    @ArchTest
    static final ArchRule theLibraryNeedsNothingThatOnlyTheServiceBrings = noClasses()
            .that()
            .resideInAnyPackage(
                    "io.redistributed.context..",
                    "io.redistributed.pubsub..",
                    "io.redistributed.redis..",
                    "io.redistributed.vertx.internal")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "io.opentelemetry.sdk..",
                    "io.opentelemetry.exporter..",
                    "io.prometheus..",
                    "io.vertx.ext.web..",
                    "com.fasterxml.jackson.databind..",
                    "com.networknt..",
                    "org.jctools..",
                    "ch.qos.logback..",
                    "picocli..");

    @ArchTest
    static final ArchRule spansAreMadeByTheApiAndHandledByTheSdkInFewPlaces = noClasses()
            .that()
            .resideOutsideOfPackages("io.redistributed.export..", "io.redistributed.config..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.opentelemetry.sdk..", "io.opentelemetry.exporter..", "io.prometheus..");

    @ArchTest
    static final ArchRule testsToolsAreForTests = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.junit..", "org.assertj..", "net.jqwik..", "org.awaitility..");

    @ArchTest
    static final ArchRule onlyMainPrints = noClasses()
            .that(not(type(Main.class)))
            .and()
            .resideOutsideOfPackage("io.redistributed.system..")
            .should(ACCESS_STANDARD_STREAMS);

    /** Except classes that set up the log, and the one that disables the log of OpenTelemetry's exporters. */
    @ArchTest
    static final ArchRule logsAreWrittenBySlf4j = noClasses()
            .that()
            .doNotHaveFullyQualifiedName("io.redistributed.export.Exporter")
            .and()
            .doNotHaveFullyQualifiedName("io.redistributed.config.Logging")
            .and()
            .doNotHaveFullyQualifiedName("io.redistributed.config.OutOfMemoryFilter")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("java.util.logging..", "ch.qos.logback..", "io.vertx.core.internal.logging..");

    /** An end handler that is added after the connection closed never runs. */
    @ArchTest
    static final ArchRule theEndOfARequestIsToldByRequestEnd = noClasses()
            .that()
            .resideInAPackage("io.redistributed.api..")
            .and()
            .doNotHaveSimpleName("RequestEnd")
            .should()
            .callMethodWhere(target(nameMatching("add(Headers|Body)?EndHandler"))
                    .or(target(nameMatching("(end|close|exception)Handler"))
                            .and(target(owner(assignableTo(HttpServerResponse.class))))));

    @ArchTest
    static final ArchRule exceptionsSayWhatTheyAre = noClasses().should(THROW_GENERIC_EXCEPTIONS);

    /** Verticles are deployed by name, a Config and TlsSettings are passed on unseen; the other packages are the library's, for users. */
    @ArchTest
    static final ArchRule whatIsPublicIsUsedElsewhere = classes()
            .that()
            .resideInAnyPackage(
                    "io.redistributed.system..",
                    "io.redistributed.settings..",
                    "io.redistributed.telemetry..",
                    "io.redistributed.worker..",
                    "io.redistributed.export..",
                    "io.redistributed.api..",
                    "io.redistributed.load..",
                    "io.redistributed.config..")
            .and()
            .arePublic()
            .and()
            .areTopLevelClasses()
            .and(not(assignableTo(Deployable.class)))
            .and(not(type(Config.class)))
            .and(not(type(TlsSettings.class)))
            .should(new ArchCondition<>("be used by another package") {
                @Override
                public void check(JavaClass item, ConditionEvents events) {
                    boolean isUsed = item.getDirectDependenciesToSelf().stream()
                            .anyMatch(use -> !use.getOriginClass().getPackage().equals(item.getPackage()));
                    events.add(new SimpleConditionEvent(item, isUsed, item.getName() + " is used by no other package"));
                }
            });
}
