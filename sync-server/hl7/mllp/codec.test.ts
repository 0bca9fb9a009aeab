import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { encodeFrame, mllpDecoder } from './codec.ts'

const VT = '\x0b'
const FS = '\x1c'

function decode(packets: readonly (string | Buffer)[], limit?: number): string[] {
  const decoder = mllpDecoder(limit)
  return packets
    .flatMap((packet) => decoder.push(Buffer.from(packet)).frames)
    .map((frame) => frame.toString('latin1'))
}

/** Any bytes but the two that frame them. */
const content = fc
  .uint8Array({ maxLength: 200 })
  .map((bytes) => Buffer.from(bytes.map((byte) => (byte === 0x0b || byte === 0x1c ? 0x41 : byte))))

function cut(stream: Buffer, cuts: readonly number[]): Buffer[] {
  const places = [...new Set(cuts.map((place) => place % (stream.length + 1)))].toSorted((a, b) => a - b)
  const ends = [...places, stream.length]
  return ends.map((end, index) => stream.subarray(index === 0 ? 0 : ends[index - 1], end))
}

describe('MLLP codec', () => {
  test('any split of any frames yields exactly the frames', () => {
    fc.assert(
      fc.property(
        fc.array(content, { maxLength: 8 }),
        fc.array(fc.nat(), { maxLength: 30 }),
        (messages, cuts) => {
          const stream = Buffer.concat(messages.map(encodeFrame))
          const decoder = mllpDecoder()
          const frames = cut(stream, cuts).flatMap((packet) => decoder.push(packet).frames)
          expect(frames.map((frame) => frame.toString('hex'))).toEqual(messages.map((m) => m.toString('hex')))
          expect(decoder.counts()).toEqual({ garbage: 0, resets: 0 })
        },
      ),
    )
  })

  test('noise between frames and given-up frames change nothing, however they are split', () => {
    const noise = content.map((bytes) => bytes)
    const piece = fc.record({
      before: noise,
      givenUp: fc.option(content),
      message: content,
      cr: fc.boolean(),
    })
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 6 }),
        fc.array(fc.nat(), { maxLength: 30 }),
        (pieces, cuts) => {
          const stream = Buffer.concat(
            pieces.flatMap(({ before, givenUp, message, cr }) => [
              before,
              ...(givenUp === null ? [] : [Buffer.of(0x0b), givenUp]),
              Buffer.of(0x0b),
              message,
              cr ? Buffer.of(0x1c, 0x0d) : Buffer.of(0x1c),
            ]),
          )
          const decoder = mllpDecoder()
          const frames = cut(stream, cuts).flatMap((packet) => decoder.push(packet).frames)
          expect(frames.map((f) => f.toString('hex'))).toEqual(pieces.map((p) => p.message.toString('hex')))
          expect(decoder.counts().resets).toBe(pieces.filter((p) => p.givenUp !== null).length)
        },
      ),
    )
  })

  test('FS and CR in two packets make one frame', () => {
    expect(decode([`${VT}one${FS}`, '\r', `${VT}two${FS}\r`])).toEqual(['one', 'two'])
  })

  test('three messages in one packet are three frames', () => {
    expect(decode([`${VT}a${FS}\r${VT}b${FS}\r${VT}c${FS}\r`])).toEqual(['a', 'b', 'c'])
  })

  test('garbage before a frame is counted and dropped', () => {
    const decoder = mllpDecoder()
    expect(decoder.push(Buffer.from(`GET / HTTP\r\n${VT}a${FS}\r`)).frames.map(String)).toEqual(['a'])
    expect(decoder.counts().garbage).toBe('GET / HTTP'.length)
  })

  test('the frame cap holds while a frame is still coming, and for a single packet', () => {
    const decoder = mllpDecoder(8)
    expect(decoder.push(Buffer.from(`${VT}12345678`)).tooLarge).toBe(false)
    expect(decoder.push(Buffer.from('9')).tooLarge).toBe(true)
    expect(decoder.pending()).toBeGreaterThan(8)
    expect(mllpDecoder(8).push(Buffer.from(`${VT}ok${FS}\r${VT}123456789${FS}`))).toEqual({
      frames: [Buffer.from('ok')],
      tooLarge: true,
    })
  })
})
