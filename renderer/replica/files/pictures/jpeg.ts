import type { Part, Read } from './parts.ts'
import { orientationIn, orientationSegment } from './orientation.ts'

// A JPEG picture is a row of segments (ITU-T T.81, annex B). What a decoder needs stays: tables, frames, scans, and of the
// applications' own segments the frame's units, the colour profile and the colour transform. Which way up it is stays, too.

const START = 0xd8
const END = 0xd9
const SCAN = 0xda
const COMMENT = 0xfe
const SCANNED_AT_ONCE = 1024 * 1024

/** Applications' segments that the picture would look otherwise without, by marker. */
const kept: Readonly<Record<number, string>> = { 0xe0: 'JFIF\0', 0xe2: 'ICC_PROFILE\0', 0xee: 'Adobe' }

/**
 * The picture without what else its file says: where and when it was taken, by which camera, a smaller one of it, what
 * lies behind its end. Null where the bytes are no row of segments.
 */
export async function jpegParts(size: number, read: Read): Promise<readonly Part[] | null> {
  const parts: Part[] = [{ from: 0, to: 2 }]
  let isTurned = false
  let at = 2
  while (at + 2 <= size) {
    const [first, marker = 0, high = 0, low = 0] = await read(at, 4)
    if (first !== 0xff) return null
    if (marker === END) return [...parts, { from: at, to: at + 2 }]
    if (isAlone(marker)) {
      // A byte that fills, or a marker of its own.
      const to = at + (marker === 0xff ? 1 : 2)
      parts.push({ from: at, to })
      at = to
      continue
    }
    const end = Math.min(at + 2 + high * 256 + low, size)
    if (end < at + 4) return null
    if (isOfPicture(marker, await read(at + 4, 12))) parts.push({ from: at, to: end })
    else if (!isTurned && marker === 0xe1) {
      const orientation = orientationIn(await read(at + 4, end - at - 4))
      if (orientation !== null) parts.push({ bytes: orientationSegment(orientation) })
      isTurned = orientation !== null
    }
    at = end
    if (marker === SCAN) {
      at = await endOfScan(size, read, end)
      parts.push({ from: end, to: at })
    }
  }
  return parts
}

function isAlone(marker: number): boolean {
  return marker === 0xff || marker === 0x01 || isRestart(marker) || marker === START
}

function isRestart(marker: number): boolean {
  return marker >= 0xd0 && marker <= 0xd7
}

function isOfPicture(marker: number, head: Uint8Array): boolean {
  if (marker === COMMENT) return false
  if (marker < 0xe0 || marker > 0xef) return true
  const name = kept[marker]
  return name !== undefined && new TextDecoder('latin1').decode(head).startsWith(name)
}

/** Where the next marker stands: in a scan 0xFF is followed by 0 or by a restart. */
async function endOfScan(size: number, read: Read, from: number): Promise<number> {
  let at = from
  while (at < size) {
    const bytes = await read(at, SCANNED_AT_ONCE)
    for (let found = bytes.indexOf(0xff); found >= 0; found = bytes.indexOf(0xff, found + 1)) {
      const next = bytes[found + 1]
      if (next !== undefined && next !== 0 && next !== 0xff && !isRestart(next)) return at + found
    }
    // The last byte may be the first of a marker.
    at += bytes.length === 1 ? 1 : bytes.length - 1
  }
  return size
}
