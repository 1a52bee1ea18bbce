package io.redistributed.api.reports;

import io.netty.util.concurrent.DefaultThreadFactory;
import io.redistributed.api.http.ContentCoding;
import io.redistributed.api.http.Gate;
import io.redistributed.api.http.MemoryBudget;
import io.redistributed.api.http.ProblemException;
import io.redistributed.api.http.RequestBodies;
import io.redistributed.api.http.RequestEnd;
import io.redistributed.queue.IdempotencyKey;
import io.redistributed.queue.InputUpload;
import io.redistributed.queue.ReportQueue;
import io.redistributed.vertx.internal.VertxInternals;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Reads raw inputs, decompresses them, and stores long ones in Redis while they arrive. An input is never whole in memory
 * unless it fits into one chunk. Used on one event loop.
 */
final class ReportInputs {

    /** Each reads one long request and waits for it. The memory for request bodies is the limit on most nodes. */
    private static final int READERS = 256;

    /** Each decompresses one short request, and has at most two chunks of it in memory. */
    private static final int DECODERS = VertxOptions.DEFAULT_WORKER_POOL_SIZE;

    private static final int IDLE_SECONDS = 5;

    /** How long an upload waits for its turn. */
    private static final int MAX_TURN_SECONDS = 30;

    private static final long MAX_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Vertx vertx;
    private final ReportQueue queue;
    private final long maxBytes;
    private final MemoryBudget budget;
    private final ThreadPoolExecutor readers = threads(READERS, "report-inputs");
    private final ThreadPoolExecutor decoders = threads(DECODERS, "compressed-inputs");

    /** One upload at a time sends a chunk to Redis. */
    private final Semaphore turns = new Semaphore(1, true);

    /** @param maxBytes limit of a decompressed input */
    ReportInputs(Vertx vertx, ReportQueue queue, long maxBytes) {
        this.vertx = vertx;
        this.queue = queue;
        this.maxBytes = maxBytes;
        this.budget = MemoryBudget.of(vertx);
    }

    /**
     * Returns threads that may wait, also for each other. A pool of Vert.x is not used, because its threads serve other
     * requests too, or stay once they are started.
     */
    private static ThreadPoolExecutor threads(int number, String name) {
        ThreadPoolExecutor threads = new ThreadPoolExecutor(
                number,
                number,
                IDLE_SECONDS,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                new DefaultThreadFactory(name, true));
        threads.allowCoreThreadTimeOut(true);
        return threads;
    }

    /**
     * An input that was read to its end.
     *
     * @param whole the bytes; empty if they were uploaded
     * @param upload null if they were not
     * @param key with the fingerprint of the request
     */
    record Input(Buffer whole, InputUpload upload, IdempotencyKey key) {}

    /**
     * Reads the input of a request. If it fails, no chunk stays in Redis.
     *
     * @param key without fingerprint
     */
    Future<Input> read(RoutingContext routing, IdempotencyKey key) {
        BodyFormat format = BodyFormat.of(routing);
        InputStream stream = RequestBodies.stream(routing);
        Buffer body = RequestBodies.whole(routing);
        String target = routing.request().uri();
        if (stream == null && format.coding() == ContentCoding.IDENTITY) {
            format.checkForm(routing, body);
            return digested(vertx, key, target, body).map(digested -> new Input(body, null, digested));
        }
        Reading reading = new Reading(
                VertxInternals.current(vertx),
                routing,
                format,
                key,
                queue.upload(Gate.caller(routing).owner(), key));
        return stream == null
                ? on(decoders, () -> reading.read(new ByteArrayInputStream(body.getBytes())))
                        .map(input -> counted(routing, input))
                : on(readers, () -> reading.read(stream));
    }

    /** Counts decompressed bytes against the budget until the request ends. */
    private Input counted(RoutingContext routing, Input input) {
        if (input.upload() == null) {
            Runnable release = budget.reserve(input.whole().length());
            RequestEnd.of(routing).onComplete(end -> release.run());
        }
        return input;
    }

    /** Reads that have begun end with their requests. */
    void close() {
        readers.shutdown();
        decoders.shutdown();
    }

    private <T> Future<T> on(ThreadPoolExecutor threads, Supplier<T> read) {
        Promise<T> promise = VertxInternals.promise(vertx);
        threads.execute(() -> {
            try {
                promise.complete(read.get());
            } catch (Throwable e) {
                // Errors too, or the request would never be answered.
                promise.fail(e);
            }
        });
        return promise.future();
    }

    /** Returns the key with the fingerprint of a request whose body is complete. */
    static Future<IdempotencyKey> digested(Vertx vertx, IdempotencyKey key, String target, Buffer body) {
        if (key == IdempotencyKey.NONE) {
            return Future.succeededFuture(key);
        }
        return vertx.executeBlocking(
                () -> {
                    MessageDigest digest = IdempotencyKey.digest(target);
                    digest.update(VertxInternals.bytes(body));
                    return key.fingerprinted(digest);
                },
                false);
    }

    /** Reads one input, on one thread that may wait. */
    private final class Reading {

        private final Context loop;
        private final RoutingContext routing;
        private final BodyFormat format;
        private final IdempotencyKey key;
        private final InputUpload upload;
        private final MessageDigest digest;
        private long size;

        private Reading(
                Context loop, RoutingContext routing, BodyFormat format, IdempotencyKey key, InputUpload upload) {
            this.loop = loop;
            this.routing = routing;
            this.format = format;
            this.key = key;
            this.upload = upload;
            this.digest = IdempotencyKey.digest(routing.request().uri());
        }

        private Input read(InputStream source) {
            try (InputStream in = format.coding().open(source)) {
                Buffer first = next(in);
                format.checkForm(routing, first);
                boolean fits = first.length() < InputUpload.CHUNK_BYTES;
                for (Buffer chunk = first; !fits && chunk.length() > 0; chunk = next(in)) {
                    write(chunk);
                }
                return new Input(fits ? first : Buffer.buffer(), fits ? null : upload, key.fingerprinted(digest));
            } catch (IOException e) {
                discard();
                throw format.coding().problem(e);
            } catch (CompletionException e) {
                discard();
                throw e.getCause() instanceof RuntimeException cause ? cause : e;
            } catch (RuntimeException e) {
                discard();
                throw e;
            }
        }

        private Buffer next(InputStream in) throws IOException {
            byte[] chunk = in.readNBytes(InputUpload.CHUNK_BYTES);
            size += chunk.length;
            if (size > maxBytes) {
                throw new ProblemException(413, "the decompressed request body has more than " + maxBytes + " bytes");
            }
            digest.update(chunk);
            return Buffer.buffer(chunk);
        }

        /**
         * Stores a chunk. Uploads take turns, and each turn lasts twice as long as Redis needs: it has half of its time for
         * others, also when a slow disk makes it slow.
         */
        private void write(Buffer chunk) throws IOException {
            try {
                if (!turns.tryAcquire(MAX_TURN_SECONDS, TimeUnit.SECONDS)) {
                    throw new ProblemException(503, "Redis stores too many long inputs now; retry");
                }
                try {
                    long started = System.nanoTime();
                    onLoop(() -> upload.write(chunk)).join();
                    TimeUnit.NANOSECONDS.sleep(Math.min(System.nanoTime() - started, MAX_PAUSE_NANOS));
                } finally {
                    turns.release();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted", e);
            }
        }

        private void discard() {
            if (size >= InputUpload.CHUNK_BYTES) {
                onLoop(upload::discard);
            }
        }

        private CompletableFuture<Void> onLoop(Supplier<Future<Void>> call) {
            CompletableFuture<Void> done = new CompletableFuture<>();
            loop.runOnContext(turn -> call.get().onComplete((nothing, failure) -> {
                if (failure == null) {
                    done.complete(null);
                } else {
                    done.completeExceptionally(failure);
                }
            }));
            return done;
        }
    }
}
