package io.redistributed.api.http;

import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionAdapter;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameListener;
import io.netty.handler.codec.http2.Http2FrameListenerDecorator;
import io.netty.handler.codec.http2.Http2RemoteFlowController;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2Stream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * Limits what a client can occupy of an HTTP/2 connection. A connection without streams counts as idle. A stream is
 * reset if its client does not read the response, or has not sent the rest of an answered request. More than {@value
 * #MAX_CONTROL_FRAMES} PING and PRIORITY frames in {@value #CHECK_SECONDS} s end the connection: each costs a reply or work
 * on the stream tree, and belongs to no request. A SETTINGS frame counts as {@value #SETTINGS_WEIGHT}: clients send one or two.
 */
final class Http2Guard extends Http2ConnectionAdapter {

    private static final int CHECK_SECONDS = 10;

    /** Checks before a stream with an unread response is reset: a slow reader over HTTP/2. */
    private static final int MAX_PENDING_CHECKS = 30;

    /**
     * The same for streams whose client makes no room, on a connection with more than {@value #MAX_PENDING_STREAMS} unread
     * ones, as each holds up to 128 KiB.
     */
    private static final int MAX_MANY_PENDING_CHECKS = 3;

    private static final int MAX_PENDING_STREAMS = 8;

    /**
     * How long a client with an answered, unfinished request can end it itself: curl before 8 drops a response that arrives
     * together with a reset. At most {@value #MAX_UNFINISHED} streams of a connection have that time.
     */
    private static final int GRACE_MILLIS = 1_000;

    private static final int MAX_UNFINISHED = 4;

    private static final int MAX_CONTROL_FRAMES = 500;
    private static final int SETTINGS_WEIGHT = 25;

    private final Http2ConnectionHandler handler;
    private final ChannelHandlerContext ctx;
    private final ConnectionLimit connections;
    private final Http2Connection.PropertyKey checks;
    private final Http2Connection.PropertyKey windowUpdated;
    private final Future<?> checking;
    private int controlFrames;
    private int unfinished;

    Http2Guard(Http2ConnectionHandler handler, ChannelHandlerContext ctx, ConnectionLimit connections) {
        this.handler = handler;
        this.ctx = ctx;
        this.connections = connections;
        this.checks = handler.connection().newKey();
        this.windowUpdated = handler.connection().newKey();
        this.checking = ctx.executor().scheduleAtFixedRate(this::check, CHECK_SECONDS, CHECK_SECONDS, TimeUnit.SECONDS);
        handler.connection().addListener(this);
        handler.decoder().frameListener(new ControlFrames(handler.decoder().frameListener()));
        ctx.channel().closeFuture().addListener(closed -> checking.cancel(false));
    }

    @Override
    public void onStreamActive(Http2Stream stream) {
        connections.busy(ctx.channel());
    }

    /**
     * Ends the request of a complete response, as RFC 9113, section 8.1, allows: its headers stay in the heap until then.
     * Netty has written the response by now, so the client gets it first.
     */
    @Override
    public void onStreamHalfClosed(Http2Stream stream) {
        if (stream.state() == Http2Stream.State.HALF_CLOSED_LOCAL) {
            unfinished++;
            int delay = unfinished > MAX_UNFINISHED ? 0 : GRACE_MILLIS;
            ctx.executor().schedule(() -> end(stream), delay, TimeUnit.MILLISECONDS);
        }
    }

    private void end(Http2Stream stream) {
        unfinished--;
        if (stream.state() == Http2Stream.State.HALF_CLOSED_LOCAL) {
            reset(stream, Http2Error.NO_ERROR);
            ctx.flush();
        }
    }

    @Override
    public void onStreamClosed(Http2Stream stream) {
        if (handler.connection().numActiveStreams() == 0) {
            connections.idle(ctx.channel());
        }
    }

    private void check() {
        controlFrames = 0;
        List<Http2Stream> pending = new ArrayList<>();
        try {
            handler.connection().forEachActiveStream(stream -> {
                if (isUnread(stream)) {
                    pending.add(stream);
                } else {
                    stream.removeProperty(checks);
                }
                return true;
            });
        } catch (Http2Exception impossible) {
            throw new IllegalStateException(impossible);
        }
        resetStuck(pending, pending.size() > MAX_PENDING_STREAMS ? MAX_MANY_PENDING_CHECKS : MAX_PENDING_CHECKS);
        ctx.flush();
    }

    /** Whether a response waits for the client: in Netty's flow control, or before it, where a full window stops Vert.x. */
    private boolean isUnread(Http2Stream stream) {
        Http2RemoteFlowController flow = handler.encoder().flowController();
        return flow.hasFlowControlled(stream) || stream.isHeadersSent() && !flow.isWritable(stream);
    }

    private void resetStuck(List<Http2Stream> streams, int maxChecks) {
        for (Http2Stream stream : streams) {
            Integer before = stream.getProperty(checks);
            int now = before == null ? 1 : before + 1;
            stream.setProperty(checks, now);
            // A client that makes room is slow, not stuck.
            boolean reads = stream.removeProperty(windowUpdated) != null;
            if (now > (reads ? MAX_PENDING_CHECKS : maxChecks)) {
                reset(stream, Http2Error.CANCEL);
            }
        }
    }

    private void reset(Http2Stream stream, Http2Error error) {
        handler.resetStream(ctx, stream.id(), error.code(), ctx.newPromise());
    }

    private final class ControlFrames extends Http2FrameListenerDecorator {

        private ControlFrames(Http2FrameListener listener) {
            super(listener);
        }

        @Override
        public void onSettingsRead(ChannelHandlerContext ctx, Http2Settings settings) throws Http2Exception {
            if (isAllowed(SETTINGS_WEIGHT)) {
                super.onSettingsRead(ctx, settings);
            }
        }

        @Override
        public void onPingRead(ChannelHandlerContext ctx, long data) throws Http2Exception {
            if (isAllowed(1)) {
                super.onPingRead(ctx, data);
            }
        }

        @Override
        public void onWindowUpdateRead(ChannelHandlerContext ctx, int streamId, int increment) throws Http2Exception {
            Http2Stream stream = handler.connection().stream(streamId);
            if (stream != null && streamId != 0) {
                stream.setProperty(windowUpdated, true);
            }
            super.onWindowUpdateRead(ctx, streamId, increment);
        }

        @Override
        public void onPriorityRead(ChannelHandlerContext ctx, int stream, int parent, short weight, boolean exclusive)
                throws Http2Exception {
            if (isAllowed(1)) {
                super.onPriorityRead(ctx, stream, parent, weight, exclusive);
            }
        }

        /** Fails only once, as exceptions are expensive and thousands of received frames may follow. */
        private boolean isAllowed(int weight) throws Http2Exception {
            boolean wasAllowed = controlFrames <= MAX_CONTROL_FRAMES;
            controlFrames += weight;
            if (wasAllowed && controlFrames > MAX_CONTROL_FRAMES) {
                throw Http2Exception.connectionError(
                        Http2Error.ENHANCE_YOUR_CALM,
                        "more than %d control frames in %d s",
                        MAX_CONTROL_FRAMES,
                        CHECK_SECONDS);
            }
            return controlFrames <= MAX_CONTROL_FRAMES;
        }
    }
}
