package io.redistributed.api.http;

import io.redistributed.vertx.internal.VertxInternals;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.Objects;

/**
 * A request body that is read while it arrives. The event loop adds what has arrived; one other thread reads and waits for
 * more. While more than {@value #MAX_UNREAD} bytes are unread, the request is paused, which slows the client down.
 *
 * <p>What is unread counts against the {@link BodyBudget}; adding and reading have to be ended by {@link #end} or {@link
 * #fail}.
 */
final class BodyStream extends InputStream {

    private static final int MAX_UNREAD = 256 << 10;

    private final HttpServerRequest request;
    private final Context loop;
    private final BodyBudget budget;
    private final ArrayDeque<Buffer> unread = new ArrayDeque<>();

    private int position;
    private int bytes;
    private boolean paused;
    private boolean ended;
    private boolean closed;
    private Throwable failure;

    /** Creates the stream on the request's event loop. */
    BodyStream(HttpServerRequest request, Context loop, BodyBudget budget) {
        this.request = request;
        this.loop = loop;
        this.budget = budget;
    }

    /** Adds bytes, which the budget has reserved. */
    synchronized void add(Buffer arrived) {
        if (closed) {
            budget.release(arrived.length());
            return;
        }
        if (arrived.length() == 0) {
            return;
        }
        unread.add(arrived);
        bytes += arrived.length();
        if (bytes > MAX_UNREAD && !paused) {
            paused = true;
            request.pause();
        }
        notifyAll();
    }

    synchronized void end() {
        ended = true;
        notifyAll();
    }

    /** Ends the body with an error for the reader. Does nothing if the body is complete. */
    synchronized void fail(Throwable cause) {
        if (!ended) {
            ended = true;
            failure = cause;
            notifyAll();
        }
    }

    synchronized boolean isPaused() {
        return paused;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    /**
     * Waits for bytes.
     *
     * @throws ProblemException if the body is refused: too long, too slow or malformed
     * @throws IOException if the client disconnects, or this stream is closed
     */
    @Override
    public synchronized int read(byte[] target, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, target.length);
        if (length == 0) {
            return 0;
        }
        awaitBytes();
        if (unread.isEmpty()) {
            return -1;
        }
        Buffer first = unread.peek();
        int read = Math.min(length, first.length() - position);
        first.getBytes(position, position + read, target, offset);
        position += read;
        if (position == first.length()) {
            unread.remove();
            position = 0;
        }
        bytes -= read;
        budget.release(read);
        if (paused && bytes <= MAX_UNREAD / 2) {
            resume();
        }
        return read;
    }

    private void awaitBytes() throws IOException {
        try {
            while (unread.isEmpty() && !ended && !closed) {
                wait();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
        if (failure instanceof RuntimeException refusal) {
            throw refusal;
        } else if (failure != null || closed) {
            throw new IOException("the request has ended", failure);
        }
    }

    /** Discards what is unread and what still arrives. */
    @Override
    public synchronized void close() {
        closed = true;
        unread.clear();
        budget.release(bytes);
        bytes = 0;
        if (paused) {
            resume();
        }
        notifyAll();
    }

    private void resume() {
        paused = false;
        VertxInternals.run(loop, request::resume);
    }
}
