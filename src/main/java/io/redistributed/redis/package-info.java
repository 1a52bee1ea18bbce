/**
 * Connecting to Redis: a connection that comes back by itself ({@link io.redistributed.redis.RedisLink}), commands and Lua
 * scripts over one ({@link io.redistributed.redis.RedisCommands}), and a server of our own for whoever has none
 * ({@link io.redistributed.redis.EmbeddedRedis}, in the jar of the service alone). Knows nothing of messages or reports.
 *
 * <p>The Vert.x client does the protocol; what is here is what it leaves to its users: reconnecting, noticing a connection
 * that is half-open, bounding how long a command may wait, and spans.
 */
package io.redistributed.redis;
