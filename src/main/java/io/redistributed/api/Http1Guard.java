package io.redistributed.api;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * Stands between the codec and Vert.x on each HTTP/1 connection, and keeps a client from holding it or filling it.
 *
 * <ul>
 *   <li>A request's head has to be complete within {@value #HEAD_SECONDS} s of the connection, or of its first byte.
 *   <li>Pipelined requests wait as the bytes that they are until the one before has been answered, and up to
 *       {@value #MAX_WAITING_BYTES} of them.
 *   <li>An answer with {@code connection: close} closes the connection, but only after the client could read it: what
 *       the client still sends is dropped for up to {@value #LINGER_SECONDS} s, as closing at once would reset it.
 *   <li>A body that was answered before it has arrived has as long to arrive.
 * </ul>
 */
final class Http1Guard extends ChannelDuplexHandler {

    private static final int HEAD_SECONDS = 10;
    private static final int LINGER_SECONDS = 5;
    private static final int MAX_WAITING_BYTES = 1 << 14;

    private final ConnectionLimit connections;

    private boolean isStarted;
    private boolean isReading;
    private boolean isHeadOpen;
    private boolean isRequestOpen;
    private boolean isContinueExpected;
    private boolean isUnanswered;
    private boolean isHoldingBytes;
    private boolean isClosing;
    private boolean isLingering;
    private Future<?> deadline;

    Http1Guard(ConnectionLimit connections) {
        this.connections = connections;
    }

    /** Whether a whole request has been read and not been answered; asked by the decoder before it goes on. */
    boolean isAnswering() {
        return isUnanswered && !isRequestOpen;
    }

    /** Bytes that the decoder leaves in place. */
    void hold(ChannelHandlerContext ctx, int bytes) {
        isHoldingBytes = true;
        if (bytes > MAX_WAITING_BYTES) {
            ctx.channel().config().setAutoRead(false);
        }
    }

    /** The first one begins when the connection's turn has come, see {@link ConnectionLimit}. */
    @Override
    public void read(ChannelHandlerContext ctx) {
        if (!isStarted) {
            isStarted = true;
            startDeadline(ctx, HEAD_SECONDS, () -> headIsLate(ctx));
        }
        ctx.read();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        isReading = true;
        if (isLingering || isClosing && !isRequestOpen) {
            ReferenceCountUtil.release(message);
            return;
        }
        if (message instanceof HttpRequest request) {
            cancelDeadline();
            isHeadOpen = false;
            isRequestOpen = true;
            isContinueExpected = HttpUtil.is100ContinueExpected(request);
            isUnanswered = true;
            connections.busy(ctx.channel());
        } else if (message instanceof LastHttpContent last
                && last.decoderResult().isSuccess()) {
            isRequestOpen = false;
            cancelDeadline();
        }
        ctx.fireChannelRead(message);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        // Bytes that complete nothing, outside of a body: the beginning of a head.
        if (!isReading && !isRequestOpen && !isUnanswered && !isLingering) {
            isHeadOpen = true;
            if (deadline == null) {
                startDeadline(ctx, HEAD_SECONDS, () -> headIsLate(ctx));
            }
        }
        isReading = false;
        awaitRestOfBody(ctx);
        ctx.fireChannelReadComplete();
    }

    @Override
    public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
        if (message instanceof HttpResponse response) {
            if (response.status().codeClass() == HttpStatusClass.INFORMATIONAL) {
                isContinueExpected = false;
                ctx.write(message, promise);
                return;
            }
            if (isContinueExpected && isRequestOpen) {
                // The client may send its body now, or not; nobody could tell it from the next request.
                response.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
            }
            isClosing |= response.headers().contains(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE, true);
        }
        if (!(message instanceof LastHttpContent)) {
            ctx.write(message, promise);
            return;
        }
        isUnanswered = false;
        connections.idle(ctx.channel());
        if (!isReading) {
            awaitRestOfBody(ctx);
        }
        if (isHoldingBytes) {
            isHoldingBytes = false;
            ctx.executor().execute(() -> goOn(ctx));
        }
        ChannelPromise written = promise.unvoid();
        if (isClosing) {
            written.addListener(sent -> ctx.channel().close());
        }
        ctx.write(message, written);
    }

    @Override
    public void close(ChannelHandlerContext ctx, ChannelPromise promise) {
        if (isClosing && !isLingering) {
            ctx.flush();
            if (!isRequestOpen || !ctx.channel().isActive()) {
                ctx.close(promise);
                return;
            }
            isLingering = true;
            ((DuplexChannel) ctx.channel()).shutdownOutput();
            ctx.channel().config().setAutoRead(true);
            startDeadline(ctx, LINGER_SECONDS, ctx::close);
        }
        if (isLingering) {
            ctx.channel().closeFuture().addListener(closed -> promise.trySuccess());
        } else {
            ctx.close(promise);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        cancelDeadline();
        ctx.fireChannelInactive();
    }

    private static void goOn(ChannelHandlerContext ctx) {
        ctx.channel().config().setAutoRead(true);
        // Makes the decoder look at what it has.
        ctx.pipeline().fireChannelRead(Unpooled.EMPTY_BUFFER);
        ctx.pipeline().fireChannelReadComplete();
    }

    private void headIsLate(ChannelHandlerContext ctx) {
        deadline = null;
        if (!isHeadOpen) {
            ctx.close();
            return;
        }
        Problems.refuse(ctx.pipeline(), 408, "the head of the request did not arrive within " + HEAD_SECONDS + " s");
    }

    private void awaitRestOfBody(ChannelHandlerContext ctx) {
        if (!isUnanswered && isRequestOpen && !isClosing && deadline == null) {
            startDeadline(ctx, LINGER_SECONDS, ctx::close);
        }
    }

    private void startDeadline(ChannelHandlerContext ctx, int seconds, Runnable task) {
        cancelDeadline();
        deadline = ctx.executor().schedule(task, seconds, TimeUnit.SECONDS);
    }

    private void cancelDeadline() {
        if (deadline != null) {
            deadline.cancel(false);
            deadline = null;
        }
    }
}
