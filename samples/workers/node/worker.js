'use strict'

// A worker of the report queue for Node, as docs/protocol.md specifies it. word-count.js is a report for it.

const crypto = require('node:crypto')
const os = require('node:os')
const { setTimeout: sleep } = require('node:timers/promises')
const { encode } = require('@msgpack/msgpack')
const { trace } = require('@opentelemetry/api')
const { OTLPTraceExporter } = require('@opentelemetry/exporter-trace-otlp-proto')
const { resourceFromAttributes } = require('@opentelemetry/resources')
const { BatchSpanProcessor, NodeTracerProvider } = require('@opentelemetry/sdk-trace-node')
const Redis = require('ioredis')
const { RedisPubSubTelemetry } = require('redistributed')
const { InvalidInput, NOTHING, PROTOCOL, Request, setError } = require('./report')

const WINDOW = 100_000
const telemetry = new RedisPubSubTelemetry()

/** The worker's side of one partition of the queue. */
class Partition {
  first = crypto.randomInt(2 ** 40)
  latest = this.first
  known = new Set()
  running = new Map()
  describe = true
  subscribed = false
  lastHeartbeat = Promise.resolve()
  isHeartbeatDue = false

  constructor(worker, number, slots) {
    Object.assign(this, { worker, slots, prefix: `{rd:${number}}` })
    const [reports, control] = ['worker', 'control'].map((kind) => `${this.prefix}:${kind}:${worker.id}`)
    this.subscriber = worker.redis.duplicate({ autoResubscribe: false })
    this.subscriber.on('messageBuffer', (channel, data) => {
      if (String(channel) === reports) this.handle(data)
      // Anyone can publish the hint, so only the reply to the heartbeat cancels.
      else if (this.running.has(String(data))) this.heartbeat()
    })
    this.subscriber.on('error', (error) => console.warn(`Subscription of ${reports} failed: ${error.message}`))
    this.subscriber.on('close', () => (this.subscribed = false))
    this.subscriber.on('ready', async () => {
      try {
        await this.subscriber.subscribe(control, reports)
        this.subscribed = this.describe = true
        this.heartbeat()
      } catch (error) {
        console.warn(`Cannot subscribe to ${reports}: ${error.message}`)
        this.subscriber.disconnect(true)
      }
    })
    this.timer = setInterval(() => {
      this.heartbeat()
      // A lost connection looks like a quiet channel. The socketTimeout ends it if the answer does not come.
      if (this.subscribed) this.subscriber.ping().catch(() => {})
    }, worker.lease / 5)
  }

  /** Calls a script until Redis answers, for so many leases: after six, another worker has the report. */
  async call(script, args, patience = 0) {
    const deadline = Date.now() + patience * this.worker.lease
    for (;;) {
      try {
        return await this.worker.redis[`${script}Buffer`](this.prefix, ...args)
      } catch (error) {
        if (Date.now() >= deadline) throw error
        await sleep(50 + 150 * Math.random())
      }
    }
  }

  /** One at a time, each with the state of its moment. While one waits for its turn, calls share it. */
  heartbeat() {
    if (this.isHeartbeatDue) return this.lastHeartbeat
    this.isHeartbeatDue = true
    this.lastHeartbeat = this.lastHeartbeat
      .then(() => this.sendHeartbeat())
      .catch((error) => console.warn(`Heartbeat of worker ${this.worker.id} failed: ${error.message}`))
    return this.lastHeartbeat
  }

  async sendHeartbeat() {
    this.isHeartbeatDue = false
    const { id, info, types, reports, stopping } = this.worker
    const attempts = [...this.running.values()].map((request) =>
      request.block({ progress: request.finishing ? 'finishing' : request.done }))
    const slots = this.subscribed && !stopping ? this.slots : 0
    const block = { worker: id, protocol: PROTOCOL, slots, info: JSON.stringify(info), sequence: this.latest, types, attempts }
    if (this.describe) {
      block.descriptions = Object.fromEntries(
        Object.entries(reports).map(([type, { description }]) => [type, JSON.stringify(description)]))
    }
    const [lost, takenBack, messages, cancelled, undescribed] = await this.call('heartbeat', [Buffer.from(encode(block))])
    this.describe = undescribed.length > 0
    for (const key of [...lost, ...takenBack, ...cancelled].map(String)) {
      this.known.add(key)
      this.running.get(key)?.cancel()
    }
    messages.forEach((message) => this.handle(message))
  }

  handle(data) {
    const { worker } = this
    const handled = telemetry.process('reports', data, async ({ body }) => {
      const { request, refusal } = this.parse(body)
      if (refusal) {
        worker.info.refused[refusal] = (worker.info.refused[refusal] ?? 0) + 1
        setError(trace.getActiveSpan(), `refused: ${refusal}`, refusal)
      } else if (!worker.stopping) { // Otherwise leave returns it to the queue.
        this.running.set(request.key, request)
        await this.finish(request, await this.outcome(request)).finally(() => this.running.delete(request.key))
      }
    }).catch((error) => console.warn(`Failed to store an outcome; the report will be retried: ${error.message}`))
    worker.handling.add(handled)
    handled.then(() => worker.handling.delete(handled))
  }

  /** The request, and why it must not run if the queue has not sent it to this worker, or it has run here. */
  parse(body) {
    let request
    try {
      request = new Request(JSON.parse(body))
    } catch {
      return { refusal: 'malformed' }
    }
    const { sequence, key } = request
    if (sequence <= this.first || sequence > this.latest + WINDOW) return { refusal: 'forged' }
    if (sequence <= this.latest - WINDOW || this.known.has(key)) return { refusal: 'replayed' }
    this.latest = Math.max(this.latest, sequence)
    this.known.add(key)
    if (this.known.size > 2 * WINDOW) this.known = new Set([...this.known].slice(WINDOW))
    return { request }
  }

  /** Makes the report. */
  async outcome(request) {
    const { span, type } = request
    request.describe(this.worker.id)
    const limit = request.timeout || this.worker.timeout
    const over = new AbortController()
    try {
      const report = this.worker.reports[type]
      if (request.restricted && (report.description.operators ?? false) !== false) {
        throw new InvalidInput(`the type '${type}' needs the right operate, which the caller did not have`)
      }
      await request.read((...args) => this.call('input', args, 6), this.worker.id)
      const stopped = new Promise((_, reject) => request.signal.addEventListener('abort', () => reject(request.signal.reason)))
      const late = sleep(limit, null, over).then(() => { throw new Error(`report '${type}' timed out after ${limit} ms`) })
      const made = (async () => report.generate(request))()
      const [result, contentType] = await Promise.race([made, stopped, late])
      return { outcome: 'done', result, contentType, error: '' }
    } catch (error) {
      if (request.signal.aborted) {
        span.addEvent('cancelled')
        return { outcome: 'cancelled', result: NOTHING, contentType: '', error: '' }
      }
      setError(span, error.message, error.name)
      return { outcome: error instanceof InvalidInput ? 'failed' : 'retry', result: NOTHING, contentType: '', error: error.message }
    } finally {
      request.finishing = true
      over.abort()
      request.cancel()
    }
  }

  async finish(request, { result, ...outcome }) {
    const { id, types, stopping } = this.worker
    const block = request.block(outcome)
    const blocks = [[{ worker: id, types, more: stopping ? 0 : 1 }], block].map((value) => Buffer.from(encode(value)))
    const [[status], [messages]] = await this.call('finish', [...blocks, result], 6)
    if (String(status) === 'stale') console.warn(`Report ${request.key} was leased to another worker, or lost by Redis, before it ended`)
    messages.forEach((message) => this.handle(message))
  }
}

/** Takes reports until SIGTERM. reports: type to { description, generate(request): [result, content type] or a promise }. */
async function run(reports, slots = 4) {
  const host = os.hostname()
  const resource = resourceFromAttributes({ 'service.name': process.env.OTEL_SERVICE_NAME ?? 'report-worker-node', 'host.name': host })
  const isExporting = 'OTEL_EXPORTER_OTLP_ENDPOINT' in process.env
  const provider = new NodeTracerProvider({ resource, spanProcessors: isExporting ? [new BatchSpanProcessor(new OTLPTraceExporter())] : [] })
  provider.register()
  // Commands fail with their connection, and call() repeats them: ioredis would send old heartbeats late.
  const redis = new Redis(process.env.REDIS_URL ?? 'redis://127.0.0.1:6379', { maxRetriesPerRequest: 0, socketTimeout: 5000 })
  redis.on('error', (error) => console.warn(`Redis: ${error.message}`))
  const protocol = await redis.hgetall(`{rd:0}:protocol:${PROTOCOL}`)
  if (!protocol.lease) throw new Error(`Redis has no {rd:0}:protocol:${PROTOCOL}: start the service, of a version with that protocol`)
  for (const name of ['heartbeat', 'input', 'finish', 'leave']) {
    redis.defineCommand(name, { lua: protocol[`lua:${name}`], numberOfKeys: 1 })
  }
  const worker = {
    id: `${host}-${process.pid}-${crypto.randomBytes(4).toString('hex')}`, redis, reports, stopping: false, handling: new Set(),
    types: Object.keys(reports).sort().join(), lease: +protocol.lease, timeout: +protocol.timeout,
    info: { host, pid: process.pid, slots, version: 'node', refused: {} },
  }
  const count = +protocol.partitions
  const partitions = Array.from({ length: count }, (_, n) => new Partition(worker, n, Math.max(1, Math.floor(slots / count))))
  const stop = async () => {
    worker.stopping = true
    // Redis may be away, so both waits are bounded.
    const heartbeats = partitions.map((partition) => partition.heartbeat())
    await Promise.race([Promise.all([...worker.handling, ...heartbeats]), sleep(1000 * (process.env.DRAIN ?? 10))])
    partitions.forEach((partition) => clearInterval(partition.timer))
    const left = partitions.map((partition) => partition.call('leave', [worker.id]).catch(() => {}))
    await Promise.race([Promise.all(left), sleep(5000)])
    await provider.shutdown()
    process.exit()
  }
  for (const signal of ['SIGTERM', 'SIGINT']) process.once(signal, stop)
  console.log(`Worker ${worker.id} started with ${slots} slots`)
}

module.exports = { InvalidInput, run }
