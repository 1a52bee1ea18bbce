package io.redistributed.vertx.server;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslHandler;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Limits the unfinished TLS handshakes of a server. At the limit, each new connection closes the one with the oldest
 * handshake; while that is too young, the server does not accept. Part of the pipeline of a server channel and used on
 * its event loop. Removes itself if the first connection has no TLS.
 */
final class HandshakeLimit extends ChannelInboundHandlerAdapter {

    private static final Logger log = LoggerFactory.getLogger(HandshakeLimit.class);

    private static final int MAX_HANDSHAKES = 1024;

    /** Younger handshakes may be those of distant clients. Clients that send nothing must not keep others out. */
    private static final long GRACE_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** Connections without a complete handshake and when they were accepted, the oldest first. */
    private final Map<Channel, Long> unfinished = new LinkedHashMap<>();

    /** Accepts again when the oldest handshake may be closed; null while the server accepts. */
    private Future<?> pause;

    private boolean isRemoved;

    @Override
    public void channelRead(ChannelHandlerContext server, Object message) {
        Channel connection = (Channel) message;
        unfinished.put(connection, System.nanoTime());
        connection.closeFuture().addListener(closed -> execute(server, () -> finished(server, connection)));
        connection.pipeline().addLast(new ChannelInboundHandlerAdapter() {
            @Override
            public void channelActive(ChannelHandlerContext ctx) {
                await(server, ctx);
            }
        });
        makeRoom(server);
        server.fireChannelRead(connection);
    }

    /** Vert.x has completed the pipeline by now. Called on the event loop of the connection. */
    private void await(ChannelHandlerContext server, ChannelHandlerContext ctx) {
        SslHandler tls = ctx.pipeline().get(SslHandler.class);
        if (tls == null) {
            execute(server, () -> remove(server));
        } else {
            tls.handshakeFuture().addListener(ended -> execute(server, () -> finished(server, ctx.channel())));
        }
        ctx.fireChannelActive();
        ctx.pipeline().remove(ctx.handler());
    }

    private static void execute(ChannelHandlerContext server, Runnable change) {
        try {
            server.executor().execute(change);
        } catch (RejectedExecutionException e) {
            log.trace("The server has been stopped", e);
        }
    }

    private void finished(ChannelHandlerContext server, Channel connection) {
        if (unfinished.remove(connection) != null) {
            resume(server);
        }
    }

    private void makeRoom(ChannelHandlerContext server) {
        if (pause != null || isRemoved) {
            return;
        }
        while (unfinished.size() >= MAX_HANDSHAKES) {
            Map.Entry<Channel, Long> oldest = unfinished.entrySet().iterator().next();
            long tooYoung = oldest.getValue() + GRACE_NANOS - System.nanoTime();
            if (tooYoung > 0) {
                server.channel().config().setAutoRead(false);
                pause = server.executor().schedule(() -> resume(server), tooYoung, TimeUnit.NANOSECONDS);
                return;
            }
            unfinished.remove(oldest.getKey());
            close(oldest.getKey());
        }
    }

    private void resume(ChannelHandlerContext server) {
        if (pause != null) {
            pause.cancel(false);
            pause = null;
            makeRoom(server);
            server.channel().config().setAutoRead(pause == null);
        }
    }

    /** Closes below the handler of TLS, which would first send an alert and wait. */
    private static void close(Channel connection) {
        connection
                .eventLoop()
                .execute(() -> connection.unsafe().close(connection.unsafe().voidPromise()));
    }

    private void remove(ChannelHandlerContext server) {
        if (!isRemoved) {
            isRemoved = true;
            unfinished.clear();
            resume(server);
            server.pipeline().remove(this);
        }
    }
}
