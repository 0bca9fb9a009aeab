import { AppError, newId } from '#app/kernel/index.ts'
import { seededRandom } from '../../seed/random.ts'
import type { Random } from '../../seed/random.ts'
import type { NewMessage } from '../../store/contract.ts'
import { demoFeed } from '../demo-feed.ts'
import { feedFor, feedOf } from '../feed-config.ts'
import type { Feed } from '../feed-config.ts'
import { readHeader } from '../header.ts'
import { openArrivals } from '../inbox/arrivals.ts'
import { createIntake } from '../inbox/intake/intake.ts'
import { mapMessage } from '../mapping/index.ts'
import { encodeFrame, mllpDecoder } from '../mllp/codec.ts'
import type { Handling } from '../mllp/listener.ts'
import { parseMessage, serialise } from '../parse/message.ts'
import { messageTree } from '../parse/tree.ts'
import { site } from './hospital.ts'
import { samples } from './messages.ts'

// What goes wrong on wires and in senders, by the seed, and what must hold of every frame that comes of it: an answer, a
// close, or the silence that was asked for; the bytes kept as they came; an end that has a name. Throws where it does not.

const authority = { namespace: 'GENERAL', universalId: '2.999.1', universalIdType: 'ISO' }
const at = '2026-05-11T12:00:00.000Z'
const stored = demoFeed({ site, authority, zone: 'America/New_York', at })
const feed: Feed = feedOf({ ...stored, version: 1 })
const originals = samples().map(({ bytes }) => bytes)

/** Bytes that mean something to somebody. */
const pieces = [
  '|',
  '^',
  '~',
  '\\',
  '&',
  '\r',
  '\n',
  '\x0b',
  '\x1c',
  '""',
  '\\X',
  '\\.br\\',
  '|||',
  'MSH|',
  'BHS|^~\\&|',
  'BTS|1\r',
]

/** A stream of bytes: one or more framed messages, damaged. */
export function damagedStream(random: Random): Buffer {
  let stream = encodeFrame(random.pick(originals))
  if (random.chance(0.1)) stream = Buffer.concat([stream, encodeFrame(random.pick(originals))])
  for (let count = random.int(1, 6); count > 0; count -= 1) stream = damage(stream, random)
  return stream
}

function damage(stream: Buffer, random: Random): Buffer {
  const start = random.int(0, Math.max(0, stream.length - 1))
  const end = start + random.int(0, 40)
  const noise = random.chance(0.5)
    ? Buffer.from(random.bytes(random.int(1, 6)))
    : Buffer.from(random.pick(pieces), 'latin1')
  const [before, piece, after] = [
    stream.subarray(0, start),
    stream.subarray(start, end),
    stream.subarray(end),
  ]
  switch (random.pick(['change', 'cut', 'double', 'insert', 'truncate'])) {
    case 'change':
      return Buffer.concat([before, noise, stream.subarray(start + noise.length)])
    case 'cut':
      return Buffer.concat([before, after])
    case 'double':
      return Buffer.concat([before, piece, piece, after])
    case 'insert':
      return Buffer.concat([before, noise, piece, after])
    default:
      return before
  }
}

export type Fuzzed = {
  readonly frames: number
  /** How many ended how. */
  readonly ends: ReadonlyMap<string, number>
}

/** Runs damaged streams through the codec, the intake and the mapping until so many frames have come out. */
export async function fuzz(
  seed: string,
  frames: number,
  onProgress: (frames: number) => void = () => {},
): Promise<Fuzzed> {
  const random = seededRandom(seed)
  const ends = new Map<string, number>()
  const takeIn = intakeWithoutStore()
  let count = 0
  while (count < frames) {
    const stream = damagedStream(random)
    const decoder = mllpDecoder()
    const packet = random.int(1, 400)
    for (let start = 0; start < stream.length; start += packet) {
      for (const frame of decoder.push(stream.subarray(start, start + packet)).frames) {
        const end = await takeIn(frame)
        ends.set(end, (ends.get(end) ?? 0) + 1)
        count += 1
        if (count % 10_000 === 0) onProgress(count)
      }
    }
    if (decoder.pending() > stream.length) throw new Error(`seed ${seed}: the decoder holds more than came`)
  }
  return { frames: count, ends }
}

/** The intake as it is, on an inbox that keeps what was appended last; what it accepts is mapped as the applier would. */
function intakeWithoutStore(): (frame: Buffer) => Promise<string> {
  const kept: NewMessage[] = []
  const faults: unknown[] = []
  const takeIn = createIntake({
    store: {
      inbox: {
        append: async (message) => ({ sequence: kept.push(message), repeats: null, facts: {} }),
        addFacts: async () => {},
      },
    },
    feeds: {
      forSender: (header) => feedFor([feed], header),
      byId: () => feed,
      first: () => feed,
      sending: () => [],
      acknowledging: () => [],
      reload: async () => {},
    },
    arrivals: openArrivals(),
    applier: { offer: () => {}, wake: () => {}, ended: async () => ({ outcome: 'applied', at }) },
    clock: { now: () => Date.parse(at) },
    memoryDays: 30,
    onIntake: () => {},
    onFault: (fault) => faults.push(fault),
  })
  return async (frame) => {
    kept.length = 0
    const handling = await takeIn(frame)
    if (faults.length > 0) throw new Error('the intake failed', { cause: faults[0] })
    await checkAnswer(handling)
    const ends = kept.map((message) => endOf(message, frame))
    return ends[0] ?? (handling.type === 'close' ? 'closed' : 'nothing to keep')
  }
}

async function checkAnswer(handling: Handling): Promise<void> {
  if (handling.type === 'close') return
  for (const reply of handling.replies) {
    const bytes = await reply
    if (bytes === null) continue
    if (bytes.includes(0x0b) || bytes.includes(0x1c)) throw new Error('an answer would break its frame')
    const isBatch = /^[FB]HS/.test(bytes.toString('latin1', 0, 3))
    if (!isBatch && !parseMessage(bytes).ok)
      throw new Error(`an answer that nobody can read: ${JSON.stringify(bytes.toString('latin1'))}`)
  }
}

function endOf({ raw, closed }: NewMessage, frame: Buffer): string {
  const bytes = Buffer.from(raw)
  if (!frame.includes(bytes)) throw new Error('other bytes are kept than came')
  const parsed = parseMessage(bytes)
  if (!parsed.ok) return parsed.error.why
  if (!serialise(parsed.value).equals(bytes))
    throw new Error('the bytes are not written out again as they came')
  messageTree(parsed.value)
  if (closed !== undefined) return closed.code ?? closed.outcome
  const mapped = mapMessage(parsed.value, readHeader(parsed.value), feed.settings, at)
  return mapped.ok ? 'mapped' : new AppError(mapped.error.code, mapped.error.facts).code
}

/** Names a run that names no seed. */
export function freshSeed(): string {
  return newId()
}
