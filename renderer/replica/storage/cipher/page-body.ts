import { z } from 'zod'
import { commonText } from './common-text.ts'

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
  /** Of an edit: the order of the version that it was made on, without which it says nothing. */
  readonly over?: number | undefined
}

/** What a page says of its documents: the i-th has this id and order, and its bytes end at `ends[i]`. */
const indexSchema = z.strictObject({
  ids: z.array(z.string()),
  orders: z.array(z.int().nonnegative()),
  ends: z.array(z.int().nonnegative()),
  /** The places of those that exist on this device only. */
  local: z.array(z.int().nonnegative()),
  /** Of a page of edits: what the i-th was made on. */
  over: z.array(z.int().nonnegative()).optional(),
  /** Of a page of edits: so many bytes that all begin with, and then so many that all end with, stand once before what is their own. */
  common: z.strictObject({ begin: z.int().nonnegative(), end: z.int().nonnegative() }).optional(),
})

/** Documents of a page, packed: bytes that are parsed where somebody looks at one. */
export type PageBody = z.infer<typeof indexSchema> & {
  /** The documents, one after the other, behind what edits have in common. */
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

/** Of one character of a text at most so many bytes. */
const WIDEST = 3
/** Where documents are put before it is known how long they are. Empty again after each page. */
let scratch: Bytes = new Uint8Array(0)

function roomFor(length: number): Bytes {
  if (scratch.length < length) scratch = new Uint8Array(length)
  return scratch
}

export function packBody(entries: readonly PageEntry[]): PageBody {
  const made = entries.flatMap(({ over }) => over ?? [])
  const over = made.length === entries.length && made.length > 0 ? made : undefined
  const contents = entries.map(({ content }) => content)
  // Of edits of one act, what differs is the smaller part; a document alone is read as a view of its page.
  const parts = over === undefined || contents.length < 2 ? null : commonText(contents.map(textOf))
  const before = parts === null ? [] : [parts.begin, parts.end]
  const own = parts?.own ?? contents
  const room = roomFor([...before, ...own].reduce((sum, content) => sum + mostBytes(content), 0))
  let end = 0
  const [begins = 0, all = 0] = before.map((content) => (end += put(content, room.subarray(end))))
  const ends = own.map((content) => (end += put(content, room.subarray(end))) - all)
  const said = {
    ids: entries.map(({ id }) => id),
    orders: entries.map(({ order }) => order),
    ends,
    local: entries.flatMap((entry, at) => (entry.local ? [at] : [])),
    over,
    common: parts === null ? undefined : { begin: begins, end: all - begins },
  }
  const index = encoder.encode(JSON.stringify(said))
  const start = LENGTH + index.length
  const packed = new Uint8Array(start + end)
  new DataView(packed.buffer).setUint32(0, index.length)
  packed.set(index, LENGTH)
  packed.set(room.subarray(0, end), start)
  room.fill(0, 0, end)
  return { ...said, bytes: packed.subarray(start), packed }
}

function textOf(content: Content): string {
  return typeof content === 'string' ? content : decoder.decode(content)
}

function mostBytes(content: Content): number {
  return typeof content === 'string' ? content.length * WIDEST : content.length
}

/** Answers how many bytes it takes. */
function put(content: Content, room: Bytes): number {
  if (typeof content === 'string') return encoder.encodeInto(content, room).written
  room.set(content)
  return content.length
}

/** `format` is that of the page. */
export function readBody(format: number, packed: Bytes): PageBody | JsonBody {
  if (format === 1) return jsonBodySchema.parse(JSON.parse(decoder.decode(packed)))
  const start = LENGTH + new DataView(packed.buffer, packed.byteOffset, packed.byteLength).getUint32(0)
  const index = indexSchema.parse(JSON.parse(decoder.decode(packed.subarray(LENGTH, start))))
  return { ...index, bytes: packed.subarray(start), packed }
}

/** The bytes of the document at a place: a view of the page's memory; a copy only where edits have something in common. */
export function contentAt({ bytes, ends, common }: PageBody, at: number): Bytes {
  const from = at === 0 ? 0 : (ends[at - 1] ?? 0)
  const to = ends[at] ?? 0
  if (common === undefined) return bytes.subarray(from, to)
  const { begin, end } = common
  const own = begin + end
  const whole = new Uint8Array(own + to - from)
  whole.set(bytes.subarray(0, begin))
  whole.set(bytes.subarray(own + from, own + to), begin)
  whole.set(bytes.subarray(begin, own), begin + to - from)
  return whole
}
