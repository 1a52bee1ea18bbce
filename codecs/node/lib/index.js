'use strict'

const crypto = require('node:crypto')
const {
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  TraceFlags,
  context,
  createTraceState,
  baggageEntryMetadataFromString,
  isSpanContextValid,
  propagation,
  trace,
} = require('@opentelemetry/api')
const { decode, encode, header } = require('./codec')
const { policiesOf, policyOf } = require('./policy')
const { version } = require('../package.json')

class RedisPubSubTelemetry {
  #policies
  #destination
  #tracer

  constructor({ policies = [], destination = (channel) => channel, tracerProvider = trace } = {}) {
    this.#policies = policiesOf(policies)
    this.#destination = destination
    this.#tracer = tracerProvider.getTracer('io.redistributed.pubsub', version)
  }

  async publish(client, channel, body) {
    return this.publishing(channel, body, (message) => client.publish(channel, message))
  }

  async publishing(channel, body, sender) {
    const payload = typeof body === 'string' ? Buffer.from(body) : body
    const destination = this.#destination(String(channel))
    const policy = policyOf(this.#policies, destination)
    if (policy.write === 'none' && policy.relation === 'off') return sender(payload)
    const span = this.#tracer.startSpan(`publish ${destination}`, {
      kind: SpanKind.PRODUCER,
      attributes: {
        ...attributes('publish', 'send', destination),
        'messaging.message.body.size': payload.length,
      },
    })
    return run(span, trace.setSpan(context.active(), span), async () => {
      const message = Buffer.concat([headerOf(policy, span, payload), payload])
      span.setAttribute('messaging.message.envelope.size', message.length)
      const receivers = await sender(message)
      if (typeof receivers === 'number') span.setAttribute('redistributed.receivers', receivers)
      return receivers
    })
  }

  async process(channel, data, handler) {
    const message = decode(data)
    const destination = this.#destination(String(channel))
    const policy = policyOf(this.#policies, destination)
    const sender = senderOf(message, policy)
    const parent = parentOf(message, sender, policy)
    if (policy.relation === 'propagate' || policy.relation === 'off') {
      return context.with(parent, () => handler(message))
    }
    const span = this.#tracer.startSpan(
      `process ${destination}`,
      { kind: SpanKind.CONSUMER, attributes: processAttributes(destination, message, data.length) },
      parent
    )
    // Not before: samplers look at links too.
    if (policy.relation !== 'parent' && sender) span.addLink({ context: sender })
    return run(span, trace.setSpan(parent, span), () => handler(message))
  }

  handler(handler) {
    return (data, channel) => this.process(channel, data, (message) => handler(message, String(channel)))
  }
}

/** Calls with a context, and ends the span with the outcome. */
async function run(span, active, call) {
  try {
    return await context.with(active, call)
  } catch (error) {
    span.recordException(error)
    span.setStatus({ code: SpanStatusCode.ERROR, message: error?.message })
    span.setAttribute('error.type', error?.name ?? typeof error)
    throw error
  } finally {
    span.end()
  }
}

function attributes(operation, type, destination) {
  return {
    'messaging.system': 'redis',
    'messaging.operation.name': operation,
    'messaging.operation.type': type,
    'messaging.destination.name': destination,
  }
}

function processAttributes(destination, message, size) {
  const { publishedAtMicros, messageId } = message.context ?? {}
  const result = {
    ...attributes('process', 'process', destination),
    'messaging.message.body.size': message.body.length,
    'messaging.message.envelope.size': size,
  }
  if (messageId) result['messaging.message.id'] = messageId
  if (publishedAtMicros) {
    result['redistributed.publish_to_process.delay'] = Math.max(0, Number(nowMicros() - publishedAtMicros)) * 1e-6
  }
  return result
}

function headerOf(policy, span, payload) {
  if (policy.write === 'none' || decode(payload).context) return Buffer.alloc(0)
  const { traceId, spanId, traceFlags, traceState } = span.spanContext()
  const ids = { traceId, spanId, sampled: (traceFlags & TraceFlags.SAMPLED) !== 0 }
  if (policy.write === 'binary') return header('binary', ids)
  const messageId = crypto.randomUUID()
  span.setAttribute('messaging.message.id', messageId)
  return header('envelope', {
    ...ids,
    traceState: membersOf(traceState),
    baggage: entriesOf(propagation.getActiveBaggage()),
    publishedAtMicros: nowMicros(),
    messageId,
  })
}

/** TraceState has no iterator; its text is that of the header. */
function membersOf(traceState) {
  const text = traceState?.serialize()
  return text ? text.split(',').map((member) => member.split('=', 2)) : []
}

function entriesOf(baggage) {
  const entries = Object.create(null)
  for (const [key, { value, metadata }] of baggage?.getAllEntries() ?? []) {
    entries[key] = { value, metadata: metadata?.toString() }
  }
  return entries
}

/** Undefined if the message is untraced. */
function senderOf(message, policy) {
  if (!message.context) return undefined
  const { traceId, spanId, sampled, traceState } = message.context
  const sender = {
    traceId,
    spanId,
    traceFlags: sampled ? TraceFlags.SAMPLED : TraceFlags.NONE,
    isRemote: true,
  }
  if (policy.baggage && traceState.length > 0) {
    sender.traceState = createTraceState(traceState.map((member) => member.join('=')).join(','))
  }
  return isSpanContextValid(sender) ? sender : undefined
}

function parentOf(message, sender, policy) {
  let parent = ROOT_CONTEXT
  if (policy.relation === 'off') return parent
  if (policy.relation !== 'link' && sender) parent = trace.setSpanContext(parent, sender)
  const entries = Object.entries(message.context?.baggage ?? {})
  if (!policy.baggage || entries.length === 0) return parent
  let baggage = propagation.createBaggage()
  for (const [key, { value, metadata }] of entries) {
    const entry = metadata ? { value, metadata: baggageEntryMetadataFromString(metadata) } : { value }
    baggage = baggage.setEntry(key, entry)
  }
  return propagation.setBaggage(parent, baggage)
}

function nowMicros() {
  return BigInt(Date.now()) * 1000n
}

module.exports = { RedisPubSubTelemetry, decode, encode, header }
