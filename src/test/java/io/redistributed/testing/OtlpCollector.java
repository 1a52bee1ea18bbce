package io.redistributed.testing;

import io.grpc.BindableService;
import io.grpc.stub.StreamObserver;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceResponse;
import io.opentelemetry.proto.collector.trace.v1.TraceServiceGrpc.TraceServiceImplBase;

/** Takes spans as OTLP over gRPC. */
public final class OtlpCollector extends GrpcCollector {

    private volatile ExportTraceServiceResponse reply = ExportTraceServiceResponse.getDefaultInstance();

    /** Without TLS. */
    public OtlpCollector() {}

    /** With TLS, for those clients alone that the authority of these certificates knows. */
    public OtlpCollector(Certificates certificates) {
        super(certificates);
    }

    /** Answers with this from now on, unless it refuses. */
    public void reply(ExportTraceServiceResponse newReply) {
        reply = newReply;
    }

    @Override
    BindableService service() {
        return new TraceServiceImplBase() {
            @Override
            public void export(ExportTraceServiceRequest request, StreamObserver<ExportTraceServiceResponse> observer) {
                answer(OtlpSpans.of(request), reply, observer);
            }
        };
    }
}
