package io.redistributed.api.http;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.ssl.SslHandler;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.TimeUnit;

/**
 * Holds accepted connections back while many are being set up, so that during a connection storm the event loops serve
 * open connections in between. A held connection costs a descriptor and no processing. Part of the pipeline of a server
 * channel, whose instances share it; used on the acceptor's event loop.
 */
final class AcceptPacing extends ChannelInboundHandlerAdapter {

    /** Set up at the same time, on all event loops. */
    private static final int MAX_SETTING_UP = 64;

    /** The same with TLS, where a set-up takes as long as the client's handshake. */
    private static final int MAX_HANDSHAKES = 1024;

    /** Handshakes of this age make room for others: clients that send nothing must not keep the others out. */
    private static final long HANDSHAKE_GRACE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private static final long RETRY_MILLIS = 20;

    private final int maxHeld;
    private final boolean hasTls;
    private final Queue<Channel> held = new ArrayDeque<>();

    /** Connections and the start of their set-up, the oldest first. */
    private final Map<Channel, Long> settingUp = new LinkedHashMap<>();

    private boolean isRetrying;

    private AcceptPacing(int maxHeld, boolean hasTls) {
        this.maxHeld = maxHeld;
        this.hasTls = hasTls;
    }

    /**
     * Lets the server set up another connection. The first call starts the pacing of its server.
     *
     * @param connection that is set up
     * @param maxHeld how many connections the server holds before it stops accepting
     */
    static void setUp(Channel connection, int maxHeld) {
        Channel server = connection.parent();
        boolean hasTls = connection.pipeline().get(SslHandler.class) != null;
        server.eventLoop().execute(() -> {
            ChannelPipeline pipeline = server.pipeline();
            AcceptPacing pacing = pipeline.get(AcceptPacing.class);
            if (pacing == null) {
                pipeline.addFirst(new AcceptPacing(maxHeld, hasTls));
            } else {
                pacing.completed(pipeline.context(pacing), connection);
            }
        });
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object connection) {
        held.add((Channel) connection);
        release(ctx);
        if (held.size() >= maxHeld) {
            ctx.channel().config().setAutoRead(false);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        held.forEach(connection -> connection.unsafe().closeForcibly());
        held.clear();
        ctx.fireChannelInactive();
    }

    private void completed(ChannelHandlerContext ctx, Channel connection) {
        if (settingUp.remove(connection) != null) {
            release(ctx);
            if (held.size() <= maxHeld / 2) {
                ctx.channel().config().setAutoRead(true);
            }
        }
    }

    private void release(ChannelHandlerContext ctx) {
        while (!held.isEmpty() && hasRoom(ctx)) {
            Channel connection = held.poll();
            settingUp.put(connection, System.nanoTime());
            ctx.fireChannelRead(connection);
            // It may close before its handlers see it.
            connection.closeFuture().addListener(closed -> ctx.executor().execute(() -> completed(ctx, connection)));
        }
    }

    private boolean hasRoom(ChannelHandlerContext ctx) {
        if (settingUp.size() < (hasTls ? MAX_HANDSHAKES : MAX_SETTING_UP)) {
            return true;
        }
        if (!hasTls) {
            return false;
        }
        Map.Entry<Channel, Long> oldest = settingUp.entrySet().iterator().next();
        if (System.nanoTime() - oldest.getValue() > HANDSHAKE_GRACE_NANOS) {
            settingUp.remove(oldest.getKey());
            oldest.getKey().pipeline().firstContext().close();
            return true;
        }
        if (!isRetrying) {
            isRetrying = true;
            ctx.executor()
                    .schedule(
                            () -> {
                                isRetrying = false;
                                release(ctx);
                            },
                            RETRY_MILLIS,
                            TimeUnit.MILLISECONDS);
        }
        return false;
    }
}
