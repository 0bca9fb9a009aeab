import { connect } from 'node:net'
import { once } from 'node:events'
import { encodeFrame, mllpDecoder } from './mllp/codec.ts'

export type SendOptions = {
  /** How long an answer may take. */
  readonly timeoutMilliseconds?: number
  /** Not even silence is wrong, where the sender asked for it: how many answers each message gets. */
  readonly answersPerMessage?: number
}

/**
 * Sends messages over one connection, each after the answers to the one before. Null stands for a message that got none:
 * the connection was closed, or the time ran out; nothing is sent after that.
 */
export async function sendMessages(
  host: string,
  port: number,
  messages: readonly Buffer[],
  { timeoutMilliseconds = 10_000, answersPerMessage = 1 }: SendOptions = {},
): Promise<(Buffer | null)[]> {
  const socket = connect({ host, port })
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
  socket.on('close', () => {
    over = true
    wake()
  })
  await once(socket, 'connect')

  async function next(): Promise<Buffer | null> {
    while (arrived.length === 0 && !over) await new Promise<void>((resolve) => (wake = resolve))
    return arrived.shift() ?? null
  }

  const answers: (Buffer | null)[] = []
  for (const message of messages) {
    if (!over) socket.write(encodeFrame(message))
    for (let count = 0; count < answersPerMessage; count += 1) answers.push(await next())
  }
  socket.end()
  return answers
}
