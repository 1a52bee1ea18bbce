package io.redistributed.vertx.server;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.ServerChannel;
import io.netty.handler.flush.FlushConsolidationHandler;
import io.vertx.core.impl.transports.NioTransport;
import io.vertx.core.transport.Transport;

/**
 * An NIO transport with handlers that Vert.x has no other way to add. It flushes the writes to a client connection once
 * per event loop turn, in one system call. This pipelines the Redis commands of a turn; Vert.x and its Redis client flush
 * each command. It limits the unfinished TLS handshakes of each server; Vert.x reports a connection after its handshake. It logs
 * briefly that a server cannot accept connections.
 */
public final class ServiceTransport extends NioTransport implements Transport {

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
    public ChannelFactory<? extends ServerChannel> serverChannelFactory(boolean domainSocket) {
        ChannelFactory<? extends ServerChannel> plain = super.serverChannelFactory(domainSocket);
        return () -> {
            ServerChannel channel = plain.newChannel();
            channel.pipeline().addFirst(new AcceptFaults(), new HandshakeLimit());
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
