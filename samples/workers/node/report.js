'use strict'

// What the author of a report sees: the request and how to fail.

const { SpanStatusCode, TraceFlags, isSpanContextValid, trace } = require('@opentelemetry/api')

const PROTOCOL = 1
const MAX_INPUT = 64 << 20
const NOTHING = Buffer.alloc(0)

/** Thrown by a report that would fail again. After any other error it gets another attempt. */
class InvalidInput extends Error {}

function setError(span, message, type) {
  span?.setStatus({ code: SpanStatusCode.ERROR, message }).setAttribute('error.type', type)
}

/** What a report is made from: id, attempt (from 1), parameters (checked against the schema), input (a Buffer), signal. */
class Request {
  #cancellation = new AbortController()
  done = ''
  finishing = false
  input = NOTHING
  signal = this.#cancellation.signal
  span = trace.getActiveSpan()

  constructor({
    version = PROTOCOL, sequence, id, attempt, type, parameters, input = 0, chunks = 0, timeout = 0, restricted = false, previous = '',
  }) {
    const whole = [sequence, attempt, input, chunks, timeout].every(Number.isSafeInteger)
    const texts = [id, type, previous].every((text) => typeof text === 'string')
    const isObject = parameters?.constructor === Object
    const isRight = version === PROTOCOL && whole && texts && isObject && typeof restricted === 'boolean' && attempt >= 1
    if (!isRight) throw new TypeError('not a report message')
    Object.assign(this, { sequence, id, attempt, type, parameters, size: input, chunks, timeout, restricted, previous })
    this.key = `${id}#${attempt}`
  }

  /** Says on the attempt's span what runs where, and after which attempt. */
  describe(worker) {
    this.span.setAttributes({ 'redistributed.report.id': this.id, 'redistributed.report.type': this.type,
      'redistributed.attempt': this.attempt, 'messaging.client.id': worker })
    const [traceId, spanId] = this.previous.split('-')
    const previous = { traceId, spanId, traceFlags: TraceFlags.SAMPLED, isRemote: true }
    if (isSpanContextValid(previous)) this.span.addLink({ context: previous })
  }

  /** Reads the input with the script input, in chunks if it is long. */
  async read(call, worker) {
    if (this.size > MAX_INPUT) throw new InvalidInput(`the input has ${this.size} bytes (at most ${MAX_INPUT})`)
    const parts = []
    for (let chunk = 0; chunk < (this.chunks || Math.sign(this.size)); chunk++) {
      parts.push(await call(this.id, String(this.attempt), worker, ...(this.chunks ? [String(chunk)] : [])))
    }
    if (parts.includes(null)) throw new InvalidInput('the input of this report has expired')
    this.input = Buffer.concat(parts)
  }

  /** Takes how much is done, 0 to 1. Throws if nobody wants the report any more: let it end the work. */
  progress(done) {
    this.signal.throwIfAborted()
    this.done = Math.min(1, Math.max(0, done)).toFixed(4)
  }

  cancel() {
    this.#cancellation.abort()
  }

  block(more) {
    const { traceId, spanId } = this.span?.spanContext() ?? {}
    return { id: this.id, attempt: String(this.attempt), span: traceId ? `${traceId}-${spanId}` : '', ...more }
  }
}

module.exports = { InvalidInput, NOTHING, PROTOCOL, Request, setError }
