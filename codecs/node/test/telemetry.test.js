'use strict'

const assert = require('node:assert')
const { spawn } = require('node:child_process')
const { existsSync } = require('node:fs')
const net = require('node:net')
const path = require('node:path')
const readline = require('node:readline')
const { after, before, beforeEach, test } = require('node:test')
const { ROOT_CONTEXT, SpanKind, SpanStatusCode, context, propagation, trace } = require('@opentelemetry/api')
const { AsyncLocalStorageContextManager } = require('@opentelemetry/context-async-hooks')
const { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } = require('@opentelemetry/sdk-trace-base')
const Redis = require('ioredis')
const { createClient } = require('redis')
const { RedisPubSubTelemetry, decode, encode } = require('..')

const ROOT = path.join(__dirname, '../../..')
const JAR = path.join(ROOT, 'target/redistributed.jar')
const SENDER = { traceId: '4bf92f3577b34da6a3ce929d000e4736', spanId: '34f067aa0ba902b7', sampled: true }
const TRACED = encode('envelope', SENDER, Buffer.from('hello'))

const exporter = new InMemorySpanExporter()
const tracerProvider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] })
const needsJar = { skip: !existsSync(JAR) && `${JAR} is missing: mvn -DskipTests package` }
const started = []
let port
let server

before(async () => {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable())
  port = await freePort()
  const args = ['--port', port, '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no']
  server = spawn('redis-server', args, { cwd: '/tmp', stdio: ['ignore', 'pipe', 'inherit'] })
  for await (const line of readline.createInterface(server.stdout)) {
    if (line.includes('Ready to accept connections')) break
  }
  server.stdout.resume()
})

after(() => [server, ...started].forEach((process) => process.kill()))

beforeEach(() => exporter.reset())

const clients = {
  async 'node-redis'() {
    const client = await createClient({ socket: { port } }).connect()
    const subscriber = await client.duplicate().connect()
    return {
      publisher: client,
      listen: (channel, telemetry, handler) => subscriber.subscribe(channel, telemetry.handler(handler), true),
      close: () => Promise.all([client.close(), subscriber.close()]),
    }
  },
  async ioredis() {
    const client = new Redis(port)
    const subscriber = client.duplicate()
    return {
      publisher: client,
      async listen(channel, telemetry, handler) {
        subscriber.on('messageBuffer', (from, data) => telemetry.process(from, data, handler))
        await subscriber.subscribe(channel)
      },
      close: () => Promise.all([client.quit(), subscriber.quit()]),
    }
  },
}

for (const [name, connect] of Object.entries(clients)) {
  for (const write of ['binary', 'envelope']) {
    test(`Java continues the trace of ${name}, ${write}`, needsJar, async () => {
      const telemetry = new RedisPubSubTelemetry({ policies: [{ write }], tracerProvider })
      const client = await connect()
      const lines = peer('listen', port, `to-java-${name}`, 1)
      assert.strictEqual(await lines(), 'ready')
      const baggage = propagation.createBaggage({ user: { value: 'Amélie' } })

      const receivers = await context.with(propagation.setBaggage(ROOT_CONTEXT, baggage), () =>
        telemetry.publish(client.publisher, `to-java-${name}`, 'hello')
      )

      const [span] = exporter.getFinishedSpans()
      const { traceId, spanId } = span.spanContext()
      const user = write === 'envelope' ? 'Amélie' : 'null'
      assert.strictEqual(await lines(), `${traceId} ${spanId} ${user} ${Buffer.from('hello').toString('hex')}`)
      assert.deepStrictEqual([receivers, span.name, span.kind], [1, `publish to-java-${name}`, SpanKind.PRODUCER])
      await client.close()
    })

    test(`${name} continues the trace of Java, ${write}`, needsJar, async () => {
      const telemetry = new RedisPubSubTelemetry({ tracerProvider })
      const client = await connect()
      const handled = new Promise((resolve, reject) => {
        const handler = async (message) => {
          await null
          const user = propagation.getActiveBaggage()?.getEntry('user')?.value
          resolve({ body: message.body.toString(), user })
        }
        client.listen(`from-java-${name}`, telemetry, handler).then(() => listening(), reject)
      })
      let listening
      await new Promise((resolve) => (listening = resolve))
      const sender = await peer('publish', port, `from-java-${name}`, write.toUpperCase(), 'héllo')()

      assert.deepStrictEqual(await handled, { body: 'héllo', user: write === 'envelope' ? 'Amélie' : undefined })
      await client.close()
      const [span] = exporter.getFinishedSpans()
      assert.strictEqual(`${span.spanContext().traceId} ${span.parentSpanContext.spanId}`, sender)
      assert.deepStrictEqual([span.name, span.kind], [`process from-java-${name}`, SpanKind.CONSUMER])
      assert.strictEqual(span.attributes['messaging.message.body.size'], 6)
    })
  }
}

for (const [relation, hasParent, links] of [['parent', true, 0], ['link', false, 1], ['both', true, 1]]) {
  test(`relation ${relation}`, async () => {
    const telemetry = new RedisPubSubTelemetry({ policies: [{ channels: 'o?ders.*', relation }], tracerProvider })

    await telemetry.process('orders.eu', TRACED, () => {})

    const [span] = exporter.getFinishedSpans()
    assert.deepStrictEqual([span.parentSpanContext !== undefined, span.links.length], [hasParent, links])
  })
}

for (const [relation, spanId] of [['propagate', SENDER.spanId], ['off', undefined]]) {
  test(`relation ${relation} has no span`, async () => {
    const telemetry = new RedisPubSubTelemetry({ policies: [{ relation }], tracerProvider })

    const current = await telemetry.process('orders', TRACED, () => trace.getActiveSpan()?.spanContext().spanId)

    assert.strictEqual(current, spanId)
    assert.strictEqual(exporter.getFinishedSpans().length, 0)
  })
}

test('a failing handler fails the span', async () => {
  const telemetry = new RedisPubSubTelemetry({ tracerProvider })

  await assert.rejects(telemetry.process('orders', TRACED, () => Promise.reject(new RangeError('no such order'))))

  const [span] = exporter.getFinishedSpans()
  assert.deepStrictEqual(span.status, { code: SpanStatusCode.ERROR, message: 'no such order' })
  assert.strictEqual(span.attributes['error.type'], 'RangeError')
})

test('a traced body gets no second header, and nothing is written by default', async () => {
  const published = (policies, body) =>
    new RedisPubSubTelemetry({ policies, tracerProvider }).publishing('orders', body, (message) => message)

  assert.deepStrictEqual(await published([{ write: 'envelope' }], TRACED), TRACED)
  assert.strictEqual(decode(await published([], Buffer.from('hello'))).kind, 'UNTRACED')
})

test('strings and unknown policies are refused', () => {
  assert.throws(() => decode('hello'), /messageBuffer/)
  assert.throws(() => new RedisPubSubTelemetry({ policies: [{ write: 'json' }] }), /policies\[0\]\.write: "json"/)
})

test('a message id that is not a UUID is refused', () => {
  const messageId = '01234567-89AB-cdef-0123-456789abcdef'
  assert.strictEqual(
    decode(encode('envelope', { ...SENDER, messageId }, Buffer.alloc(0))).context.messageId,
    messageId.toLowerCase()
  )
  for (const wrong of ['', 'abc', `${messageId}0`, 'z'.repeat(36), null, 5]) {
    assert.throws(() => encode('envelope', { ...SENDER, messageId: wrong }, Buffer.alloc(0)), TypeError, String(wrong))
  }
})

for (const members of [[['UPPER', '1']], [['a', 'b,c=d']], [['a', 'Š']], [['a', '']], [['a', '1'], ['a', '2']]]) {
  test(`a tracestate that readers would drop is not written: ${JSON.stringify(members)}`, () => {
    assert.deepStrictEqual(encode('envelope', { ...SENDER, traceState: members }, Buffer.from('hello')), TRACED)
  })
}

/** Starts the Java library as a program; returns a function for its next line. */
function peer(...args) {
  const command = ['-XX:TieredStopAtLevel=1', '-cp', JAR, path.join(ROOT, 'codecs/peer/Peer.java'), ...args]
  const process = spawn('java', command, { stdio: ['ignore', 'pipe', 'inherit'] })
  started.push(process)
  const lines = readline.createInterface(process.stdout)[Symbol.asyncIterator]()
  return async () => (await lines.next()).value
}

function freePort() {
  return new Promise((resolve) => {
    const listener = net.createServer().listen(0, '127.0.0.1', () => {
      const { port } = listener.address()
      listener.close(() => resolve(port))
    })
  })
}
