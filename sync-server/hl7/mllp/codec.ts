// The minimal lower layer protocol: VT message FS CR, over a byte stream that knows nothing of messages. Bytes in, bytes
// out: what a message says is nobody's business here.

const VT = 0x0b
const FS = 0x1c
const CR = 0x0d

/** Large enough for an embedded document, small enough that a few hundred connections can't fill the memory. */
export const FRAME_LIMIT = 16 * 1024 * 1024

export type DecoderCounts = {
  /** Bytes outside of any frame, other than line ends. */
  readonly garbage: number
  /** Frames that a second VT gave up. */
  readonly resets: number
}

export type MllpDecoder = {
  /** The frames that this packet completes, in order; `too-large` ends the stream, nothing after it is read. */
  push(packet: Buffer): { readonly frames: readonly Buffer[]; readonly tooLarge: boolean }
  /** Bytes of a frame that is not complete yet. */
  pending(): number
  counts(): DecoderCounts
}

export function encodeFrame(message: Buffer): Buffer {
  return Buffer.concat([Buffer.of(VT), message, Buffer.of(FS, CR)])
}

/**
 * A frame is complete at its FS: the CR after it may come in the next packet, or never. A second VT before the FS means
 * that the sender gave up and began anew: the latest beginning counts. What stands outside of frames is dropped.
 */
export function mllpDecoder(limit: number = FRAME_LIMIT): MllpDecoder {
  let parts: Buffer[] = []
  let size = 0
  let inside = false
  let garbage = 0
  let resets = 0

  function begin(): void {
    parts = []
    size = 0
    inside = true
  }

  /** Bytes of a frame, which may hold further beginnings: only what follows the last one is kept. */
  function take(bytes: Buffer): void {
    const again = bytes.lastIndexOf(VT)
    if (again >= 0) {
      resets += countOf(bytes, VT)
      begin()
    }
    const kept = bytes.subarray(again + 1)
    if (kept.length === 0) return
    parts.push(kept)
    size += kept.length
  }

  function skip(bytes: Buffer): void {
    for (const byte of bytes) if (byte !== CR && byte !== 0x0a) garbage += 1
  }

  function push(packet: Buffer): { frames: Buffer[]; tooLarge: boolean } {
    const frames: Buffer[] = []
    let at = 0
    while (at < packet.length) {
      if (!inside) {
        const start = packet.indexOf(VT, at)
        skip(packet.subarray(at, start < 0 ? packet.length : start))
        if (start < 0) break
        begin()
        at = start + 1
        continue
      }
      const end = packet.indexOf(FS, at)
      take(packet.subarray(at, end < 0 ? packet.length : end))
      if (size > limit) {
        parts = []
        return { frames, tooLarge: true }
      }
      if (end < 0) break
      frames.push(parts.length === 1 && parts[0] !== undefined ? parts[0] : Buffer.concat(parts, size))
      parts = []
      size = 0
      inside = false
      at = end + 1
    }
    return { frames, tooLarge: false }
  }

  return { push, pending: () => size, counts: () => ({ garbage, resets }) }
}

function countOf(bytes: Buffer, wanted: number): number {
  let count = 0
  for (let at = bytes.indexOf(wanted); at >= 0; at = bytes.indexOf(wanted, at + 1)) count += 1
  return count
}
