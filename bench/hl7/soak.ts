import { alone, print, report } from '../measure.ts'
import { startListener } from './listener-child.ts'
import { run } from './load.ts'
import { admission } from './messages.ts'
import type { ListenerName } from './peers.ts'

export type Soak = {
  readonly names: readonly ListenerName[]
  readonly messages: number
  readonly databaseUrl: string | null
}

const CONNECTIONS = 8
const SAMPLES = 20
/** From as many on, what is measured goes into bench/results. */
const WHOLE = 1_000_000

/** Sends so many messages to each listener, and tells how much memory it holds on the way. */
export async function soak({ names, messages, databaseUrl }: Soak): Promise<void> {
  const measurements = []
  for (const name of names) {
    const memory: number[] = []
    const listener = await startListener(name, name === 'postgres' ? databaseUrl : null)
    let sent = 0
    for (let sample = 1; sample <= SAMPLES; sample += 1) {
      const wanted = Math.floor((messages * sample) / SAMPLES)
      while (sent < wanted) {
        const first = sent
        const { answered } = await run({
          port: listener.port,
          connections: CONNECTIONS,
          seconds: 2,
          message: (number) => admission('S', first + number),
        })
        sent += answered
        await listener.ask('idle')
      }
      const { applied, rss } = await listener.ask('state')
      memory.push(rss / 2 ** 20)
      console.log(`${name}: ${sent} sent, ${applied} applied, ${(rss / 2 ** 20).toFixed(0)} MB`)
    }
    measurements.push(
      alone(`sent and applied, ${name}`, 'messages', [sent]),
      alone(`memory, second quarter, ${name}`, 'MB', memory.slice(SAMPLES / 4, SAMPLES / 2)),
      alone(`memory, last quarter, ${name}`, 'MB', memory.slice(-SAMPLES / 4)),
    )
    await listener.close()
  }
  if (messages >= WHOLE) await report('hl7-soak', measurements)
  else print(measurements)
}
