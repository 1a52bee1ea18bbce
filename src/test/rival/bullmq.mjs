// A job queue of Node: BullMQ behind fastify, as its users put them together.
//   node bullmq.mjs api|worker REDIS_PORT HTTP_PORT [URL of a collector, for OTLP over gRPC [whole]]
// Traces jobs; with `whole` also the HTTP request and the commands to Redis.
import { createRequire } from 'node:module'

// The instrumentations wrap what is loaded by require, after they were started.
const require = createRequire(import.meta.url)
const [role, redisPort, httpPort, collector, whole] = process.argv.slice(2)
const connection = { host: '127.0.0.1', port: Number(redisPort) }
const telemetry = collector ? traced(collector) : undefined
const Fastify = require('fastify')
const { Queue, Worker } = require('bullmq')

function traced(url) {
  const { NodeSDK, tracing } = require('@opentelemetry/sdk-node')
  const { OTLPTraceExporter } = require('@opentelemetry/exporter-trace-otlp-grpc')
  const { BullMQOtel } = require('bullmq-otel')
  const spans = new tracing.BatchSpanProcessor(new OTLPTraceExporter({ url }), {
    // So that it loses none: all spans count.
    maxQueueSize: 1_000_000, maxExportBatchSize: 4_096, scheduledDelayMillis: 100,
  })
  const sdk = new NodeSDK({ serviceName: role, spanProcessors: [spans], instrumentations: whole ? instrumentations() : [] })
  sdk.start()
  process.on('SIGTERM', () => sdk.shutdown().finally(() => process.exit(0)))
  return new BullMQOtel('reports')
}

function instrumentations() {
  const { HttpInstrumentation } = require('@opentelemetry/instrumentation-http')
  const { IORedisInstrumentation } = require('@opentelemetry/instrumentation-ioredis')
  return [new HttpInstrumentation(), new IORedisInstrumentation()]
}

if (role === 'api') {
  const queue = new Queue('reports', { connection, telemetry, defaultJobOptions: { removeOnComplete: 1_000 } })
  const app = Fastify()
  const body = {
    type: 'object',
    required: ['type'],
    properties: { type: { type: 'string' }, parameters: { type: 'object' } },
    additionalProperties: false,
  }
  app.post('/reports', { schema: { body } }, async (request, reply) => {
    const job = await queue.add(request.body.type, request.body)
    reply.code(202)
    return { id: job.id }
  })
  await app.listen({ port: Number(httpPort) })
} else {
  const worker = new Worker('reports', async () => '{}', { connection, telemetry, concurrency: 64 })
  await worker.waitUntilReady()
}
console.log('ready')
