import { once } from 'node:events'
import { connect } from 'node:net'

const START = 0x0b
const END = Buffer.from([0x1c, 0x0d])
const LIMIT = 20_000

/** Sends one message in an MLLP frame, as a hospital's engine does, and answers the acknowledgement. */
export async function sendMllp(port: number, message: Buffer): Promise<string> {
  const signal = AbortSignal.timeout(LIMIT)
  const socket = connect({ port, host: '127.0.0.1' })
  try {
    await once(socket, 'connect', { signal })
    socket.write(Buffer.concat([Buffer.from([START]), message, END]))
    let received = Buffer.alloc(0)
    while (!received.includes(END)) {
      const [chunk] = (await once(socket, 'data', { signal })) as [Buffer]
      received = Buffer.concat([received, chunk])
    }
    return received.subarray(1, received.indexOf(END)).toString('utf8')
  } finally {
    socket.destroy()
  }
}
