'use strict'

// What the author of a report sees: the request and how to fail.

const { trace } = require('@opentelemetry/api')

const PROTOCOL = 1
const NOTHING = Buffer.alloc(0)

/** Thrown by a report that would fail again. After any other error it gets another attempt. */
class InvalidInput extends Error {}

/** What a report is made from: id, attempt (from 1), parameters (checked against the schema), input (a Buffer), signal. */
class Request {
  #cancellation = new AbortController()
  done = ''
  finishing = false
  input = NOTHING
  signal = this.#cancellation.signal
  span = trace.getActiveSpan()

  constructor({ version = PROTOCOL, sequence, id, attempt, type, parameters, input = 0, timeout = 0, previous = '' }) {
    const whole = [sequence, attempt, input, timeout].every(Number.isSafeInteger)
    const texts = [id, type, previous].every((text) => typeof text === 'string')
    const isObject = parameters?.constructor === Object
    if (version !== PROTOCOL || !whole || !texts || !isObject || attempt < 1) throw new TypeError('not a report message')
    Object.assign(this, { sequence, id, attempt, type, parameters, size: input, timeout, previous, key: `${id}#${attempt}` })
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

module.exports = { InvalidInput, NOTHING, PROTOCOL, Request }
