package io.redistributed.api.http;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.nio.AbstractNioChannel.NioUnsafe;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads a new connection once more before its first request is processed, and drops the request if the client has
 * disconnected. Otherwise a client that sends a request and resets the connection would cost the whole request, as only
 * the next read finds the reset.
 */
final class FirstBytes extends ChannelInboundHandlerAdapter {

    private final List<Object> held = new ArrayList<>(1);

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object bytes) {
        held.add(bytes);
        if (held.size() == 1) {
            // The current read has to finish first.
            ctx.executor().execute(() -> readAgain(ctx));
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        if (held.isEmpty()) {
            ctx.fireChannelReadComplete();
        }
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        List<Object> bytes = List.copyOf(held);
        held.clear();
        if (!ctx.channel().isActive()) {
            bytes.forEach(ReferenceCountUtil::release);
            return;
        }
        bytes.forEach(ctx::fireChannelRead);
        ctx.fireChannelReadComplete();
    }

    private void readAgain(ChannelHandlerContext ctx) {
        if (ctx.channel().unsafe() instanceof NioUnsafe unsafe && ctx.channel().isActive()) {
            unsafe.read();
        }
        if (!ctx.isRemoved()) {
            ctx.pipeline().remove(this);
        }
    }
}
