package io.redistributed.config;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.handler.flush.FlushConsolidationHandler;
import io.vertx.core.impl.transports.NioTransport;
import io.vertx.core.transport.Transport;

/**
 * The NIO transport, but what is written to the connection of a client within one turn of the event loop goes out together, in
 * one system call. So the commands that a turn's HTTP requests make of Redis are pipelined, which neither Vert.x nor its
 * Redis client does: they flush each.
 */
final class CoalescingTransport extends NioTransport implements Transport {

    @Override
    public ChannelFactory<? extends Channel> channelFactory(boolean domainSocket) {
        ChannelFactory<? extends Channel> plain = super.channelFactory(domainSocket);
        return () -> {
            Channel channel = plain.newChannel();
            channel.pipeline()
                    .addFirst(new FlushConsolidationHandler(
                            FlushConsolidationHandler.DEFAULT_EXPLICIT_FLUSH_AFTER_FLUSHES, true));
            return channel;
        };
    }

    @Override
    public String name() {
        return "nio";
    }

    @Override
    public boolean available() {
        return true;
    }

    @Override
    public Throwable unavailabilityCause() {
        return null;
    }

    @Override
    public io.vertx.core.spi.transport.Transport implementation() {
        return this;
    }
}
