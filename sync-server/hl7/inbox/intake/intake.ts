import { instant, newId } from '#app/kernel/index.ts'
import { readBatch, answerBatch } from '../../parse/batch.ts'
import type { Batch } from '../../parse/batch.ts'
import { buildBareAck } from '../../ack.ts'
import type { Feed } from '../../feed-config.ts'
import { readHeader } from '../../header.ts'
import type { Header } from '../../header.ts'
import type { Handling } from '../../mllp/listener.ts'
import { parseMessage } from '../../parse/message.ts'
import { writeTimestamp } from '../../parse/timestamp.ts'
import { answer, newControlId } from './answer.ts'
import { keepUnreadable, take } from './take.ts'
import type { IntakeParts, Received } from './take.ts'

// From a frame to an answer. Invariant: a positive answer is sent only after the bytes are durable.

export function createIntake(parts: IntakeParts): (bytes: Buffer) => Promise<Handling> {
  return async (bytes) => {
    const over = parts.arrivals.begin()
    try {
      const batch = readBatch(bytes)
      return await (batch === null ? takeIn(parts, bytes) : takeInBatch(parts, batch))
    } finally {
      over()
    }
  }
}

const silence: Handling = { type: 'answer', replies: [] }

async function takeIn(parts: IntakeParts, bytes: Buffer): Promise<Handling> {
  const { feeds, clock } = parts
  // A frame without a message: how some senders ask whether anybody is there.
  if (bytes.length === 0) return silence
  const receivedAt = instant(clock)
  const found: { feed: Feed | null; header: Header | null } = { feed: null, header: null }
  const parsed = parseMessage(bytes, (outline) => {
    found.header = readHeader(outline)
    found.feed = feeds.forSender(found.header)
    return found.feed?.settings.charset ?? null
  })
  const own = found.feed ?? feeds.first()
  if (own === null) return failed(parts, null, new Error('no feed is set up'))
  if (!parsed.ok) return unreadable(parts, own, bytes, parsed.error.why, receivedAt)
  const message = parsed.value
  const isPlain = message.charset.encoding === 'ascii'
  const header = isPlain && found.header !== null ? found.header : readHeader(message)
  // An answer is never answered: two systems would go on for ever.
  if (header.type === 'ACK' || header.type === 'MCF') return silence
  const received: Received = { bytes, message, header, feed: own, receivedAt }
  try {
    return answer(parts, received, await take(parts, received, found.feed !== null))
  } catch (fault) {
    return failed(parts, received, fault)
  }
}

/** A passing fault of ours. Nothing was kept, so the sender must keep it. */
function failed(parts: IntakeParts, received: Received | null, fault: unknown): Handling {
  parts.onFault(fault)
  parts.onIntake('own-fault')
  if (received === null) return { type: 'close' }
  return answer(parts, received, { intake: 'own-fault', fault: { code: 'internal', facts: {} } })
}

async function unreadable(
  parts: IntakeParts,
  feed: Feed,
  bytes: Buffer,
  why: string,
  receivedAt: string,
): Promise<Handling> {
  try {
    await keepUnreadable(parts, feed, bytes, why, receivedAt)
  } catch (fault) {
    return failed(parts, null, fault)
  }
  if (feed.settings.unreadable === 'close') return { type: 'close' }
  return { type: 'answer', replies: [buildBareAck(newControlId(), parts.clock.now())] }
}

/** Each message of a batch stands for itself; their answers go back together. One that closes closes for all. */
async function takeInBatch(parts: IntakeParts, batch: Batch): Promise<Handling> {
  const replies: (Buffer | Promise<Buffer | null>)[] = []
  const unsent: (() => Promise<void>)[] = []
  for (const message of batch.messages) {
    const handling = await takeIn(parts, message)
    if (handling.type === 'close') return handling
    replies.push(...handling.replies)
    if (handling.unsent !== undefined) unsent.push(handling.unsent)
  }
  const together = async (): Promise<Buffer | null> => {
    const settled = await Promise.all(replies.map((reply) => Promise.resolve(reply)))
    const answers = settled.filter((reply) => reply !== null)
    if (answers.length === 0 && batch.messages.length > 0) return null
    return answerBatch(batch, answers, newId().slice(24), writeTimestamp(parts.clock.now()))
  }
  return {
    type: 'answer',
    replies: [together()],
    async unsent() {
      for (const note of unsent) await note()
    },
  }
}
