import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { codesIn, STEM } from './canaries.ts'
import { unpacked } from './unpack.ts'

// Looks for canaries in bytes: in UTF-8, in UTF-16 of either byte order, and in base64 wherever in its groups of three
// bytes the canary begins.

export type Encoding = 'UTF-8' | 'UTF-16' | 'base64'

export type Hit = {
  readonly where: string
  readonly encoding: Encoding
  /** False: it lies there only for who unpacks. */
  readonly plain: boolean
  /** Which canaries. */
  readonly codes: ReadonlySet<string>
}

/** Every byte of every file below a folder, as it lies and unpacked. */
export async function searchFolder(folder: string): Promise<Hit[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const hits: Hit[] = []
  for (const entry of entries.filter((one) => one.isFile())) {
    const file = join(entry.parentPath, entry.name)
    const bytes = await readFile(file)
    hits.push(...searchBytes(file, bytes))
    for (const view of unpacked(entry.name, bytes)) {
      const found = searchBytes(file, Buffer.from(view.buffer, view.byteOffset, view.byteLength))
      hits.push(...found.map((hit) => ({ ...hit, plain: false })))
    }
    // A file's own name may tell, too.
    hits.push(...searchBytes(`the name of ${file}`, Buffer.from(entry.name)))
  }
  return hits
}

export function searchBytes(where: string, bytes: Buffer): Hit[] {
  const text = bytes.toString('latin1')
  const small = text.toLowerCase()
  const found: Record<Encoding, ReadonlySet<string>> = {
    'UTF-8': codesIn(around(small, STEM, 1)),
    'UTF-16': codesIn(around(small, STEM.split('').join('\0'), 2).replaceAll('\0', '')),
    base64: codesIn(fromBase64(text)),
  }
  return (['UTF-8', 'UTF-16', 'base64'] as const)
    .filter((encoding) => found[encoding].size > 0)
    .map((encoding) => ({ where, encoding, plain: true, codes: found[encoding] }))
}

/** The canaries of a text, cut out and joined: the rest of a large file is not looked at twice. */
function around(text: string, pattern: string, width: 1 | 2): string {
  const cuts: string[] = []
  for (let at = text.indexOf(pattern); at !== -1; at = text.indexOf(pattern, at + 1)) {
    cuts.push(text.slice(at, at + pattern.length + 5 * width))
  }
  return cuts.join(' ')
}

type Shifted = { readonly pattern: string; readonly before: number }

/** How the stem looks in base64 when `shift` bytes stand before it in its group: what of it does not depend on those. */
const shifted: readonly Shifted[] = [STEM, STEM.toUpperCase()].flatMap((stem) =>
  [0, 1, 2].map((shift) => {
    const bytes = Buffer.concat([Buffer.alloc(shift), Buffer.from(stem)])
    const before = Math.ceil((shift * 8) / 6)
    const end = Math.floor((bytes.length * 8) / 6)
    return { pattern: bytes.toString('base64').slice(before, end), before }
  }),
)

function fromBase64(text: string): string {
  const cuts: string[] = []
  for (const { pattern, before } of shifted) {
    for (const written of new Set([pattern, pattern.replaceAll('+', '-').replaceAll('/', '_')])) {
      for (let at = text.indexOf(written); at !== -1; at = text.indexOf(written, at + 1)) {
        const start = Math.max(0, at - before)
        cuts.push(Buffer.from(text.slice(start, start + 24), 'base64').toString('latin1'))
      }
    }
  }
  return cuts.join(' ')
}
