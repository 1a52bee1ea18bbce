/**
 * Connections to Redis on the Vert.x client: one that reconnects ({@link io.redistributed.redis.RedisLink}), and
 * commands and Lua scripts over one ({@link io.redistributed.redis.RedisCommands}). Independent of messages and
 * reports.
 *
 * <p>The Vert.x client implements the protocol. This package adds reconnects, detection of half-open connections,
 * command timeouts and spans.
 */
@NullMarked
package io.redistributed.redis;

import org.jspecify.annotations.NullMarked;
