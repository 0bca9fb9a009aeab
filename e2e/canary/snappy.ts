// Snappy's raw format (google/snappy, format_description.txt): what LevelDB packs its blocks with, and Chromium its
// values in IndexedDB. Reading only.

/** Null: this is not Snappy, or cut off. */
export function unsnappy(packed: Uint8Array): Uint8Array | null {
  const length = readVarint(packed, 0)
  if (length === null || length.value > MOST) return null
  const out = new Uint8Array(length.value)
  let [from, to] = [length.next, 0]
  while (from < packed.length && to < out.length) {
    const tag = packed[from] ?? 0
    const piece = (tag & 3) === 0 ? literal(packed, from) : copy(packed, from)
    const [source, start] = 'offset' in piece ? [out, to - piece.offset] : [packed, piece.start]
    if (start < 0 || to + piece.length > out.length || (source === packed && piece.next > packed.length))
      return null
    // One by one: a copy may reach into what it is just writing.
    for (let at = 0; at < piece.length; at += 1) out[to + at] = source[start + at] ?? 0
    from = piece.next
    to += piece.length
  }
  return to === out.length ? out : null
}

/** Larger than anything that lies in a browser's profile. */
const MOST = 2 ** 28

type Literal = { readonly start: number; readonly length: number; readonly next: number }
type Copy = { readonly offset: number; readonly length: number; readonly next: number }

function literal(packed: Uint8Array, at: number): Literal {
  const short = (packed[at] ?? 0) >> 2
  const extra = Math.max(0, short - 59)
  const length = (extra === 0 ? short : little(packed, at + 1, extra)) + 1
  const start = at + 1 + extra
  return { start, length, next: start + length }
}

function copy(packed: Uint8Array, at: number): Copy {
  const tag = packed[at] ?? 0
  if ((tag & 3) === 1) {
    return { length: ((tag >> 2) & 7) + 4, offset: ((tag >> 5) << 8) | (packed[at + 1] ?? 0), next: at + 2 }
  }
  const bytes = (tag & 3) === 2 ? 2 : 4
  return { length: (tag >> 2) + 1, offset: little(packed, at + 1, bytes), next: at + 1 + bytes }
}

function little(bytes: Uint8Array, at: number, count: number): number {
  let value = 0
  for (let place = count - 1; place >= 0; place -= 1) value = value * 256 + (bytes[at + place] ?? 0)
  return value
}

/** LEB128, as Snappy and LevelDB write numbers; null where the bytes end in the middle of one. */
export function readVarint(bytes: Uint8Array, at: number): { value: number; next: number } | null {
  let value = 0
  for (let place = 0; place < 10; place += 1) {
    const byte = bytes[at + place]
    if (byte === undefined) return null
    value += (byte & 0x7f) * 2 ** (7 * place)
    if (byte < 0x80) return { value, next: at + place + 1 }
  }
  return null
}
