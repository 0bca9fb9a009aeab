import { startMllpListener } from '../mllp/listener.ts'
import type { Handling, TlsMaterial } from '../mllp/listener.ts'
import { textAt } from './exchange.ts'

// The other system: takes messages over a real socket, and answers as a test wants it to.

export type Partner = {
  readonly port: number
  /** Every frame that came, in order. */
  readonly received: readonly Buffer[]
  /** How the next messages are answered: one entry each; after the last, AA. */
  answer(...how: readonly Answering[]): void
  close(): Promise<void>
}

/** `close`: the connection ends without an answer. `silent`: nothing comes. `other`: an answer to another message first. */
export type Answering = 'AA' | 'CA' | 'AE' | 'AR' | 'close' | 'silent' | 'other'

export async function openPartner(tls: TlsMaterial | null = null, port = 0): Promise<Partner> {
  const received: Buffer[] = []
  const next: Answering[] = []
  const listener = await startMllpListener({
    host: '127.0.0.1',
    port,
    portSetting: '',
    tls,
    graceMilliseconds: 100,
    handle: async (message) => {
      received.push(message)
      return handled(next.shift() ?? 'AA', textAt(message, 'MSH-10'))
    },
  })
  return {
    port: listener.port,
    received,
    answer: (...how) => void next.push(...how),
    close: () => listener.close(),
  }
}

function handled(how: Answering, controlId: string): Handling {
  if (how === 'close') return { type: 'close' }
  if (how === 'silent') return { type: 'answer', replies: [] }
  if (how === 'other') return { type: 'answer', replies: [ack('AA', 'ANOTHER'), ack('AA', controlId)] }
  return { type: 'answer', replies: [ack(how, controlId)] }
}

function ack(code: string, controlId: string): Buffer {
  return Buffer.from(
    `MSH|^~\\&|EHR|GENERAL|ROUNDS|ROUNDS|20260511083000||ACK|A1|P|2.5.1\rMSA|${code}|${controlId}\r`,
  )
}
