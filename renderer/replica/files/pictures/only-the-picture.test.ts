import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { FileSource } from '../../contract.ts'
import { onlyThePicture } from './only-the-picture.ts'
import { orientationIn, orientationSegment } from './orientation.ts'

type Bytes = Uint8Array<ArrayBuffer>

const latin = (text: string): number[] => [...Buffer.from(text, 'latin1')]
const joined = (...parts: readonly (readonly number[] | Uint8Array)[]): Bytes =>
  Uint8Array.from(parts.flatMap((part) => [...part]))
const sourceOf = (bytes: Bytes): FileSource => {
  const slice = async (start: number, end: number) => bytes.slice(start, end)
  return { name: 'photo', type: '', size: bytes.length, slice }
}
const whole = ({ size, slice }: FileSource) => slice(0, size)
const cleaned = async (bytes: Bytes, mime: string) => whole(await onlyThePicture(sourceOf(bytes), mime))

/** What must not be there afterwards. */
const PLACE = 'N 42 39 9 W 73 45 22'
const bytesOf = (most: number) => fc.uint8Array({ maxLength: most }).map((bytes) => [...bytes])

// JPEG
const segment = (marker: number, ...payload: readonly number[]): number[] => {
  const length = payload.length + 2
  return [0xff, marker, length >> 8, length & 255, ...payload]
}
const scanned = bytesOf(40).map((bytes) => bytes.flatMap((byte) => (byte === 0xff ? [0xff, 0] : [byte])))
const scan = scanned.map((data) => [...segment(0xda, 1, 2, 3), ...data, 0xff, 0xd3, ...data])
const needed = fc.oneof(
  fc.constant(segment(0xe0, ...latin('JFIF\0'), 1, 2)),
  fc.constant(segment(0xee, ...latin('Adobe'), 0, 100)),
  bytesOf(30).map((profile) => segment(0xe2, ...latin('ICC_PROFILE\0'), ...profile)),
  fc
    .tuple(fc.constantFrom(0xdb, 0xc0, 0xc2, 0xc4, 0xdd), bytesOf(30))
    .map(([marker, body]) => segment(marker, ...body)),
  scan,
)
const told = fc.constantFrom(
  segment(0xe1, ...latin(`http://ns.adobe.com/xap/1.0/\0${PLACE}`)),
  segment(0xe1, ...latin(`Exif\0\0II*\0${PLACE}`)),
  segment(0xe2, ...latin(`MPF\0${PLACE}`)),
  segment(0xed, ...latin(`Photoshop 3.0\0${PLACE}`)),
  segment(0xe0, ...latin(`JFXX\0${PLACE}`)),
  segment(0xfe, ...latin(PLACE)),
)

// PNG and WebP
const chunk = (type: string, data: readonly number[]): number[] => {
  return [0, 0, 0, data.length, ...latin(type), ...data, 1, 2, 3, 4]
}
const riff = (type: string, data: readonly number[]): number[] => {
  return [...latin(type), data.length, 0, 0, 0, ...data, ...(data.length % 2 === 1 ? [0] : [])]
}
const webp = (...chunks: readonly (readonly number[])[]): Bytes => {
  const body = joined(...chunks)
  return joined(latin('RIFF'), [body.length + 4, 0, 0, 0], latin('WEBP'), body)
}

type Piece = { readonly bytes: readonly number[]; readonly stays: boolean }
const pieces = (stay: fc.Arbitrary<readonly number[]>, go: fc.Arbitrary<readonly number[]>) =>
  fc.array(
    fc.oneof(
      stay.map((bytes): Piece => ({ bytes, stays: true })),
      go.map((bytes): Piece => ({ bytes, stays: false })),
    ),
    { maxLength: 8 },
  )
const all = (some: readonly Piece[]) => some.map(({ bytes }) => bytes)
const staying = (some: readonly Piece[]) => all(some.filter(({ stays }) => stays))

describe('a picture that is taken in', () => {
  it('is the same JPEG without what its file tells, wherever that stands', async () => {
    await fc.assert(
      fc.asyncProperty(pieces(needed, told), fc.boolean(), async (some, isCut) => {
        const behind = isCut ? [] : joined([0xff, 0xd9], latin(`a film of ${PLACE}`))
        const made = await cleaned(joined([0xff, 0xd8], ...all(some), behind), 'image/jpeg')
        const end = isCut ? [] : [0xff, 0xd9]
        expect(made).toEqual(joined([0xff, 0xd8], ...staying(some), end))
        expect(await cleaned(made, 'image/jpeg')).toEqual(made)
      }),
    )
  })

  it('keeps which way up it is, and nothing else that the camera said', async () => {
    for (const orientation of [2, 6, 8]) {
      for (const order of ['II', 'MM']) {
        const isLittle = order === 'II'
        const number = (value: number, bytes: number) => {
          const big = Array.from({ length: bytes }, (_, at) => (value >> (8 * (bytes - 1 - at))) & 255)
          return isLittle ? big.toReversed() : big
        }
        const entry = (tag: number, type: number, value: readonly number[]) => [
          ...number(tag, 2),
          ...number(type, 2),
          ...number(1, 4),
          ...value,
        ]
        const turned = entry(0x0112, 3, [...number(orientation, 2), 0, 0])
        const gps = entry(0x8825, 4, number(38, 4))
        const tiff = [...latin(order), ...number(42, 2), ...number(8, 4), ...number(2, 2), ...gps, ...turned]
        const exif = segment(0xe1, ...latin('Exif\0\0'), ...tiff, ...latin(PLACE))
        const body = segment(0xdb, 1)
        const made = await cleaned(joined([0xff, 0xd8], exif, body, [0xff, 0xd9]), 'image/jpeg')
        expect(made).toEqual(joined([0xff, 0xd8], orientationSegment(orientation), body, [0xff, 0xd9]))
        expect(orientationIn(orientationSegment(orientation).subarray(4))).toBe(orientation)
      }
    }
  })

  it('is the same PNG without texts, times and words of a camera', async () => {
    const head = joined([0x89], latin('PNG\r\n'), [0x1a, 0x0a])
    const stay = fc
      .tuple(fc.constantFrom('IHDR', 'PLTE', 'IDAT', 'tRNS', 'iCCP', 'pHYs', 'acTL', 'fdAT'), bytesOf(20))
      .map(([type, data]) => chunk(type, data))
    const go = fc
      .constantFrom('tEXt', 'zTXt', 'iTXt', 'eXIf', 'tIME', 'prVt')
      .map((type) => chunk(type, latin(PLACE)))
    await fc.assert(
      fc.asyncProperty(pieces(stay, go), async (some) => {
        const end = chunk('IEND', [])
        const made = await cleaned(joined(head, ...all(some), end, latin(PLACE)), 'image/png')
        expect(made).toEqual(joined(head, ...staying(some), end))
      }),
    )
  })

  it('is the same WebP without them, and its head says so', async () => {
    const stay = fc
      .tuple(fc.constantFrom('VP8 ', 'VP8L', 'ALPH', 'ICCP'), bytesOf(12))
      .map(([type, data]) => riff(type, data))
    const go = fc.constantFrom('EXIF', 'XMP ', 'mine').map((type) => riff(type, latin(PLACE.slice(0, 13))))
    const extended = (flags: number) => riff('VP8X', [flags, 0, 0, 0, 9, 0, 0, 9, 0, 0])
    await fc.assert(
      fc.asyncProperty(pieces(stay, go), async (some) => {
        const file = joined(webp(extended(0b0011_1110), ...all(some)), latin(PLACE))
        expect(await cleaned(file, 'image/webp')).toEqual(webp(extended(0b0011_0010), ...staying(some)))
      }),
    )
  })

  it('is read a slice at a time, whichever', async () => {
    const photo = joined([0xff, 0xd8], segment(0xfe, ...latin(PLACE)), segment(0xdb, 1, 2, 3), [0xff, 0xd9])
    const made = await onlyThePicture(sourceOf(photo), 'image/jpeg')
    const bytes = await whole(made)
    await fc.assert(
      fc.asyncProperty(fc.nat(bytes.length), fc.nat(bytes.length + 4), async (start, end) => {
        expect(await made.slice(start, end)).toEqual(bytes.slice(start, Math.max(start, end)))
      }),
    )
  })

  it('is as it was where it is damaged or another kind, and never in the way', async () => {
    const odd = joined([0xff, 0xd8], latin('no segment'))
    expect(await cleaned(odd, 'image/jpeg')).toEqual(odd)
    expect(await cleaned(odd, 'application/pdf')).toEqual(odd)
    const starts = {
      'image/jpeg': [0xff, 0xd8, 0xff],
      'image/png': joined([0x89], latin('PNG\r\n'), [0x1a, 0x0a]),
      'image/webp': joined(latin('RIFF'), [9, 0, 0, 0], latin('WEBP')),
    }
    for (const [mime, start] of Object.entries(starts)) {
      await fc.assert(
        fc.asyncProperty(bytesOf(60), async (rest) => {
          const made = await cleaned(joined(start, rest), mime)
          expect(made.length).toBeLessThanOrEqual(start.length + rest.length + orientationSegment(6).length)
        }),
      )
    }
  })
})
