package io.redistributed.export.collector;

import io.opentelemetry.exporter.internal.TlsConfigHelper;
import io.opentelemetry.exporter.otlp.internal.GzipCompressor;
import io.opentelemetry.exporter.otlp.internal.OtlpUserAgent;
import io.opentelemetry.sdk.common.export.Compressor;
import io.opentelemetry.sdk.common.export.GrpcSenderConfig;
import io.opentelemetry.sdk.common.export.HttpSenderConfig;
import io.opentelemetry.sdk.common.export.ProxyOptions;
import io.opentelemetry.sdk.common.export.RetryPolicy;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import javax.net.ssl.X509TrustManager;

/**
 * Configures a {@link CollectorSender}'s HTTP or gRPC sender, without retries of its own.
 *
 * @param method gRPC method
 */
record SenderConfig(ExporterSettings settings, String method, SSLContext ssl, X509TrustManager trust)
        implements GrpcSenderConfig, HttpSenderConfig {

    /** Blocks: reads certificates. */
    static SenderConfig of(ExporterSettings settings, String method) {
        TlsConfigHelper tls = new TlsConfigHelper();
        settings.tls().apply(tls::setTrustManagerFromCerts, tls::setKeyManagerFromCerts);
        return new SenderConfig(settings, method, tls.getSslContext(), tls.getTrustManager());
    }

    @Override
    public URI getEndpoint() {
        return URI.create(settings.endpoint());
    }

    @Override
    public String getFullMethodName() {
        return method;
    }

    @Override
    public String getContentType() {
        return "application/x-protobuf";
    }

    @Override
    public Compressor getCompressor() {
        return settings.compression().equals("gzip") ? new GzipCompressor() : null;
    }

    @Override
    public Duration getTimeout() {
        return settings.timeout();
    }

    @Override
    public Duration getConnectTimeout() {
        return settings.timeout();
    }

    @Override
    public Supplier<Map<String, List<String>>> getHeadersSupplier() {
        Map<String, List<String>> headers = new HashMap<>();
        OtlpUserAgent.addUserAgentHeader((name, value) -> headers.put(name, List.of(value)));
        settings.headers().forEach((name, value) -> headers.put(name, List.of(value)));
        return () -> headers;
    }

    @Override
    public ProxyOptions getProxyOptions() {
        return null;
    }

    @Override
    public RetryPolicy getRetryPolicy() {
        return null;
    }

    @Override
    public SSLContext getSslContext() {
        return ssl;
    }

    @Override
    public X509TrustManager getTrustManager() {
        return trust;
    }

    @Override
    public ExecutorService getExecutorService() {
        return null;
    }

    @Override
    public long getMaxResponseBodySize() {
        return GrpcSenderConfig.super.getMaxResponseBodySize();
    }

    @Override
    public List<String> getEnabledProtocols() {
        return GrpcSenderConfig.super.getEnabledProtocols();
    }
}
