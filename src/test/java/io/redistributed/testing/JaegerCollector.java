package io.redistributed.testing;

import com.google.protobuf.ByteString;
import com.google.protobuf.Duration;
import com.google.protobuf.Timestamp;
import io.grpc.BindableService;
import io.grpc.stub.StreamObserver;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.exporter.jaeger.proto.api_v2.Collector.PostSpansRequest;
import io.opentelemetry.exporter.jaeger.proto.api_v2.Collector.PostSpansResponse;
import io.opentelemetry.exporter.jaeger.proto.api_v2.CollectorServiceGrpc.CollectorServiceImplBase;
import io.opentelemetry.exporter.jaeger.proto.api_v2.Model.Batch;
import io.opentelemetry.exporter.jaeger.proto.api_v2.Model.KeyValue;
import io.opentelemetry.exporter.jaeger.proto.api_v2.Model.Log;
import io.opentelemetry.exporter.jaeger.proto.api_v2.Model.Span;
import io.opentelemetry.exporter.jaeger.proto.api_v2.Model.SpanRef;
import io.opentelemetry.exporter.jaeger.proto.api_v2.Model.SpanRefType;
import java.time.Instant;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** Takes spans as Jaeger's own collector does: {@code jaeger.api_v2.CollectorService/PostSpans}. */
public final class JaegerCollector extends GrpcCollector {

    private volatile Batch lastBatch;

    /** Without TLS. */
    public JaegerCollector() {}

    /** With TLS, for those clients alone that the authority of these certificates knows. */
    public JaegerCollector(Certificates certificates) {
        super(certificates);
    }

    @Override
    BindableService service() {
        return new CollectorServiceImplBase() {
            @Override
            public void postSpans(PostSpansRequest request, StreamObserver<PostSpansResponse> observer) {
                lastBatch = request.getBatch();
                String service = request.getBatch().getProcess().getServiceName();
                answer(
                        request.getBatch().getSpansList().stream()
                                .map(span -> received(service, span))
                                .toList(),
                        PostSpansResponse.getDefaultInstance(),
                        observer);
            }
        };
    }

    /** The content of the last request. */
    public Batch lastBatch() {
        return lastBatch;
    }

    private static ReceivedSpan received(String service, Span span) {
        Map<String, Object> tags = values(span.getTagsList());
        return new ReceivedSpan(
                service,
                hex(span.getTraceId()),
                hex(span.getSpanId()),
                span.getReferencesList().stream()
                        .filter(reference -> reference.getRefType() == SpanRefType.CHILD_OF)
                        .map(reference -> hex(reference.getSpanId()))
                        .findFirst()
                        .orElse(null),
                span.getOperationName(),
                SpanKind.valueOf(tags.get("span.kind").toString().toUpperCase(Locale.ROOT)),
                instant(span.getStartTime()),
                duration(span.getDuration()),
                tags.getOrDefault("otel.status_code", "UNSET").toString(),
                tags.getOrDefault("otel.status_description", "").toString(),
                tags,
                span.getLogsList().stream().map(JaegerCollector::eventName).toList(),
                span.getReferencesList().stream()
                        .filter(reference -> reference.getRefType() == SpanRefType.FOLLOWS_FROM)
                        .map(SpanRef::getSpanId)
                        .map(JaegerCollector::hex)
                        .collect(Collectors.toSet()));
    }

    private static Map<String, Object> values(List<KeyValue> tags) {
        Map<String, Object> values = new LinkedHashMap<>();
        for (KeyValue tag : tags) {
            values.put(
                    tag.getKey(),
                    switch (tag.getVType()) {
                        case BOOL -> tag.getVBool();
                        case INT64 -> tag.getVInt64();
                        case FLOAT64 -> tag.getVFloat64();
                        default -> tag.getVStr();
                    });
        }
        return values;
    }

    private static String eventName(Log log) {
        return values(log.getFieldsList()).get("event").toString();
    }

    private static String hex(ByteString id) {
        return HexFormat.of().formatHex(id.toByteArray());
    }

    private static Instant instant(Timestamp time) {
        return Instant.ofEpochSecond(time.getSeconds(), time.getNanos());
    }

    private static java.time.Duration duration(Duration duration) {
        return java.time.Duration.ofSeconds(duration.getSeconds(), duration.getNanos());
    }
}
