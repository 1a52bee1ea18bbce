'use strict'

const assert = require('node:assert')
const { readFileSync } = require('node:fs')
const path = require('node:path')
const { test } = require('node:test')
const { decode, encode } = require('..')

const json = readFileSync(path.join(__dirname, '../../../src/test/resources/wire-vectors.json'), 'utf8')
// JSON.parse would round the largest time.
const vectors = JSON.parse(json.replace(/("publishedAtMicros": )(\d+)/g, '$1"$2"'))

for (const vector of vectors.write) {
  test(`writes ${vector.name}`, () => {
    const message = encode(vector.format.toLowerCase(), contextOf(vector), Buffer.from(vector.payload, 'hex'))

    assert.strictEqual(message.toString('hex'), vector.message)
  })
}

for (const vector of vectors.read) {
  test(`reads ${vector.name}`, () => {
    const message = decode(Buffer.from(vector.message, 'hex'))

    assert.deepStrictEqual(
      { ...message, body: message.body.toString('hex') },
      { kind: vector.kind, context: contextOf(vector), body: vector.body }
    )
  })
}

function contextOf({ context }) {
  if (!context) return undefined
  const { baggage = [], publishedAtMicros, traceState = [], ...rest } = context
  const entries = Object.create(null)
  for (const { key, ...entry } of baggage) entries[key] = entry
  const result = { ...rest, traceState, baggage: entries }
  if (publishedAtMicros) result.publishedAtMicros = BigInt(publishedAtMicros)
  return result
}
