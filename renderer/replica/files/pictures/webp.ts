import type { Part, Read } from './parts.ts'

// A WebP picture is a RIFF file of chunks (RFC 9649, section 2): its head says how long it is, and the first chunk of an
// extended one which others there are.

const HEAD = 12
const kept: ReadonlySet<string> = new Set(['VP8 ', 'VP8L', 'VP8X', 'ALPH', 'ANIM', 'ANMF', 'ICCP'])
/** Bits of the first byte of `VP8X` that say Exif and XMP. */
const SAYS_METADATA = 0x0c

/** The picture without what a camera or a program says of it, and what lies behind its end. */
export async function webpParts(size: number, read: Read): Promise<readonly Part[] | null> {
  const head = await read(0, HEAD)
  const stated = Math.min(8 + viewOf(head).getUint32(4, true), size)
  const parts: Part[] = []
  let length = 4
  for (let at = HEAD; at + 8 <= stated;) {
    const chunk = await read(at, 9)
    const type = new TextDecoder('latin1').decode(chunk.subarray(0, 4))
    const payload = viewOf(chunk).getUint32(4, true)
    const end = Math.min(at + 8 + payload + (payload % 2), stated)
    if (kept.has(type)) {
      length += end - at
      const flags = chunk[8]
      if (type === 'VP8X' && flags !== undefined && end > at + 9) {
        const cleared = Uint8Array.from([...chunk.subarray(0, 8), flags & ~SAYS_METADATA])
        parts.push({ bytes: cleared }, { from: at + 9, to: end })
      } else parts.push({ from: at, to: end })
    }
    at = end
  }
  const made = Uint8Array.from(head)
  viewOf(made).setUint32(4, length, true)
  return [{ bytes: made }, ...parts]
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
