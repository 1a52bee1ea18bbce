'use strict'

// Report type word-count-node: how often each word of a text occurs.

const { run } = require('./worker')

const description = {
  title: 'Words of a text by how often they occur',
  parameters: {
    type: 'object',
    properties: { top: { type: 'integer', minimum: 1, maximum: 1000, default: 10 } },
    additionalProperties: false,
  },
}

function generate(request) {
  const counts = new Map()
  for (const [word] of request.input.toString().toLowerCase().matchAll(/[\p{L}\p{N}_]+/gu)) {
    counts.set(word, (counts.get(word) ?? 0) + 1)
  }
  const words = [...counts].map(([word, count]) => ({ word, count })).sort((a, b) => b.count - a.count)
  return [Buffer.from(JSON.stringify(words.slice(0, request.parameters.top ?? 10))), 'application/json']
}

run({ 'word-count-node': { description, generate } })
