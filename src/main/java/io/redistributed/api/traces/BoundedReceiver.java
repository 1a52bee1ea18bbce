package io.redistributed.api.traces;

import io.redistributed.api.http.ContentCoding;
import io.redistributed.api.http.ProblemException;
import io.redistributed.api.http.RequestBodies;
import io.redistributed.export.otlp.OtlpEncoding;
import io.redistributed.export.otlp.OtlpReceiver;
import io.redistributed.export.otlp.TooManyElementsException;
import io.redistributed.export.store.TraceStore;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;

/** Decodes OTLP requests, one at a time in each process, and stores their spans. Used on one event loop. */
final class BoundedReceiver {

    /**
     * The default limit of gRPC receivers; also applies to inflated bodies, whose decoded form takes a multiple of the
     * heap.
     */
    static final int MAX_BYTES = 4 << 20;

    /**
     * Limits the heap that decoding one body takes to about 64 MiB. A body of {@value #MAX_BYTES} bytes with usual attributes has
     * fewer: an attribute is two elements and more than 28 bytes.
     */
    static final int MAX_ELEMENTS = 300_000;

    /** Shared by name, with one thread. */
    private static final String WORKER = "otlp-decoder";

    /** Complete requests that may wait for decoding; {@link RequestBodies} limits incomplete ones. */
    private static final int MAX_WAITING = 16;

    private final OtlpReceiver receiver;
    private final WorkerExecutor decoder;
    private int waiting;

    BoundedReceiver(Vertx vertx, TraceStore store) {
        receiver = new OtlpReceiver(store, MAX_ELEMENTS);
        decoder = vertx.createSharedWorkerExecutor(WORKER, 1);
    }

    /**
     * Decodes one request of the process after another, to limit the heap that decoding takes. The body counts as held until then.
     *
     * @param maxBytes limit of the inflated body
     * @return the response body; fails with a {@link ProblemException} (429) if too many requests wait, (400) if the body
     *     is malformed, (413) if it is too long or has too many elements
     */
    Future<byte[]> receive(
            RoutingContext routing, OtlpEncoding encoding, ContentCoding coding, Buffer body, int maxBytes) {
        if (waiting == MAX_WAITING) {
            return Future.failedFuture(new ProblemException(
                    429, "too many concurrent requests; send fewer requests with more spans each"));
        }
        waiting++;
        return RequestBodies.<byte[]>whileWorking(request -> decoder.executeBlocking(
                        () -> receiver.receive(encoding, coding.decode(body, maxBytes, more -> {}))))
                .apply(routing)
                .onComplete(done -> waiting--)
                .recover(cause -> Future.failedFuture(
                        cause instanceof IllegalArgumentException
                                ? new ProblemException(
                                        cause instanceof TooManyElementsException ? 413 : 400, cause.getMessage())
                                : cause));
    }
}
