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
import io.redistributed.export.collector.MessagePart;
import io.redistributed.export.collector.ProtoWriter;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/** Spans as an {@code ExportTraceServiceRequest}. */
final class OtlpBatch extends MessageBatch {

    private static final int BYTES = 512;
    private static final int MAX_REASON_CHARACTERS = 500;

    /** Such as the login page of a proxy. */
    private static final ExportResult NOT_OTLP =
            new ExportResult(0, "the response is not OTLP; is the endpoint a collector?");

    /** What comes before a nested message of up to 4 MiB. */
    private static final int HEAD_BYTES = 5;

    private final CollectorClient client;
    private final AttributeCache cache;
    private final Map<Resource, Origin> origins = new IdentityHashMap<>();

    /**
     * The fields of a {@code ResourceSpans}.
     *
     * @param resource all but its scopes
     * @param scopes the fields of each {@code ScopeSpans}
     */
    private record Origin(ProtoWriter resource, Map<InstrumentationScopeInfo, MessagePart> scopes) {}

    OtlpBatch(CollectorClient client, AttributeCache cache) {
        this.client = client;
        this.cache = cache;
    }

    @Override
    public boolean takes(SpanData span) {
        return true;
    }

    @Override
    public boolean add(SpanData span) {
        ProtoWriter written = written(out -> out.span(span));
        Origin known = origins.get(span.getResource());
        Origin origin = known == null ? origin(span.getResource()) : known;
        MessagePart knownScope = origin.scopes.get(span.getInstrumentationScopeInfo());
        MessagePart scope = knownScope == null ? scope(span.getInstrumentationScopeInfo()) : knownScope;
        int more = written.size()
                + (known == null ? HEAD_BYTES + origin.resource.size() : 0)
                + (knownScope == null ? HEAD_BYTES + scope.size() : 0);
        if (!reserve(more)) {
            return false;
        }
        origins.put(span.getResource(), origin);
        origin.scopes.put(span.getInstrumentationScopeInfo(), scope);
        scope.append(written);
        return true;
    }

    @Override
    public Future<ExportResult> export() {
        return client.send(message()).map(OtlpBatch::result);
    }

    Collection<ProtoWriter> message() {
        List<ProtoWriter> message = new ArrayList<>();
        for (Origin origin : origins.values()) {
            List<ProtoWriter> fields = new ArrayList<>();
            fields.add(origin.resource);
            for (MessagePart scope : origin.scopes.values()) {
                fields.addAll(scope.nested(2));
            }
            message.add(ProtoWriter.head(
                    1, fields.stream().mapToInt(ProtoWriter::size).sum()));
            message.addAll(fields);
        }
        return message;
    }

    private Origin origin(Resource resource) {
        return new Origin(written(out -> out.resource(resource)), new IdentityHashMap<>());
    }

    private MessagePart scope(InstrumentationScopeInfo scope) {
        MessagePart part = new MessagePart();
        part.append(written(out -> out.scope(scope)));
        return part;
    }

    private ProtoWriter written(Consumer<OtlpWriter> fields) {
        ProtoWriter out = new ProtoWriter(BYTES);
        fields.accept(new OtlpWriter(out, cache));
        return out;
    }

    /** Reads JSON too, which some collectors answer to protobuf. */
    private static ExportResult result(Buffer response) {
        try {
            boolean isJson = response.length() > 0 && response.getByte(0) == '{';
            return isJson
                    ? ofJson(response.toJsonObject())
                    : of(ExportTraceServiceResponse.parseFrom(response.getBytes())
                            .getPartialSuccess());
        } catch (InvalidProtocolBufferException | DecodeException | ClassCastException e) {
            // Only the status counts.
            return NOT_OTLP;
        }
    }

    private static ExportResult of(ExportTracePartialSuccess partial) {
        return result(partial.getRejectedSpans(), partial.getErrorMessage());
    }

    private static ExportResult ofJson(JsonObject response) {
        JsonObject partial = response.getJsonObject("partialSuccess", new JsonObject());
        Long rejected = ProtoJson.integer(String.valueOf(partial.getValue("rejectedSpans", 0)));
        boolean isOtlp = rejected != null && Set.of("partialSuccess").containsAll(response.fieldNames());
        return isOtlp ? result(rejected, partial.getString("errorMessage", "")) : NOT_OTLP;
    }

    private static ExportResult result(long rejected, String why) {
        return new ExportResult(rejected, why.substring(0, Math.min(why.length(), MAX_REASON_CHARACTERS)));
    }
}
