import type { TracerProvider } from '@opentelemetry/api'

/** The header that is written. */
export type Format = 'none' | 'binary' | 'envelope'

/** What a message turned out to be. */
export type Kind = 'BINARY' | 'ENVELOPE' | 'MALFORMED' | 'UNTRACED'

/** How the consumer's span relates to the sender's; `link` is the trust boundary. */
export type Relation = 'parent' | 'link' | 'both' | 'propagate' | 'off'

export interface BaggageEntry {
  value: string
  /** The properties as text. */
  metadata?: string
}

/** What travels in front of a message. The binary format carries ids and the sampled bit only. */
export interface MessageContext {
  /** 32 hexadecimal digits in lower case. */
  traceId: string
  /** 16 hexadecimal digits in lower case. */
  spanId: string
  sampled: boolean
  traceState?: [key: string, value: string][]
  baggage?: Record<string, BaggageEntry>
  /** µs since the Unix epoch; absent if unknown. */
  publishedAtMicros?: bigint
  /** A UUID. */
  messageId?: string
}

export interface Message {
  kind: Kind
  /** Undefined if the message is not traced. */
  context: MessageContext | undefined
  /** The whole message if it is not traced. A view of the bytes that were read, not a copy. */
  body: Buffer
}

/** Reads the header in front of a message, of either format. No bytes make it fail; a string is a TypeError. */
export function decode(message: Uint8Array): Message

/** The header and the payload behind it; the payload alone if traceId or spanId is not valid. Throws as `header` does. */
export function encode(format: Format, context: MessageContext, payload: Uint8Array): Buffer

/**
 * The bytes to put in front of the payload: none, 29, or at most 8,775. Members of baggage, and a tracestate, that readers would
 * drop are left out. A format or messageId of another form is a TypeError.
 */
export function header(format: Format, context: MessageContext): Buffer

export interface ChannelPolicy {
  /** Glob over destination names: `*` any characters, `?` one. Default: `*`. */
  channels?: string
  /** Default: `none`. */
  write?: Format
  /** Default: `parent`. */
  relation?: Relation
  /** Whether consumers take over the sender's baggage and tracestate. Default: true unless the relation is `link`. */
  baggage?: boolean
}

export interface RedisPubSubTelemetryOptions {
  /** The first that matches counts. Without one, both formats are read and none is written. */
  policies?: ChannelPolicy[]
  /** Names what stands for a channel in span names, attributes and policies. Default: the channel. */
  destination?: (channel: string) => string
  /** Default: the global one. */
  tracerProvider?: TracerProvider
}

/** A node-redis or ioredis client, as far as it is used. */
export interface Publisher {
  publish(channel: string, message: Buffer): Promise<number>
}

/** Traces Redis Pub/Sub messages. */
export class RedisPubSubTelemetry {
  constructor(options?: RedisPubSubTelemetryOptions)

  /** Publishes in a PRODUCER span. Resolves to the number of receivers. */
  publish(client: Publisher, channel: string, body: Uint8Array | string): Promise<number>

  /** A PRODUCER span around a publish by any client: `sender` publishes the message it is given. */
  publishing<T>(channel: string, body: Uint8Array | string, sender: (message: Buffer) => T | Promise<T>): Promise<T>

  /** A CONSUMER span around the handler, until its promise settles. Rejects as the handler does. */
  process<T>(channel: string | Buffer, data: Uint8Array, handler: (message: Message) => T | Promise<T>): Promise<T>

  /** A listener for node-redis: `subscriber.subscribe(channel, telemetry.handler(…), true)`. */
  handler<T>(
    handler: (message: Message, channel: string) => T | Promise<T>
  ): (data: Buffer, channel: Buffer) => Promise<T>
}
