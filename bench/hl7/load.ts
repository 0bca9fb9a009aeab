import { connect } from 'node:net'
import type { Socket } from 'node:net'
import { encodeFrame, mllpDecoder } from '#sync-server/hl7/mllp/codec.ts'

export type Load = {
  readonly port: number
  readonly connections: number
  readonly seconds: number
  /** The message of a number. */
  readonly message: (number: number) => Buffer
}

export type Loaded = {
  /** Messages that were answered. */
  readonly answered: number
  readonly seconds: number
  /** From sending to the answer, in ms. */
  readonly latencies: readonly number[]
}

/** A closed loop: on each connection the next message follows the answer to the one before. */
export async function run(load: Load): Promise<Loaded> {
  const latencies: number[] = []
  const started = performance.now()
  const until = started + load.seconds * 1_000
  let next = 0
  let last = started
  const lane = async (): Promise<void> => {
    const socket = await open(load.port)
    const decoder = mllpDecoder()
    await new Promise<void>((resolve, reject) => {
      let sent = 0
      const send = (): void => {
        const frame = encodeFrame(load.message(next))
        next += 1
        sent = performance.now()
        socket.write(frame)
      }
      socket.on('error', reject)
      socket.on('close', () => reject(new Error('the connection was closed')))
      socket.on('data', (packet) => {
        for (const answer of decoder.push(packet).frames) {
          last = performance.now()
          latencies.push(last - sent)
          if (!answer.includes('MSA|AA|') && !answer.includes('ADT^A08'))
            return reject(new Error(`not accepted: ${answer.toString().slice(0, 400)}`))
          if (last >= until) return resolve()
          send()
        }
      })
      send()
    })
    socket.removeAllListeners('close').destroy()
  }
  await Promise.all(Array.from({ length: load.connections }, lane))
  return { answered: latencies.length, seconds: (last - started) / 1_000, latencies }
}

function open(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true }, () => resolve(socket))
    socket.once('error', reject)
  })
}

/** The value below which a share of the latencies lies. */
export function percentile(latencies: readonly number[], share: number): number {
  const sorted = latencies.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0
}
