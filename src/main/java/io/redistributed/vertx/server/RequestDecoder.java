package io.redistributed.vertx.server;

import io.vertx.core.http.Http1ServerConfig;
import io.vertx.core.http.impl.http1.VertxHttpRequestDecoder;

/** Vert.x' HTTP/1 request decoder, for extension: what is to be rejected must be seen before it is decoded. */
public abstract class RequestDecoder extends VertxHttpRequestDecoder {

    protected RequestDecoder(Http1ServerConfig config) {
        super(config);
    }
}
