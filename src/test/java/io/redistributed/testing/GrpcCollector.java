package io.redistributed.testing;

import io.grpc.BindableService;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
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
    private volatile Status refusal;
    private volatile boolean hanging;
    private int port;
    private Server server;

    abstract BindableService service();

    /** As an exporter wants it: {@code http://127.0.0.1:<port>}. The server is started by the first call. */
    public final synchronized String endpoint() {
        if (port == 0) {
            start();
        }
        return "http://127.0.0.1:" + port;
    }

    public final synchronized void start() {
        try {
            server = NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
                    .addService(service())
                    .directExecutor()
                    .build()
                    .start();
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
        refused = spans;
        refusal = status;
    }

    /** Takes requests and never answers them, from now on. */
    public final void hang() {
        hanging = true;
    }

    /** Takes what comes, from now on. */
    public final void accept() {
        refusal = null;
        hanging = false;
    }

    /** Gives what is accepted from now on to somebody else, on any thread, and keeps none of it. */
    public final void passOn(Consumer<ReceivedSpan> newTaker) {
        taker = newTaker;
    }

    /** What was accepted so far, and was not passed on. */
    public final List<ReceivedSpan> spans() {
        return spans;
    }

    /** How many requests came so far. */
    public final int requests() {
        return requests.get();
    }

    @Override
    public final synchronized void close() {
        if (server != null) {
            stop();
        }
    }

    final <T> void answer(List<ReceivedSpan> received, T reply, StreamObserver<T> observer) {
        requests.incrementAndGet();
        Status status = refusal;
        if (status != null && received.stream().anyMatch(refused)) {
            observer.onError(status.asRuntimeException());
        } else if (!hanging) {
            received.forEach(taker);
            observer.onNext(reply);
            observer.onCompleted();
        }
    }
}
