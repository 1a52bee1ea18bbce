/**
 * The library's connections to Redis, on the Vert.x client: one that comes back by itself
 * ({@link io.redistributed.redis.RedisLink}), and commands and Lua scripts over one
 * ({@link io.redistributed.redis.RedisCommands}). Knows nothing of messages or reports.
 *
 * <p>The Vert.x client does the protocol; what is here is what it leaves to its users: reconnecting, noticing a connection
 * that is half-open, bounding how long a command may wait, and spans.
 */
@NullMarked
package io.redistributed.redis;

import org.jspecify.annotations.NullMarked;
