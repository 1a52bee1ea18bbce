package io.redistributed.api.http;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.nio.AbstractNioChannel.NioUnsafe;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads a new connection once more before its first request is processed, and drops the request if the client has reset
 * the connection. Otherwise such a client would cost the whole request, as only the next read finds the reset. A client
 * that has only stopped sending gets its response.
 */
final class FirstBytes extends ChannelInboundHandlerAdapter {

    private final List<Object> held = new ArrayList<>(1);
    private boolean isInputEnded;

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
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof ChannelInputShutdownEvent && !held.isEmpty()) {
            isInputEnded = true;
        } else {
            ctx.fireUserEventTriggered(event);
        }
    }

    /** With half-closed connections allowed, Netty does not close a connection that was reset. */
    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        ctx.close();
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
        if (isInputEnded) {
            ctx.fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
        }
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
