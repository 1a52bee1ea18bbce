package io.redistributed.export.otlp;

import com.google.protobuf.InvalidProtocolBufferException;
import io.opentelemetry.proto.collector.trace.v1.ExportTracePartialSuccess;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceResponse;
import io.opentelemetry.sdk.common.InstrumentationScopeInfo;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.redistributed.export.collector.CollectorClient;
import io.redistributed.export.collector.ExportResult;
import io.redistributed.export.collector.MessageBatch;
import io.redistributed.export.collector.ProtoWriter;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/** Spans as an {@code ExportTraceServiceRequest}. */
final class OtlpBatch extends MessageBatch {

    private static final int FIRST_BYTES = 1_024;
    private static final int MAX_REASON_CHARACTERS = 500;

    private final CollectorClient client;
    private final AttributeCache cache;

    /** The fields of each {@code ScopeSpans}. */
    private final Map<Resource, Map<InstrumentationScopeInfo, ProtoWriter>> scopes = new IdentityHashMap<>();

    OtlpBatch(CollectorClient client, AttributeCache cache) {
        this.client = client;
        this.cache = cache;
    }

    @Override
    public boolean takes(SpanData span) {
        return true;
    }

    @Override
    protected ProtoWriter part(SpanData span) {
        return scopes.computeIfAbsent(span.getResource(), resource -> new IdentityHashMap<>())
                .computeIfAbsent(span.getInstrumentationScopeInfo(), this::scope);
    }

    @Override
    protected void write(SpanData span, ProtoWriter part) {
        new OtlpWriter(part, cache).span(span);
    }

    @Override
    public Future<ExportResult> export() {
        return client.send(message()).map(OtlpBatch::result);
    }

    Collection<ProtoWriter> message() {
        List<ProtoWriter> message = new ArrayList<>();
        scopes.forEach((resource, itsScopes) -> {
            List<ProtoWriter> parts = new ArrayList<>();
            parts.add(resource(resource));
            for (ProtoWriter scope : itsScopes.values()) {
                parts.add(ProtoWriter.head(2, scope.size()));
                parts.add(scope);
            }
            message.add(ProtoWriter.head(
                    1, parts.stream().mapToInt(ProtoWriter::size).sum()));
            message.addAll(parts);
        });
        return message;
    }

    private ProtoWriter resource(Resource resource) {
        ProtoWriter out = new ProtoWriter(FIRST_BYTES);
        new OtlpWriter(out, cache).resource(resource);
        return out;
    }

    private ProtoWriter scope(InstrumentationScopeInfo scope) {
        ProtoWriter out = new ProtoWriter(FIRST_BYTES);
        new OtlpWriter(out, cache).scope(scope);
        return out;
    }

    private static ExportResult result(Buffer response) {
        try {
            ExportTracePartialSuccess partial =
                    ExportTraceServiceResponse.parseFrom(response.getBytes()).getPartialSuccess();
            String why = partial.getErrorMessage();
            return new ExportResult(
                    partial.getRejectedSpans(), why.substring(0, Math.min(why.length(), MAX_REASON_CHARACTERS)));
        } catch (InvalidProtocolBufferException e) {
            // Only the status counts: a response may be empty, cut, or of a proxy.
            return ExportResult.COMPLETE;
        }
    }
}
