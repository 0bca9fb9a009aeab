// What a file is by its first bytes (WHATWG MIME Sniffing, section 6; RFC 9649 for WebP, ISO/IEC 23000-22 for AVIF).

type Signature = {
  readonly type: string
  readonly at: number
  readonly bytes: readonly number[]
  readonly also?: Omit<Signature, 'type'>
}

const ascii = (text: string): readonly number[] => [...new TextEncoder().encode(text)]

const signatures: readonly Signature[] = [
  { type: 'image/png', at: 0, bytes: [0x89, ...ascii('PNG'), 0x0d, 0x0a, 0x1a, 0x0a] },
  { type: 'image/jpeg', at: 0, bytes: [0xff, 0xd8, 0xff] },
  { type: 'image/gif', at: 0, bytes: ascii('GIF8') },
  { type: 'image/webp', at: 0, bytes: ascii('RIFF'), also: { at: 8, bytes: ascii('WEBP') } },
  { type: 'image/avif', at: 4, bytes: ascii('ftypavif') },
  { type: 'application/pdf', at: 0, bytes: ascii('%PDF-') },
]
const recognised: ReadonlySet<string> = new Set(signatures.map(({ type }) => type))

/** How many of its first bytes say what a file is. */
export const TYPE_BYTES = 16

/** No type: it is saved as it is, and nothing here shows it. */
const unknownType = 'application/octet-stream'

/**
 * The media type of a file whose name and machine say `said`, by the first `TYPE_BYTES` of it: what its bytes are where
 * they are known here, and never a known one that they are not.
 */
export function typeByContent(said: string, head: Uint8Array): string {
  const found = signatures.find((signature) => fits(signature, head))
  if (found !== undefined) return found.type
  return recognised.has(said) ? unknownType : said
}

function fits({ at, bytes, also }: Omit<Signature, 'type'>, head: Uint8Array): boolean {
  return bytes.every((byte, index) => head[at + index] === byte) && (also === undefined || fits(also, head))
}
