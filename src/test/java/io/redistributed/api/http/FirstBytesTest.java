package io.redistributed.api.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** On real connections, from which the server reads only once the client has done its part. */
class FirstBytesTest {

    private final MultiThreadIoEventLoopGroup loops = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final BlockingQueue<Channel> accepted = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> seen = new LinkedBlockingQueue<>();
    private Socket client;
    private Channel connection;

    @BeforeEach
    void connect() throws Exception {
        Channel server = new ServerBootstrap()
                .group(loops)
                .channel(NioServerSocketChannel.class)
                .childOption(ChannelOption.AUTO_READ, false)
                .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline().addLast(new FirstBytes(), new Recorder());
                        accepted.add(channel);
                    }
                })
                .bind(InetAddress.getLoopbackAddress(), 0)
                .sync()
                .channel();
        InetSocketAddress address = (InetSocketAddress) server.localAddress();
        client = new Socket(address.getAddress(), address.getPort());
        connection = accepted.poll(10, TimeUnit.SECONDS);
    }

    @AfterEach
    void close() throws Exception {
        client.close();
        loops.shutdownGracefully(0, 10, TimeUnit.SECONDS).sync();
    }

    @Test
    void dropsBytesOfResetConnection() throws Exception {
        send("abc");
        client.setSoLinger(true, 0);
        client.close();
        connection.config().setAutoRead(true);
        assertThat(next()).isEqualTo("closed");
        assertThat(connection.pipeline().get(FirstBytes.class)).isNull();
    }

    @Test
    void deliversHeldAndLaterBytes() throws Exception {
        send("abc");
        connection.config().setAutoRead(true);
        assertThat(next()).isEqualTo("abc");
        assertThat(next()).isEqualTo("read");
        send("def");
        assertThat(next()).isEqualTo("def");
        assertThat(next()).isEqualTo("read");
    }

    @Test
    void endOfInputFollowsBytes() throws Exception {
        send("abc");
        client.shutdownOutput();
        connection.config().setAutoRead(true);
        assertThat(next()).isEqualTo("abc");
        assertThat(next()).isEqualTo("read");
        assertThat(next()).isEqualTo("end");
        assertThat(connection.isActive()).isTrue();
    }

    private void send(String text) throws IOException {
        client.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    }

    private String next() throws InterruptedException {
        return seen.poll(10, TimeUnit.SECONDS);
    }

    private final class Recorder extends ChannelInboundHandlerAdapter {

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            ByteBuf bytes = (ByteBuf) message;
            seen.add(bytes.toString(StandardCharsets.US_ASCII));
            bytes.release();
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext ctx) {
            seen.add("read");
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            if (event == ChannelInputShutdownEvent.INSTANCE) {
                seen.add("end");
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            seen.add("closed");
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable reset) {}
    }
}
