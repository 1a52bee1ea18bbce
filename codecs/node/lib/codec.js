'use strict'

// Both wire formats: docs/wire-format.md.

const { writeTraceState, parseTraceState, writeBaggage, parseBaggage } = require('./w3c')

const MAGIC = Buffer.from([0xf7, 0x52, 0x44, 0x01])
const BINARY_LENGTH = 29
const MAX_FIELDS_LENGTH = 16384
const [TRACE_ID, SPAN_ID, FLAGS, PUBLISHED_AT, TRACE_STATE, BAGGAGE, MESSAGE_ID] = [0, 1, 2, 3, 4, 5, 6]
const FIXED_LENGTHS = new Map([[TRACE_ID, 16], [SPAN_ID, 8], [FLAGS, 1], [PUBLISHED_AT, 8], [MESSAGE_ID, 16]])
const SAMPLED = 1
const MAX_MICROS = 2n ** 63n - 1n
const VALID_TRACE_ID = /^(?!0{32})[0-9a-f]{32}$/
const VALID_SPAN_ID = /^(?!0{16})[0-9a-f]{16}$/
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i

function decode(data) {
  const message = bytesOf(data)
  if (isBinary(message)) {
    const context = {
      traceId: message.hexSlice(2, 18),
      spanId: message.hexSlice(19, 27),
      sampled: (message[28] & SAMPLED) !== 0,
      traceState: [],
      baggage: Object.create(null),
    }
    return { kind: 'BINARY', context, body: message.subarray(BINARY_LENGTH) }
  }
  if (message.length >= MAGIC.length && message.subarray(0, MAGIC.length).equals(MAGIC)) {
    return readEnvelope(message) ?? { kind: 'MALFORMED', context: undefined, body: message }
  }
  return { kind: 'UNTRACED', context: undefined, body: message }
}

function encode(format, context, payload) {
  return Buffer.concat([header(format, context), bytesOf(payload)])
}

function header(format, context) {
  if (!['none', 'binary', 'envelope'].includes(format)) {
    throw new TypeError(`format: ${JSON.stringify(format)} is not one of none, binary, envelope`)
  }
  if (format === 'none' || !VALID_TRACE_ID.test(context.traceId) || !VALID_SPAN_ID.test(context.spanId)) {
    return Buffer.alloc(0)
  }
  const traceId = Buffer.from(context.traceId, 'hex')
  const spanId = Buffer.from(context.spanId, 'hex')
  const flags = Buffer.from([context.sampled ? SAMPLED : 0])
  if (format === 'binary') {
    return Buffer.concat([Buffer.from([0, 0]), traceId, Buffer.from([1]), spanId, Buffer.from([2]), flags])
  }
  const fields = [field(TRACE_ID, traceId), field(SPAN_ID, spanId), field(FLAGS, flags)]
  const { publishedAtMicros, messageId } = context
  if (publishedAtMicros > 0n && publishedAtMicros <= MAX_MICROS) {
    const value = Buffer.alloc(8)
    value.writeBigInt64BE(publishedAtMicros)
    fields.push(field(PUBLISHED_AT, value))
  }
  const traceState = writeTraceState(context.traceState ?? [])
  if (traceState) fields.push(field(TRACE_STATE, Buffer.from(traceState, 'latin1')))
  const baggage = writeBaggage(context.baggage ?? {})
  if (baggage) fields.push(field(BAGGAGE, Buffer.from(baggage, 'latin1')))
  if (messageId !== undefined) fields.push(field(MESSAGE_ID, uuidBytes(messageId)))
  const length = fields.reduce((sum, part) => sum + part.length, 0)
  return Buffer.concat([MAGIC, varint(length), ...fields])
}

function bytesOf(data) {
  if (Buffer.isBuffer(data)) return data
  if (data instanceof Uint8Array) return Buffer.from(data.buffer, data.byteOffset, data.byteLength)
  throw new TypeError(
    `a message is a ${typeof data}, must be a Buffer: subscribe with "messageBuffer" (ioredis) or ` +
      'with bufferMode = true (node-redis), and publish Buffers'
  )
}

function isBinary(message) {
  return (
    message.length >= BINARY_LENGTH &&
    message[0] === 0 &&
    message[1] === 0 &&
    message[18] === 1 &&
    message[27] === 2 &&
    !isZero(message.subarray(2, 18)) &&
    !isZero(message.subarray(19, 27))
  )
}

function isZero(bytes) {
  return bytes.every((byte) => byte === 0)
}

/** Undefined if it is malformed. */
function readEnvelope(message) {
  const length = readVarint(message, MAGIC.length, message.length)
  if (!length || length.value > MAX_FIELDS_LENGTH || length.next + length.value > message.length) return undefined
  const end = length.next + length.value
  const values = readFields(message, length.next, end)
  const traceId = values?.get(TRACE_ID)
  const spanId = values?.get(SPAN_ID)
  if (!traceId || !spanId || isZero(traceId) || isZero(spanId)) return undefined
  const context = {
    traceId: traceId.hexSlice(),
    spanId: spanId.hexSlice(),
    sampled: ((values.get(FLAGS)?.[0] ?? 0) & SAMPLED) !== 0,
    traceState: values.has(TRACE_STATE) ? parseTraceState(values.get(TRACE_STATE)) : [],
    baggage: values.has(BAGGAGE) ? parseBaggage(values.get(BAGGAGE)) : Object.create(null),
  }
  const publishedAt = values.get(PUBLISHED_AT)?.readBigInt64BE() ?? 0n
  if (publishedAt > 0n) context.publishedAtMicros = publishedAt
  if (values.has(MESSAGE_ID)) context.messageId = uuid(values.get(MESSAGE_ID).hexSlice())
  return { kind: 'ENVELOPE', context, body: message.subarray(end) }
}

/** Undefined if the fields do not end at `end`, or a known one is repeated or of a wrong length. */
function readFields(message, start, end) {
  const values = new Map()
  for (let at = start; at < end; ) {
    const id = message[at]
    const size = readVarint(message, at + 1, end)
    if (!size || size.next + size.value > end) return undefined
    at = size.next + size.value
    if (id <= MESSAGE_ID) {
      if (values.has(id) || (FIXED_LENGTHS.get(id) ?? size.value) !== size.value) return undefined
      values.set(id, message.subarray(size.next, at))
    }
  }
  return values
}

function readVarint(message, start, end) {
  let value = 0
  for (let i = 0; i < 3 && start + i < end; i++) {
    const byte = message[start + i]
    value |= (byte & 0x7f) << (7 * i)
    if (byte < 0x80) return { value, next: start + i + 1 }
  }
  return undefined
}

function field(id, value) {
  return Buffer.concat([Buffer.from([id]), varint(value.length), value])
}

function varint(value) {
  const bytes = []
  for (; value >= 0x80; value >>= 7) bytes.push((value & 0x7f) | 0x80)
  return Buffer.from([...bytes, value])
}

function uuidBytes(text) {
  if (!UUID.test(text)) throw new TypeError(`messageId: ${JSON.stringify(text)} is not a UUID`)
  return Buffer.from(text.replaceAll('-', ''), 'hex')
}

function uuid(hex) {
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
}

module.exports = { decode, encode, header }
