'use strict'

// Report type conformance, by which scripts/worker-conformance.sh checks a worker: docs/protocol.md describes it.

const fs = require('node:fs')
const { setTimeout: sleep } = require('node:timers/promises')
const { InvalidInput, run } = require('./worker')

const description = {
  title: 'Conformance of a worker',
  parameters: {
    type: 'object',
    properties: {
      journal: { type: 'string' },
      millis: { type: 'integer', minimum: 0, default: 0 },
      error: { enum: ['failed', 'retry'] },
    },
    required: ['journal'],
    additionalProperties: false,
  },
}

async function generate(request) {
  const { journal, millis = 0, error } = request.parameters
  fs.appendFileSync(journal, `start ${request.key}\n`)
  const start = performance.now()
  for (let spent = 0; spent < millis; spent = performance.now() - start) {
    request.progress(spent / millis)
    await sleep(Math.min(20, millis - spent))
  }
  fs.appendFileSync(journal, `end ${request.key}\n`)
  if (error) throw new (error === 'failed' ? InvalidInput : Error)('as asked for')
  return [request.input, 'text/plain']
}

run({ conformance: { description, generate } })
