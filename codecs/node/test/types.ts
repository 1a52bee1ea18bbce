// Compiled only: the types fit the clients.
import Redis from 'ioredis'
import { createClient } from 'redis'
import { decode, encode, RedisPubSubTelemetry, type MessageContext } from 'redistributed'

const telemetry = new RedisPubSubTelemetry({ policies: [{ channels: 'orders.*', write: 'envelope', relation: 'link' }] })

export async function nodeRedis(): Promise<number> {
  const client = createClient()
  await client.subscribe('orders', telemetry.handler((message, channel) => channel + message.body.toString()), true)
  return telemetry.publish(client, 'orders', 'hello')
}

export async function ioredis(): Promise<number> {
  const client = new Redis()
  client.on('messageBuffer', (channel: Buffer, data: Buffer) =>
    telemetry.process(channel, data, (message) => message.kind === 'ENVELOPE')
  )
  return telemetry.publish(client, 'orders', Buffer.from('hello'))
}

export const context: MessageContext | undefined = decode(
  encode('binary', { traceId: '', spanId: '', sampled: true }, Buffer.alloc(0))
).context
