'use strict'

// Prints what the codec reads in messages, in the form that codecs/fuzz.sh compares; a message a line, in hex.

const { readFileSync } = require('node:fs')
const { decode, header } = require('..')

function canon(message) {
  const context = message.context ?? { traceId: '0'.repeat(32), spanId: '0'.repeat(16), baggage: {}, traceState: [] }
  const baggage = Object.keys(context.baggage).sort()
    .map((key) => [key, context.baggage[key]])
    .map(([key, { value, metadata }]) => `${key}=${Buffer.from(value).toString('hex')};${metadata ?? ''}`)
  return [
    message.kind,
    context.traceId,
    context.spanId,
    context.sampled ? 1 : 0,
    context.publishedAtMicros ?? 0,
    context.messageId ?? '',
    context.traceState.map((member) => member.join('=')).join(','),
    baggage.join(','),
    message.body.toString('hex'),
    header('envelope', context).toString('hex'),
  ].join('|')
}

const lines = readFileSync(0, 'latin1').split('\n').slice(0, -1)
process.stdout.write(lines.map((line) => canon(decode(Buffer.from(line, 'hex'))) + '\n').join(''))
