package io.redistributed.export;

import io.opentelemetry.exporter.internal.TlsConfigHelper;
import io.opentelemetry.sdk.common.export.Compressor;
import io.opentelemetry.sdk.common.export.GrpcSenderConfig;
import io.opentelemetry.sdk.common.export.RetryPolicy;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import javax.net.ssl.X509TrustManager;

/** How {@link JaegerGrpcExporter} reaches its collector: without compression, headers, or retries of its own. */
record JaegerSenderConfig(ExporterSettings settings, SSLContext ssl, X509TrustManager trust)
        implements GrpcSenderConfig {

    /** Blocks: reads certificates. */
    static JaegerSenderConfig of(ExporterSettings settings) {
        TlsConfigHelper tls = new TlsConfigHelper();
        settings.tls().apply(tls::setTrustManagerFromCerts, tls::setKeyManagerFromCerts);
        return new JaegerSenderConfig(settings, tls.getSslContext(), tls.getTrustManager());
    }

    @Override
    public URI getEndpoint() {
        return URI.create(settings.endpoint());
    }

    @Override
    public String getFullMethodName() {
        return "jaeger.api_v2.CollectorService/PostSpans";
    }

    @Override
    public Compressor getCompressor() {
        return null;
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
        return Map::of;
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
}
