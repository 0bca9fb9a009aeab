import { connect } from 'node:net'
import { once } from 'node:events'
import { connect as connectByTls } from 'node:tls'
import { encodeFrame, mllpDecoder } from './mllp/codec.ts'

export type SendOptions = {
  /** How long an answer may take. */
  readonly timeoutMilliseconds?: number
  /** How many answers to wait for: a message of the enhanced mode may get two. */
  readonly answersPerMessage?: number
  /** By TLS: whom to believe (the system's authorities unless given), and what to show. PEM. */
  readonly tls?: {
    readonly ca?: Buffer | undefined
    readonly cert?: Buffer | undefined
    readonly key?: Buffer | undefined
  }
}

/**
 * Sends messages over one connection, each after the answers to the one before. Null stands for a message that got none:
 * the connection was closed, or the time ran out; nothing is sent after that.
 */
export async function sendMessages(
  host: string,
  port: number,
  messages: readonly Buffer[],
  { timeoutMilliseconds = 10_000, answersPerMessage = 1, tls }: SendOptions = {},
): Promise<(Buffer | null)[]> {
  const to = { host, port, allowHalfOpen: true }
  const socket = tls === undefined ? connect(to) : connectByTls({ ...to, ...tls })
  const decoder = mllpDecoder()
  const arrived: Buffer[] = []
  let wake: () => void = () => undefined
  let over = false
  socket.setTimeout(timeoutMilliseconds, () => socket.destroy())
  socket.on('data', (packet) => {
    arrived.push(...decoder.push(packet).frames)
    wake()
  })
  socket.on('error', () => undefined)
  const finish = (): void => {
    over = true
    socket.end()
    wake()
  }
  socket.on('end', finish)
  socket.on('close', finish)
  await once(socket, tls === undefined ? 'connect' : 'secureConnect')

  async function next(): Promise<Buffer | null> {
    while (arrived.length === 0 && !over) await new Promise<void>((resolve) => (wake = resolve))
    return arrived.shift() ?? null
  }

  const answers: (Buffer | null)[] = []
  for (const [index, message] of messages.entries()) {
    const last = index === messages.length - 1
    // FIN with the last one: the listener closes after its answer, so that silence ends at once and not by the clock.
    if (!over) socket[last ? 'end' : 'write'](encodeFrame(message))
    for (let count = 0; count < answersPerMessage; count += 1) answers.push(await next())
  }
  return answers
}
