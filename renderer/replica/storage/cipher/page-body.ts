import { z } from 'zod'

type Bytes = Uint8Array<ArrayBuffer>

/** A document as its owner wrote it down: new as text, from another page as bytes. */
export type Content = string | Bytes

/** One version of a document and its place in the order of all local writes. */
export type PageEntry = {
  readonly id: string
  readonly order: number
  readonly content: Content
  /** It exists on this device only, and so lies on two pages. */
  readonly local: boolean
}

/** What a page says of its documents: the i-th has this id and order, and its bytes end at `ends[i]`. */
const indexSchema = z.strictObject({
  ids: z.array(z.string()),
  orders: z.array(z.int().nonnegative()),
  ends: z.array(z.int().nonnegative()),
  /** The places of those that exist on this device only. */
  local: z.array(z.int().nonnegative()),
})

/** Documents of a page, packed: bytes that are parsed where somebody looks at one. */
export type PageBody = z.infer<typeof indexSchema> & {
  /** The documents, one after the other. */
  readonly bytes: Bytes
  /** What is sealed: the length of the index, the index as JSON, `bytes`. Shares its memory with them. */
  readonly packed: Bytes
}

/** Pages of format 1 held their documents as one JSON value; they name themselves. */
export type JsonBody = { readonly orders: readonly number[]; readonly documents: readonly object[] }
const jsonBodySchema = z.strictObject({
  orders: z.array(z.int().nonnegative()),
  // What was sealed by this replica was checked before it was written.
  documents: z.array(z.custom<object>((value) => typeof value === 'object' && value !== null)),
})

const LENGTH = 4
const encoder = new TextEncoder()
const decoder = new TextDecoder()

export function packBody(entries: readonly PageEntry[]): PageBody {
  return (
    packTexts(entries) ??
    packParts(
      entries,
      entries.map(({ content }) => bytesOf(content)),
    )
  )
}

/** In one go where all are texts of which every character is one byte: then their lengths are known before. */
function packTexts(entries: readonly PageEntry[]): PageBody | null {
  const texts = entries.map(({ content }) => content).filter((content) => typeof content === 'string')
  if (texts.length < entries.length) return null
  const all = texts.join('')
  const body = emptyBody(entries, texts)
  const { read, written } = encoder.encodeInto(all, body.bytes)
  return read === all.length && written === all.length ? body : null
}

function packParts(entries: readonly PageEntry[], parts: readonly Uint8Array[]): PageBody {
  const body = emptyBody(entries, parts)
  parts.forEach((part, at) => body.bytes.set(part, at === 0 ? 0 : body.ends[at - 1]))
  return body
}

/** The index, and room for documents of these lengths. */
function emptyBody(entries: readonly PageEntry[], lengths: readonly { readonly length: number }[]): PageBody {
  let end = 0
  const ends = lengths.map(({ length }) => (end += length))
  const ids = entries.map(({ id }) => id)
  const orders = entries.map(({ order }) => order)
  const local = entries.flatMap((entry, at) => (entry.local ? [at] : []))
  const index = encoder.encode(JSON.stringify({ ids, orders, ends, local }))
  const start = LENGTH + index.length
  const packed = new Uint8Array(start + end)
  new DataView(packed.buffer).setUint32(0, index.length)
  packed.set(index, LENGTH)
  return { ids, orders, ends, local, bytes: packed.subarray(start), packed }
}

/** `format` is that of the page. */
export function readBody(format: number, packed: Bytes): PageBody | JsonBody {
  if (format === 1) return jsonBodySchema.parse(JSON.parse(decoder.decode(packed)))
  const start = LENGTH + new DataView(packed.buffer, packed.byteOffset, packed.byteLength).getUint32(0)
  const index = indexSchema.parse(JSON.parse(decoder.decode(packed.subarray(LENGTH, start))))
  return { ...index, bytes: packed.subarray(start), packed }
}

/** The bytes of the document at a place: a view of the page's memory, not a copy. */
export function contentAt({ bytes, ends }: PageBody, at: number): Bytes {
  return bytes.subarray(at === 0 ? 0 : ends[at - 1], ends[at])
}

function bytesOf(content: Content): Bytes {
  return typeof content === 'string' ? encoder.encode(content) : content
}
