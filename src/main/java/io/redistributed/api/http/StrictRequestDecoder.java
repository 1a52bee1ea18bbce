package io.redistributed.api.http;

import static io.netty.handler.codec.http.HttpHeaderNames.CONTENT_LENGTH;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.util.AsciiString;
import io.redistributed.vertx.server.RequestDecoder;
import io.vertx.core.http.Http1ServerConfig;
import java.util.List;

/** Vert.x's HTTP/1 request decoder that also rejects requests that break {@link RequestFraming}. */
final class StrictRequestDecoder extends RequestDecoder {

    private final Http1Guard guard;
    private int lengths;

    StrictRequestDecoder(Http1ServerConfig config, Http1Guard guard) {
        super(config);
        this.guard = guard;
    }

    /** Keeps pipelined requests undecoded: decoded, they would take a multiple of their bytes. */
    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) throws Exception {
        if (guard.isAnswering()) {
            guard.hold(ctx, in.readableBytes());
        } else {
            super.decode(ctx, in, out);
        }
    }

    /** Netty would discard the undecoded bytes, which may be pipelined requests. */
    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) throws Exception {
        if (event instanceof ChannelInputShutdownEvent) {
            guard.inputEnded();
        } else {
            super.userEventTriggered(ctx, event);
        }
    }

    /**
     * Rejects what Netty would accept: a second Content-Length from an HTTP/1.0 client, and a header without a name.
     */
    @Override
    protected AsciiString splitHeaderName(byte[] bytes, int start, int length) {
        if (length == 0) {
            throw new FramingException(400, "a header has no name");
        }
        AsciiString name = super.splitHeaderName(bytes, start, length);
        if (length == CONTENT_LENGTH.length() && CONTENT_LENGTH.contentEqualsIgnoreCase(name) && ++lengths > 1) {
            throw new FramingException(400, "the request has more than one Content-Length header");
        }
        return name;
    }

    @Override
    protected HttpMessage createMessage(String[] requestLine) {
        lengths = 0;
        return super.createMessage(requestLine);
    }

    /** Netty calls only this method between reading the headers and choosing how to read the body. */
    @Override
    protected boolean isContentAlwaysEmpty(HttpMessage message) {
        RequestFraming.check((HttpRequest) message);
        return super.isContentAlwaysEmpty(message);
    }
}
