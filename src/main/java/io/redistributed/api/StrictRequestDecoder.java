package io.redistributed.api;

import static io.netty.handler.codec.http.HttpHeaderNames.CONTENT_LENGTH;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.util.AsciiString;
import io.vertx.core.http.Http1ServerConfig;
import io.vertx.core.http.impl.http1.VertxHttpRequestDecoder;
import java.util.List;

/** Vert.x' decoder of HTTP/1 requests that refuses, as malformed, what breaks {@link RequestFraming}. */
final class StrictRequestDecoder extends VertxHttpRequestDecoder {

    private final Http1Guard guard;
    private int lengths;

    StrictRequestDecoder(Http1ServerConfig config, Http1Guard guard) {
        super(config);
        this.guard = guard;
    }

    /** Decoded, a pipelined request would take a multiple of its bytes. */
    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) throws Exception {
        if (guard.isAnswering()) {
            guard.hold(ctx, in.readableBytes());
        } else {
            super.decode(ctx, in, out);
        }
    }

    /** Netty would take the first of two lengths from an HTTP/1.0 client, and a header without a name. */
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

    /** The one method that Netty calls between the headers and the choice of how to read the body. */
    @Override
    protected boolean isContentAlwaysEmpty(HttpMessage message) {
        RequestFraming.check((HttpRequest) message);
        return super.isContentAlwaysEmpty(message);
    }
}
