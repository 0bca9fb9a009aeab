import { connect } from 'node:net'
import { damagedStream } from '#sync-server/hl7/testing/fuzz.ts'
import { openHospital } from '#sync-server/hl7/testing/hospital.ts'
import { encodeFrame, mllpDecoder } from '#sync-server/hl7/mllp/codec.ts'
import { admit } from '#sync-server/hl7/testing/messages.ts'
import { sendMessages } from '#sync-server/hl7/send.ts'
import { seededRandom } from '#sync-server/seed/random.ts'

export type Damaged = { readonly streams: number; readonly answers: number; readonly kept: number }

const TIMEOUT_MILLISECONDS = 60_000
const ABREAST = 8

/** Damaged streams over real sockets into a real store. Throws when a connection hangs, or the listener is not whole after. */
export async function damageListener(seed: string, streams: number): Promise<Damaged> {
  const hospital = await openHospital()
  const random = seededRandom(`${seed}/wire`)
  let [started, answers] = [0, 0]
  try {
    const lane = async (): Promise<void> => {
      while (started < streams) {
        started += 1
        answers += await sendStream(hospital.hl7.port, damagedStream(random))
      }
    }
    await Promise.all(Array.from({ length: ABREAST }, lane))
    await hospital.hl7.idle()
    const [answer] = await sendMessages('127.0.0.1', hospital.hl7.port, [admit('after all')])
    if (answer?.includes('MSA|AA|') !== true) throw new Error('the listener answers no more')
    if (hospital.faults.length > 0) throw new Error('a fault of ours', { cause: hospital.faults[0] })
    const counts = await hospital.store.inbox.counts()
    return { streams, answers, kept: counts.reduce((sum, { count }) => sum + count, 0) }
  } finally {
    await hospital.close()
  }
}

/** Sends all, says FIN, and waits for the other end: how many answers came. */
function sendStream(port: number, stream: Buffer): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1' })
    const decoder = mllpDecoder()
    let answers = 0
    const timer = setTimeout(() => {
      socket.destroy()
      reject(new Error(`a connection hangs: ${encodeFrame(stream).toString('base64')}`))
    }, TIMEOUT_MILLISECONDS)
    socket.on('data', (packet) => (answers += decoder.push(packet).frames.length))
    // A connection that is closed while bytes are on their way is reset: that is a close like another.
    socket.on('error', () => undefined)
    socket.on('close', () => {
      clearTimeout(timer)
      resolve(answers)
    })
    socket.end(stream)
  })
}
