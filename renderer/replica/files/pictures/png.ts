import type { Part, Read } from './parts.ts'

// A PNG picture is a row of chunks (W3C PNG, third edition, section 5). Of those that a decoder need not know, the ones that
// the picture would look otherwise without stay.

const HEAD = 8
const AROUND = 12
const kept: ReadonlySet<string> = new Set(
  'tRNS gAMA cHRM sRGB iCCP cICP mDCV cLLI sBIT bKGD pHYs hIST sPLT acTL fcTL fdAT'.split(' '),
)

/** The picture without texts, times, a camera's words, and what lies behind its end. */
export async function pngParts(size: number, read: Read): Promise<readonly Part[] | null> {
  const parts: Part[] = [{ from: 0, to: HEAD }]
  let at = HEAD
  while (at < size) {
    const head = await read(at, 8)
    if (head.length < 8) return null
    const type = new TextDecoder('latin1').decode(head.subarray(4))
    if (!/^[A-Za-z]{4}$/.test(type)) return null
    const length = new DataView(head.buffer, head.byteOffset).getUint32(0)
    const end = Math.min(at + AROUND + length, size)
    // A capital means that no picture is seen without it.
    if (/^[A-Z]/.test(type) || kept.has(type)) parts.push({ from: at, to: end })
    if (type === 'IEND') return parts
    at = end
  }
  return parts
}
