package io.redistributed.testing;

import io.grpc.BindableService;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.netty.shaded.io.netty.handler.ssl.ClientAuth;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * A real gRPC server that spans can be exported to, on a free port of loopback. It can refuse, not answer, stop, and
 * start again on the same port. Safe to use from any thread.
 */
public abstract class GrpcCollector implements AutoCloseable {

    private final List<ReceivedSpan> spans = new CopyOnWriteArrayList<>();
    private final AtomicInteger requests = new AtomicInteger();
    private volatile Consumer<ReceivedSpan> taker = spans::add;
    private volatile Predicate<ReceivedSpan> refused;
    private volatile StatusRuntimeException refusal;
    private volatile boolean hanging;
    private final List<Integer> sizes = new CopyOnWriteArrayList<>();
    private final List<String> authorizations = new CopyOnWriteArrayList<>();
    private final List<String> encodings = new CopyOnWriteArrayList<>();
    private final List<Runnable> held = new ArrayList<>();
    private final Certificates certificates;
    private boolean holding;
    private int port;
    private Server server;

    /** Without TLS. */
    GrpcCollector() {
        this(null);
    }

    /** With TLS, for those clients alone that the authority of these certificates knows. */
    GrpcCollector(Certificates certificates) {
        this.certificates = certificates;
    }

    abstract BindableService service();

    /** As an exporter wants it: {@code http://127.0.0.1:<port>}. The server is started by the first call. */
    public final synchronized String endpoint() {
        if (port == 0) {
            start();
        }
        return (certificates == null ? "http" : "https") + "://127.0.0.1:" + port;
    }

    public final synchronized void start() {
        NettyServerBuilder builder = NettyServerBuilder.forAddress(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
                .addService(service())
                .intercept(new Headers())
                .directExecutor();
        try {
            if (certificates != null) {
                builder.sslContext(GrpcSslContexts.forServer(
                                certificates.certificate("server").toFile(),
                                certificates.key("server").toFile())
                        .trustManager(certificates.certificate("ca").toFile())
                        .clientAuth(ClientAuth.REQUIRE)
                        .build());
            }
            server = builder.build().start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        port = server.getPort();
    }

    /** Breaks all connections and refuses new ones. */
    public final synchronized void stop() {
        try {
            server.shutdownNow().awaitTermination();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while stopping", e);
        }
    }

    /** Answers every request with {@code status} from now on. */
    public final void refuse(Status status) {
        refuse(status, span -> true);
    }

    /** Answers every request that has such a span with {@code status} from now on. */
    public final void refuse(Status status, Predicate<ReceivedSpan> spans) {
        refuse(status.asRuntimeException(), spans);
    }

    /** The same, with details or other trailers. */
    public final void refuse(StatusRuntimeException status, Predicate<ReceivedSpan> spans) {
        refused = spans;
        refusal = status;
    }

    /** Takes requests and never answers them, from now on. */
    public final void hang() {
        hanging = true;
    }

    /** Takes requests and answers them at {@link #release()}, from now on. */
    public final synchronized void hold() {
        holding = true;
    }

    /** How many requests wait for their answer. */
    public final synchronized int held() {
        return held.size();
    }

    /** Answers the requests that wait. */
    public final synchronized void release() {
        held.forEach(Runnable::run);
        held.clear();
    }

    /** The same, and holds no more. */
    public final synchronized void releaseAll() {
        holding = false;
        release();
    }

    /** Takes what comes, from now on. */
    public final void accept() {
        refusal = null;
        hanging = false;
    }

    /** Passes spans accepted from now on to a consumer, on any thread, without keeping them. */
    public final void passOn(Consumer<ReceivedSpan> newTaker) {
        taker = newTaker;
    }

    /** Returns the spans accepted so far that were not passed on. */
    public final List<ReceivedSpan> spans() {
        return spans;
    }

    /** How many requests came so far. */
    public final int requests() {
        return requests.get();
    }

    /** Where it listens; the server is started by the first call. */
    public final synchronized int port() {
        endpoint();
        return port;
    }

    /** How many spans each request had. */
    public final List<Integer> sizes() {
        return sizes;
    }

    /** The {@code authorization} of each request, {@code null} as text if it had none. */
    public final List<String> authorizations() {
        return authorizations;
    }

    /** The {@code grpc-encoding} of each request, {@code null} as text if it had none. */
    public final List<String> encodings() {
        return encodings;
    }

    @Override
    public final synchronized void close() {
        if (server != null) {
            stop();
        }
    }

    final <T> void answer(List<ReceivedSpan> received, T reply, StreamObserver<T> observer) {
        requests.incrementAndGet();
        sizes.add(received.size());
        StatusRuntimeException status = refusal;
        if (status != null && received.stream().anyMatch(refused)) {
            observer.onError(status);
        } else if (!hanging) {
            received.forEach(taker);
            answerOrHold(() -> {
                observer.onNext(reply);
                observer.onCompleted();
            });
        }
    }

    private synchronized void answerOrHold(Runnable answer) {
        if (holding) {
            held.add(answer);
        } else {
            answer.run();
        }
    }

    private final class Headers implements ServerInterceptor {

        private static final Metadata.Key<String> AUTHORIZATION =
                Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);
        private static final Metadata.Key<String> ENCODING =
                Metadata.Key.of("grpc-encoding", Metadata.ASCII_STRING_MARSHALLER);

        @Override
        public <Q, R> ServerCall.Listener<Q> interceptCall(
                ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
            authorizations.add(String.valueOf(headers.get(AUTHORIZATION)));
            encodings.add(String.valueOf(headers.get(ENCODING)));
            return next.startCall(call, headers);
        }
    }
}
