package programs;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.MDC;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Makes spans by Micrometer's observations and prints all spans, in one form for both bridges. */
@Configuration(proxyBeanMethods = false)
class Trace {

    private static ObservationRegistry registry = ObservationRegistry.NOOP;
    private static final Map<String, Semaphore> ENDED = new ConcurrentHashMap<>();
    private static boolean isTraced;
    private static Supplier<String> tenant = () -> "";
    private static Consumer<Runnable> withTenant = Runnable::run;

    Trace(ObjectProvider<ObservationRegistry> registries) {
        registry = registries.getIfAvailable(() -> ObservationRegistry.NOOP);
    }

    static void span(String name, Runnable body) {
        Observation.createNotStarted(name, registry).observe(body);
    }

    /** The trace id that a log line would have, and the baggage. */
    static String logged() {
        return MDC.get("traceId") + " " + tenant.get();
    }

    static void withTenant(Runnable body) {
        withTenant.accept(body);
    }

    static synchronized void print(
            Object kind, String name, String trace, String span, String parent, String error, Object tags) {
        ended(name).release();
        System.out.println(
                String.join("|", "SPAN", String.valueOf(kind), name, trace, span, parent, error, String.valueOf(tags)));
    }

    private static Semaphore ended(String name) {
        return ENDED.computeIfAbsent(name, key -> new Semaphore(0));
    }

    /** Waits for the end of a span, if there are any. */
    static void awaitSpan(String name) {
        try {
            if (isTraced && !ended(name).tryAcquire(60, TimeUnit.SECONDS)) {
                throw new IllegalStateException("no span " + name + " ended");
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(name = "io.micrometer.tracing.Tracer")
    static class Micrometer {

        Micrometer(ObjectProvider<io.micrometer.tracing.Tracer> tracers) {
            io.micrometer.tracing.Tracer tracer = tracers.getObject();
            isTraced = true;
            tenant = () -> String.valueOf(tracer.getBaggage("tenant").get());
            withTenant = body -> {
                try (var scope = tracer.createBaggageInScope("tenant", "acme")) {
                    body.run();
                }
            };
        }
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(name = "io.opentelemetry.sdk.trace.SdkTracerProvider")
    static class OpenTelemetry {

        @Bean
        io.opentelemetry.sdk.trace.SpanProcessor printer() {
            return io.opentelemetry.sdk.trace.export.SimpleSpanProcessor.create(new Printer());
        }
    }

    static class Printer implements io.opentelemetry.sdk.trace.export.SpanExporter {

        @Override
        public io.opentelemetry.sdk.common.CompletableResultCode export(
                java.util.Collection<io.opentelemetry.sdk.trace.data.SpanData> spans) {
            for (var span : spans) {
                String links = span.getLinks().stream()
                        .map(link -> link.getSpanContext().getSpanId())
                        .toList()
                        .toString();
                print(
                        span.getKind(),
                        span.getName(),
                        span.getTraceId(),
                        span.getSpanId(),
                        span.getParentSpanContext().isValid() ? span.getParentSpanId() : "",
                        span.getStatus().getDescription(),
                        span.getAttributes() + links);
            }
            return io.opentelemetry.sdk.common.CompletableResultCode.ofSuccess();
        }

        @Override
        public io.opentelemetry.sdk.common.CompletableResultCode flush() {
            return io.opentelemetry.sdk.common.CompletableResultCode.ofSuccess();
        }

        @Override
        public io.opentelemetry.sdk.common.CompletableResultCode shutdown() {
            return flush();
        }
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(name = "brave.Tracing")
    static class Brave {

        @Bean
        brave.handler.SpanHandler printer() {
            return new brave.handler.SpanHandler() {
                @Override
                public boolean end(
                        brave.propagation.TraceContext context, brave.handler.MutableSpan span, Cause cause) {
                    if (cause == Cause.FINISHED) {
                        print(
                                span.kind() == null ? "INTERNAL" : span.kind(),
                                span.name(),
                                span.traceId(),
                                span.id(),
                                span.parentId() == null ? "" : span.parentId(),
                                span.error() == null
                                        ? String.valueOf(span.tag("error")).replace("null", "")
                                        : span.error().getMessage(),
                                span.tags());
                    }
                    return true;
                }
            };
        }
    }
}
