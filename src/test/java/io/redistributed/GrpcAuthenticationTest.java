package io.redistributed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import io.redistributed.auth.ApiKey;
import io.redistributed.testing.Ports;
import org.junit.jupiter.api.Test;

/** Spans by gRPC with authentication. */
class GrpcAuthenticationTest {

    private static final String SENDER = ApiKey.random();
    private static final String OTHER = ApiKey.random();

    @Test
    void spansNeedTheRightToSendThem() {
        int port = Ports.free();
        String yaml = """
                redis: { endpoints: ["redis://127.0.0.1:1"] }
                tracing: { exporters: [store] }
                auth:
                  callers:
                    - { name: sender, keys: ["%s"], rights: [ingest] }
                    - { name: other, keys: ["%s"], rights: [operate] }
                verticles:
                  - { name: "java:io.redistributed.export.JaegerExporterVerticle" }
                  - { name: "java:io.redistributed.api.ViewerVerticle", config: { port: PORT, grpcPort: %d } }
                """.formatted(ApiKey.hash(SENDER), ApiKey.hash(OTHER), port);
        try (Service service = Service.start(yaml)) {
            ManagedChannel channel = ManagedChannelBuilder.forAddress("127.0.0.1", port)
                    .usePlaintext()
                    .build();
            try {
                assertThatThrownBy(() -> export(channel)).hasMessageStartingWith("UNAUTHENTICATED: ");
                assertThatThrownBy(() -> export(with(channel, ApiKey.random())))
                        .hasMessageStartingWith("UNAUTHENTICATED: unknown API key");
                assertThatThrownBy(() -> export(with(channel, OTHER)))
                        .hasMessageStartingWith("PERMISSION_DENIED: this request needs the right ingest");
                assertThat(export(with(channel, SENDER))).isEmpty();
            } finally {
                channel.shutdownNow();
            }
            assertThat(service.client().get("/traces").statusCode()).isEqualTo(401);
            assertThat(service.client().get("/").statusCode()).isEqualTo(200);
        }
    }

    private static Channel with(Channel channel, String key) {
        Metadata headers = new Metadata();
        headers.put(Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER), "Bearer " + key);
        return ClientInterceptors.intercept(channel, MetadataUtils.newAttachHeadersInterceptor(headers));
    }

    /** Sends a request without spans, which is empty. */
    private static byte[] export(Channel channel) {
        MethodDescriptor<byte[], byte[]> export = MethodDescriptor.<byte[], byte[]>newBuilder()
                .setType(MethodType.UNARY)
                .setFullMethodName(ViewerTest.SERVICE + "Export")
                .setRequestMarshaller(new ViewerTest.Bytes())
                .setResponseMarshaller(new ViewerTest.Bytes())
                .build();
        return ClientCalls.blockingUnaryCall(channel, export, CallOptions.DEFAULT, new byte[0]);
    }
}
