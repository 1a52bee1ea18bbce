package io.redistributed.api.http;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Queue;
import java.util.Set;

/**
 * Holds accepted connections back while many are being set up, so that during a connection storm the event loops serve
 * open connections in between. A held connection costs a descriptor and no processing. Part of the pipeline of a server
 * channel, whose instances share it; used on the acceptor's event loop.
 */
final class AcceptPacing extends ChannelInboundHandlerAdapter {

    /** Set up at the same time, on all event loops. */
    private static final int MAX_SETTING_UP = 64;

    private final int maxHeld;
    private final Queue<Channel> held = new ArrayDeque<>();

    private final Set<Channel> settingUp = new HashSet<>();

    private AcceptPacing(int maxHeld) {
        this.maxHeld = maxHeld;
    }

    /**
     * Lets the server set up another connection. The first call starts the pacing of its server.
     *
     * @param connection that is set up
     * @param maxHeld how many connections the server holds before it stops accepting
     */
    static void setUp(Channel connection, int maxHeld) {
        Channel server = connection.parent();
        server.eventLoop().execute(() -> {
            ChannelPipeline pipeline = server.pipeline();
            AcceptPacing pacing = pipeline.get(AcceptPacing.class);
            if (pacing == null) {
                pipeline.addFirst(new AcceptPacing(maxHeld));
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
        if (settingUp.remove(connection)) {
            release(ctx);
            if (held.size() <= maxHeld / 2) {
                ctx.channel().config().setAutoRead(true);
            }
        }
    }

    private void release(ChannelHandlerContext ctx) {
        while (!held.isEmpty() && settingUp.size() < MAX_SETTING_UP) {
            Channel connection = held.poll();
            settingUp.add(connection);
            ctx.fireChannelRead(connection);
            // It may close before its handlers see it.
            connection.closeFuture().addListener(closed -> ctx.executor().execute(() -> completed(ctx, connection)));
        }
    }
}
