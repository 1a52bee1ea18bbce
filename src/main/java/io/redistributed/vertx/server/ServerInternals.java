package io.redistributed.vertx.server;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.ssl.SslHandler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.impl.HttpServerConnection;
import io.vertx.core.http.impl.headers.HttpResponseHeaders;
import io.vertx.core.spi.observability.HttpResponse;
import io.vertx.ext.web.MIMEHeader;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.impl.HeaderParser;
import io.vertx.ext.web.impl.ParsableMIMEValue;
import io.vertx.ext.web.impl.RoutingContextInternal;
import java.util.List;

/** What the public API of Vert.x' HTTP server and router cannot do. */
public final class ServerInternals {

    private ServerInternals() {}

    /** Returns Netty's pipeline of a connection, for limits that Vert.x does not have. */
    public static ChannelPipeline pipeline(HttpConnection connection) {
        return ((HttpServerConnection) connection).channelHandlerContext().pipeline();
    }

    /**
     * Returns the status of a response that Vert.x passes to a tracer, or 0 if that is no HTTP response. A client's
     * response over HTTP/2 is of an internal class.
     */
    public static int status(Object response) {
        if (response instanceof HttpResponse http) {
            return http.statusCode();
        }
        if (response instanceof HttpResponseHeaders head) {
            return head.status();
        }
        return response instanceof HttpServerResponse served ? served.getStatusCode() : 0;
    }

    /** Returns the context from which writes pass no other handlers than those of TLS. */
    public static ChannelHandlerContext afterTls(ChannelPipeline pipeline) {
        ChannelHandlerContext tls = pipeline.context(SslHandler.class);
        if (tls == null) {
            return pipeline.firstContext();
        }
        List<String> names = pipeline.names();
        return pipeline.context(names.get(names.indexOf(tls.name()) + 1));
    }

    /** Sets the body of a request; the public API leaves that to Vert.x' own body handler. */
    public static void setBody(RoutingContext routing, Buffer body) {
        ((RoutingContextInternal) routing).setBody(body);
    }

    /** Parses an {@code Accept} header. The public API reads only the first of several. */
    public static List<MIMEHeader> mediaRanges(String accept) {
        return HeaderParser.convertToParsedHeaderValues(accept, ParsableMIMEValue::new);
    }
}
