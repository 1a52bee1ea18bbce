/**
 * The wire format: a trace context in front of a message, for transports without headers, such as Redis Pub/Sub.
 * Requires {@code opentelemetry-api} alone, so it works with any Redis client:
 *
 * <pre>{@code
 * // Jedis, publishing
 * MessageContext context = MessageContext.of(Context.current());
 * jedis.publish(channel, TraceCodec.encode(WireFormat.BINARY, context, payload));
 *
 * // Jedis, BinaryJedisPubSub.onMessage(byte[] channel, byte[] message)
 * DecodedMessage decoded = TraceCodec.decode(message);
 * Span span = tracer.spanBuilder("process orders")
 *         .setSpanKind(SpanKind.CONSUMER)
 *         .setParent(decoded.extractInto(Context.root()))
 *         .startSpan();
 * try (Scope scope = span.makeCurrent()) {
 *     handle(decoded.body());
 * } finally {
 *     span.end();
 * }
 * }</pre>
 *
 * With Lettuce, use {@code ByteArrayCodec} in the same way.
 *
 * <h2>{@code binary}, 29 bytes</h2>
 *
 * <pre>
 * offset 0     1     2..17      18    19..26    27    28       29..
 * value  00    00    trace id   01    span id   02    flags    payload, verbatim
 * </pre>
 *
 * OpenCensus BinaryEncoding v0, as its {@code propagation.Binary} (Go), {@code BinaryFormat} (Java) and Node
 * implementation write it. A message is {@code binary} only if it has at least 29 bytes, bytes 0, 1, 18 and 27 are as
 * above and neither id is all zeros.
 *
 * <h2>{@code envelope}</h2>
 *
 * <pre>
 * F7 52 44 01 | varint n | n bytes of fields | payload, verbatim
 * field  = id (1 byte) | varint length | value
 * varint = unsigned LEB128, at most 3 bytes, may be padded with zeros
 *
 * id  length  value
 * 0   16      trace id, required, not all zeros
 * 1   8       span id, required, not all zeros
 * 2   1       flags; 00 if absent
 * 3   8       published at, µs since the Unix epoch, big-endian, signed; unknown if absent, 0 or negative
 * 4   0..512  tracestate, the text of the W3C header, ASCII
 * 5   0..8192 baggage, the text of the W3C header, ASCII
 * 6   16      message id
 * </pre>
 *
 * F7 never occurs in UTF-8, so text is never mistaken for an envelope. 01 is the version; a message with another one is
 * untraced. n is at most 16384. Fields may come in any order; ours are written by ascending id, flags always, the
 * optional ones if there is something to write. Fields with other ids are skipped, even if repeated.
 *
 * <p>An envelope is <em>malformed</em> if n is cut short, over its maximum or beyond the end of the message; if the
 * fields do not end exactly where n says; if a field of the table is repeated, or is one of fixed length and has
 * another; if an id is missing or all zeros. A tracestate or baggage that is too long or cannot be parsed is dropped
 * and the rest is read: W3C continues the trace without them. A tracestate is dropped as a whole (also if it has more
 * than 32 members or a repeated key); of a baggage, only invalid members are dropped, and the last of equal keys
 * counts. {@code docs/wire-format.md} has the rules. A tracestate over 512 bytes is not written; baggage members are
 * not written if they exceed 64 members or 8192 bytes, or if their key is not a token or their value has no UTF-8 form.
 *
 * <h2>Both</h2>
 *
 * Flags: 01 is sampled. All other bits are written as 0 and ignored by readers.
 *
 * <p>Every other message is <em>untraced</em>: its body is the whole message, byte for byte. The same holds for a
 * malformed one. No message is an error. Readers read one header only. A payload published with {@link
 * io.redistributed.context.WireFormat#NONE} that begins like a header is read as one.
 */
@NullMarked
package io.redistributed.context;

import org.jspecify.annotations.NullMarked;
