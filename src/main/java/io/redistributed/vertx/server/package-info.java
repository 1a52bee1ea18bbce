/**
 * The only package of the service, besides {@link io.redistributed.vertx.internal}, that uses internal API of Vert.x: of
 * its HTTP server, its router, its tracer and its transports. Each method states why.
 */
package io.redistributed.vertx.server;
