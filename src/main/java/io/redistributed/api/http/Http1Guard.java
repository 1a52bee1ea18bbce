package io.redistributed.api.http;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
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
import io.redistributed.vertx.server.ServerInternals;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.http.HttpConnection;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * Limits what a client can occupy of an HTTP/1 connection. Sits between the codec and Vert.x.
 *
 * <ul>
 *   <li>A request head has to be complete within {@value #HEAD_SECONDS} s of the connection, or of its first byte.
 *   <li>Pipelined requests stay undecoded until the previous one is answered, up to {@value #MAX_WAITING_BYTES} bytes.
 *   <li>A response with {@code connection: close} closes the connection after the client could read it: what the client
 *       still sends is dropped for up to {@value #LINGER_SECONDS} s, as closing at once would reset the connection.
 *   <li>A client that stops sending gets the responses to its complete requests; then the connection is closed. Nothing
 *       shows whether such a client still reads, so what waits for an event should answer, see {@link #inputEnd}.
 *   <li>The rest of a request body has the same time to arrive after its response.
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
    private boolean isInputEnded;
    private Promise<Void> inputEnd;
    private ChannelHandlerContext context;
    private ScheduledFuture<?> deadline;

    Http1Guard(ConnectionLimit connections) {
        this.connections = connections;
    }

    /** Whether a complete request awaits its response. The decoder checks this before it decodes more. */
    boolean isAnswering() {
        return isUnanswered && !isRequestOpen;
    }

    /** Returns a future that completes, on the event loop, when the client of the current request has stopped sending. */
    static Future<Void> inputEnd(HttpConnection connection) {
        Http1Guard guard = ServerInternals.pipeline(connection).get(Http1Guard.class);
        if (guard == null) {
            return Promise.<Void>promise().future();
        }
        if (guard.inputEnd == null) {
            guard.inputEnd = Promise.promise();
            if (guard.isInputEnded) {
                guard.inputEnd.complete();
            }
        }
        return guard.inputEnd.future();
    }

    void inputEnded() {
        isInputEnded = true;
        closeAfterLastRequest();
        if (inputEnd != null) {
            inputEnd.tryComplete();
        }
    }

    private void closeAfterLastRequest() {
        if (isInputEnded && isLingering) {
            // Past this handler, which would wait for the linger to end.
            context.close();
        } else if (isInputEnded && !isAnswering() && !isHoldingBytes && !isClosing) {
            // What is still to be written goes first.
            context.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
        }
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        context = ctx;
        ctx.channel().config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
    }

    /** Counts bytes that the decoder leaves undecoded. */
    void hold(ChannelHandlerContext ctx, int bytes) {
        isHoldingBytes = true;
        if (bytes > MAX_WAITING_BYTES) {
            ctx.channel().config().setAutoRead(false);
        }
    }

    /** The first read comes when {@link ConnectionLimit} admits the connection. */
    @Override
    public void read(ChannelHandlerContext ctx) {
        if (!isStarted) {
            isStarted = true;
            startDeadline(ctx, HEAD_SECONDS, () -> headTimedOut(ctx));
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
            inputEnd = null;
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
        // Bytes outside of a body that complete no message are the start of a request head.
        if (!isReading && !isRequestOpen && !isUnanswered && !isLingering) {
            isHeadOpen = true;
            if (deadline == null) {
                startDeadline(ctx, HEAD_SECONDS, () -> headTimedOut(ctx));
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
                // The client may or may not send its body now; the server could mistake it for the next request.
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
        ChannelPromise written = promise.unvoid();
        if (isClosing || isInputEnded && !isHoldingBytes) {
            written.addListener(sent -> ctx.channel().close());
        }
        if (isHoldingBytes) {
            isHoldingBytes = false;
            ctx.executor().execute(() -> resume(ctx));
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

    private void resume(ChannelHandlerContext ctx) {
        ctx.channel().config().setAutoRead(true);
        // Makes the decoder process the bytes that it holds.
        ctx.pipeline().fireChannelRead(Unpooled.EMPTY_BUFFER);
        ctx.pipeline().fireChannelReadComplete();
        closeAfterLastRequest();
    }

    private void headTimedOut(ChannelHandlerContext ctx) {
        deadline = null;
        if (!isHeadOpen) {
            ctx.close();
            return;
        }
        Problems.refuse(ctx.pipeline(), 408, "the request head did not arrive within " + HEAD_SECONDS + " s");
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
