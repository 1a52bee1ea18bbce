package io.redistributed.api.http;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.handler.timeout.IdleState;
import io.netty.handler.timeout.IdleStateEvent;
import io.netty.handler.timeout.IdleStateHandler;
import io.redistributed.vertx.server.ServerInternals;
import io.vertx.core.http.HttpConnection;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Resets connections whose clients have stopped reading, whatever the response. A slow reader that makes progress keeps
 * its connection. Does not apply to an HTTP/2 stream with an exhausted flow-control window, as nothing is written to
 * the socket then.
 */
final class StalledWrites extends IdleStateHandler {

    /** A connection is reset after one to two of these periods without progress. */
    static final long SECONDS = 15;

    private static final Logger log = LoggerFactory.getLogger(StalledWrites.class);

    private StalledWrites(long millis) {
        super(true, 0, millis, 0, TimeUnit.MILLISECONDS);
    }

    /** Watches a connection of a server, from its connection handler. */
    static void watch(HttpConnection connection) {
        watch(connection, TimeUnit.SECONDS.toMillis(SECONDS));
    }

    static void watch(HttpConnection connection, long millis) {
        ServerInternals.pipeline(connection).addFirst(new StalledWrites(millis));
    }

    @Override
    protected void channelIdle(ChannelHandlerContext ctx, IdleStateEvent event) {
        ChannelOutboundBuffer buffer = ctx.channel().unsafe().outboundBuffer();
        boolean isPending = buffer != null && buffer.totalPendingWriteBytes() > 0;
        // The first event after a write does not show whether there was progress.
        if (event.state() == IdleState.WRITER_IDLE && !event.isFirst() && isPending) {
            log.debug(
                    "Resetting connection from {}: client stopped reading",
                    ctx.channel().remoteAddress());
            // Also discards what the kernel has buffered for the client.
            ctx.channel().config().setOption(ChannelOption.SO_LINGER, 0);
            ctx.close();
        }
    }
}
