import fc from 'fast-check'
import { expect, test } from 'vitest'
import { AppError } from '#app/kernel/index.ts'
import { acknowledgementFor, buildAck } from './ack.ts'
import { demoFeed } from './demo-feed.ts'
import { feedOf } from './feed-config.ts'
import { readHeader } from './header.ts'
import { judge } from './inbox/judge.ts'
import { mapMessage, mappings } from './mapping/index.ts'
import { encodeFrame, mllpDecoder } from './mllp/codec.ts'
import { parseMessage, serialise } from './parse/message.ts'
import { messageTree } from './parse/tree.ts'
import { site } from './testing/hospital.ts'
import { samples } from './testing/messages.ts'

const authority = { namespace: 'GENERAL', universalId: '2.999.1', universalIdType: 'ISO' }
const { settings } = feedOf(
  demoFeed({ site, authority, zone: 'America/New_York', at: '2026-05-01T00:00:00.000Z' }),
)
const originals = samples().map(({ bytes }) => bytes)

/** What goes wrong on wires and in senders: bytes changed, lost, doubled, moved. */
const mutation = fc.record({
  at: fc.nat(),
  length: fc.integer({ min: 0, max: 40 }),
  how: fc.constantFrom('change', 'cut', 'double', 'insert', 'truncate'),
  bytes: fc.oneof(
    fc.uint8Array({ minLength: 1, maxLength: 6 }),
    fc
      .constantFrom(
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
      )
      .map((text) => Buffer.from(text)),
  ),
})

type Mutation = typeof mutation extends fc.Arbitrary<infer Value> ? Value : never

function mutate(message: Buffer, { at, length, how, bytes }: Mutation): Buffer {
  const start = message.length === 0 ? 0 : at % message.length
  const [before, piece, after] = [
    message.subarray(0, start),
    message.subarray(start, start + length),
    message.subarray(start + length),
  ]
  if (how === 'change') return Buffer.concat([before, bytes, message.subarray(start + bytes.length)])
  if (how === 'cut') return Buffer.concat([before, after])
  if (how === 'double') return Buffer.concat([before, piece, piece, after])
  return how === 'insert' ? Buffer.concat([before, bytes, piece, after]) : before
}

/** Everything between the wire and the store, for one message. */
function takeIn(bytes: Buffer): string {
  const parsed = parseMessage(bytes)
  if (!parsed.ok) return parsed.error.why
  const message = parsed.value
  expect(serialise(message).equals(bytes)).toBe(true)
  const header = readHeader(message)
  const verdict = judge(message, header, settings, mappings)
  const { first } = acknowledgementFor(header, verdict.intake)
  const fault = verdict.intake === 'committed' ? undefined : verdict.fault
  if (first !== null && first !== 'close') {
    const ack = parseMessage(buildAck({ code: first, to: message, header, controlId: 'F', now: 0, fault }))
    expect(ack.ok).toBe(true)
  }
  messageTree(message)
  if (verdict.intake !== 'committed') return verdict.fault.code
  const mapped = mapMessage(message, header, settings, '2026-05-11T12:00:00.000Z')
  return mapped.ok ? 'mapped' : new AppError(mapped.error.code, mapped.error.facts).code
}

test('10,000 mutated frames: no crash, always an end that has a name', () => {
  const ends = new Map<string, number>()
  fc.assert(
    fc.property(
      fc.constantFrom(...originals),
      fc.array(mutation, { minLength: 1, maxLength: 6 }),
      fc.integer({ min: 1, max: 400 }),
      (original, mutations, packet) => {
        const stream = mutations.reduce(mutate, encodeFrame(original))
        const decoder = mllpDecoder()
        for (let at = 0; at < stream.length; at += packet) {
          for (const frame of decoder.push(stream.subarray(at, at + packet)).frames) {
            const end = takeIn(frame)
            ends.set(end, (ends.get(end) ?? 0) + 1)
          }
        }
        expect(decoder.pending()).toBeLessThanOrEqual(stream.length)
      },
    ),
    { numRuns: 10_000 },
  )
  expect([...ends.keys()]).toEqual(
    expect.arrayContaining(['mapped', 'hl7.required-missing', 'hl7.unsupported', 'no-header']),
  )
}, 60_000)
