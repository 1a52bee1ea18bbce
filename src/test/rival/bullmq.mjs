// A job queue of Node: BullMQ behind fastify, as its users put them together.
//   node bullmq.mjs api|worker REDIS_PORT HTTP_PORT [URL of a collector, for OTLP over gRPC]
import Fastify from 'fastify'
import { Queue, Worker } from 'bullmq'

const [role, redisPort, httpPort, collector] = process.argv.slice(2)
const connection = { host: '127.0.0.1', port: Number(redisPort) }
const telemetry = collector ? await traced(collector) : undefined

async function traced(url) {
  const { NodeSDK, tracing } = await import('@opentelemetry/sdk-node')
  const { OTLPTraceExporter } = await import('@opentelemetry/exporter-trace-otlp-grpc')
  const { BullMQOtel } = await import('bullmq-otel')
  const spans = new tracing.BatchSpanProcessor(new OTLPTraceExporter({ url }), {
    // So that it loses none: all spans count.
    maxQueueSize: 1_000_000, maxExportBatchSize: 4_096, scheduledDelayMillis: 100,
  })
  const sdk = new NodeSDK({ serviceName: role, spanProcessors: [spans], instrumentations: [] })
  sdk.start()
  process.on('SIGTERM', () => sdk.shutdown().finally(() => process.exit(0)))
  return new BullMQOtel('reports')
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
