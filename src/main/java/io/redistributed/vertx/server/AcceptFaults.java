package io.redistributed.vertx.server;

import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.redistributed.vertx.internal.OncePerMinute;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs once a minute that a server cannot accept connections, usually because the process has no free file descriptor, and lets it try again after a
 * second. Netty pauses too, but logs a stack trace each time. Part of the pipeline of a server channel and used on its event
 * loop.
 */
final class AcceptFaults extends ChannelInboundHandlerAdapter {

    private static final Logger log = LoggerFactory.getLogger(AcceptFaults.class);

    private static final long PAUSE_SECONDS = 1;

    private final OncePerMinute logged = new OncePerMinute();

    @Override
    public void exceptionCaught(ChannelHandlerContext server, Throwable cause) {
        if (!(cause instanceof IOException)) {
            server.fireExceptionCaught(cause);
            return;
        }
        if (logged.passes()) {
            log.warn(
                    "Cannot accept connections at {}: {} (check the limit of open files; others are not logged for a minute)",
                    server.channel().localAddress(),
                    cause.getMessage());
        }
        ChannelConfig config = server.channel().config();
        // Otherwise the server pauses already, and accepts again when its connections allow it.
        if (config.isAutoRead()) {
            config.setAutoRead(false);
            server.executor().schedule(() -> config.setAutoRead(true), PAUSE_SECONDS, TimeUnit.SECONDS);
        }
    }
}
