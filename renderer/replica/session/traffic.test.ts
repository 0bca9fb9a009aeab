import { firstValueFrom } from 'rxjs'
import { expect, test } from 'vitest'
import { TrafficMeter } from './traffic.ts'
import { createTransport } from './transport.ts'

test('counts the bytes of what is said both ways, and of a stream as it is read', async () => {
  const meter = new TrafficMeter()
  const answer = { challenge: 'ÄÖÜ=' }
  const said = new TextEncoder().encode(JSON.stringify(answer)).length
  const fetch = () => Promise.resolve(Response.json(answer))
  const transport = createTransport('http://rounds.test', { fetch }, meter)
  const request = { deviceId: '01a30000-0000-7000-8000-000000000000' }
  await transport.call('challenge', request).catch(() => undefined)
  expect(await firstValueFrom(meter.traffic$)).toEqual({
    sent: JSON.stringify(request).length,
    received: said,
  })
  const bytes = new Response('eight by').body
  await new Response(meter.counted(bytes as ReadableStream<Uint8Array>)).text()
  expect(await firstValueFrom(meter.traffic$)).toMatchObject({ received: said + 8 })
})
