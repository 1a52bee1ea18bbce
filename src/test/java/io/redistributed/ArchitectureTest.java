package io.redistributed;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.GeneralCodingRules.THROW_GENERIC_EXCEPTIONS;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClass;
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
import org.jspecify.annotations.NullMarked;

/** The packages and the arrows between them. */
@AnalyzeClasses(packages = "io.redistributed", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {

    /**
     * In addition to the table of packages, all packages except context may use settings, and verticles may use
     * telemetry.
     */
    @ArchTest
    static final ArchRule packagesUseOnlyThoseTheyMay = layeredArchitecture()
            .consideringOnlyDependenciesInLayers()
            .layer("system")
            .definedBy("io.redistributed.system..")
            .layer("context")
            .definedBy("io.redistributed.context..")
            .layer("settings")
            .definedBy("io.redistributed.settings..")
            .layer("telemetry")
            .definedBy("io.redistributed.telemetry..")
            .layer("redis")
            .definedBy("io.redistributed.redis..")
            .layer("vertx.internal")
            .definedBy("io.redistributed.vertx.internal..")
            .layer("pubsub")
            .definedBy("io.redistributed.pubsub")
            .layer("pubsub.vertx")
            .definedBy("io.redistributed.pubsub.vertx..")
            .layer("embedded")
            .definedBy("io.redistributed.embedded..")
            .layer("queue")
            .definedBy("io.redistributed.queue..")
            .layer("generate")
            .definedBy("io.redistributed.generate..")
            .layer("worker")
            .definedBy("io.redistributed.worker..")
            .layer("export")
            .definedBy("io.redistributed.export..")
            .layer("api")
            .definedBy("io.redistributed.api..")
            .layer("config")
            .definedBy("io.redistributed.config..")
            .layer("cli")
            .definedBy("io.redistributed.cli..")
            .layer("load")
            .definedBy("io.redistributed.load..")
            .layer("Main")
            .definedBy("io.redistributed")
            .whereLayer("system")
            .mayNotAccessAnyLayer()
            .whereLayer("context")
            .mayNotAccessAnyLayer()
            .whereLayer("vertx.internal")
            .mayNotAccessAnyLayer()
            .whereLayer("embedded")
            .mayNotAccessAnyLayer()
            .whereLayer("settings")
            .mayOnlyAccessLayers("context", "pubsub", "redis")
            .whereLayer("telemetry")
            .mayOnlyAccessLayers("settings")
            .whereLayer("redis")
            .mayOnlyAccessLayers("vertx.internal")
            .whereLayer("pubsub")
            .mayOnlyAccessLayers("context")
            .whereLayer("pubsub.vertx")
            .mayOnlyAccessLayers("context", "pubsub", "redis", "vertx.internal")
            .whereLayer("queue")
            .mayOnlyAccessLayers("settings", "context", "redis", "pubsub", "pubsub.vertx")
            .whereLayer("generate")
            .mayOnlyAccessLayers("settings", "telemetry")
            .whereLayer("worker")
            .mayOnlyAccessLayers(
                    "system", "settings", "telemetry", "redis", "pubsub", "pubsub.vertx", "queue", "generate")
            .whereLayer("export")
            .mayOnlyAccessLayers("settings")
            .whereLayer("api")
            .mayOnlyAccessLayers("settings", "telemetry", "redis", "pubsub", "pubsub.vertx", "queue", "export")
            .whereLayer("cli")
            .mayOnlyAccessLayers("system", "settings", "context")
            .whereLayer("load")
            .mayOnlyAccessLayers("system")
            .whereLayer("config")
            .mayOnlyBeAccessedByLayers("Main")
            .whereLayer("Main")
            .mayNotBeAccessedByAnyLayer();

    @ArchTest
    static final ArchRule thereAreNoCycles =
            slices().matching("io.redistributed.(*)..").should().beFreeOfCycles();

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

    @ArchTest
    static final ArchRule theLibrarySaysWhereNullMayBe = classes()
            .that()
            .resideInAnyPackage(
                    "io.redistributed.context..",
                    "io.redistributed.pubsub..",
                    "io.redistributed.redis..",
                    "io.redistributed.vertx..")
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
    static final ArchRule theLibraryUsesInternalsOfVertxInOnePlace = noClasses()
            .that()
            .resideInAnyPackage("io.redistributed.context..", "io.redistributed.pubsub..", "io.redistributed.redis..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "io.vertx.core.internal..",
                    "io.vertx.core.impl..",
                    "io.vertx.redis.client.impl..",
                    "io.vertx.tracing..");

    @ArchTest
    static final ArchRule theLibraryNeedsNothingThatOnlyTheServiceBrings = noClasses()
            .that()
            .resideInAnyPackage(
                    "io.redistributed.context..",
                    "io.redistributed.pubsub..",
                    "io.redistributed.redis..",
                    "io.redistributed.vertx..")
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
