import { z } from 'zod'

type Bytes = Uint8Array<ArrayBuffer>

const count = z.int().nonnegative()
const collection = { number: count, name: z.string(), schemaVersion: count }
const numbers = {
  commit: count,
  /** The last order given to a write. */
  order: count,
  /** How often the key of this epoch has sealed: each seal takes a random nonce, and those must not run out. */
  seals: z.strictObject({ epoch: z.int(), count }).default({ epoch: 0, count: 0 }),
}

/** The state of the whole store after a commit: which pages are alive, and how far the numbers have come. */
const headSchema = z.strictObject({
  ...numbers,
  collections: z.array(z.strictObject({ ...collection, pages: z.array(count) })),
})
export type Head = z.infer<typeof headSchema>

/** What stands before the keys of the pages: of each collection, how many there are. */
const saidSchema = z.strictObject({
  ...numbers,
  collections: z.array(z.strictObject({ ...collection, pages: count })),
})

/** One collection as a head says it. */
export type CollectionSaid = { readonly text: string; readonly keys: Bytes }

const LENGTH = 4
/** A key has 53 bits. */
const KEY = 7
const HIGH = 3

export function sayCollection({ pages, ...identity }: Head['collections'][number]): CollectionSaid {
  const keys = new Uint8Array(pages.length * KEY)
  const view = new DataView(keys.buffer)
  pages.forEach((key, at) => {
    const high = Math.floor(key / 2 ** 32)
    view.setUint8(at * KEY, high >>> 16)
    view.setUint16(at * KEY + 1, high & 0xffff)
    view.setUint32(at * KEY + HIGH, key % 2 ** 32)
  })
  return { text: JSON.stringify({ ...identity, pages: pages.length }), keys }
}

/** The head as it is sealed: the length of what it says, that as JSON, then the key of every page, collection by collection. */
export function packHead(
  { commit, order, seals }: Omit<Head, 'collections'>,
  collections: readonly CollectionSaid[],
): Bytes {
  const texts = collections.map(({ text }) => text).join()
  const said = new TextEncoder().encode(
    `{"commit":${commit},"order":${order},"seals":${JSON.stringify(seals)},"collections":[${texts}]}`,
  )
  const length = collections.reduce((sum, { keys }) => sum + keys.length, LENGTH + said.length)
  const packed = new Uint8Array(length)
  new DataView(packed.buffer).setUint32(0, said.length)
  packed.set(said, LENGTH)
  let end = LENGTH + said.length
  for (const { keys } of collections) {
    packed.set(keys, end)
    end += keys.length
  }
  return packed
}

/** Of any format: up to 3, a head was JSON as a whole. */
export function readHeadOf(format: number, packed: Bytes): Head {
  if (format < 4) return headSchema.parse(JSON.parse(new TextDecoder().decode(packed)))
  const view = new DataView(packed.buffer, packed.byteOffset, packed.byteLength)
  let end = LENGTH + view.getUint32(0)
  const { collections, ...numbers } = saidSchema.parse(
    JSON.parse(new TextDecoder().decode(packed.subarray(LENGTH, end))),
  )
  const keysOf = (pages: number): number[] =>
    Array.from({ length: pages }, () => {
      const high = view.getUint8(end) * 2 ** 16 + view.getUint16(end + 1)
      const key = high * 2 ** 32 + view.getUint32(end + HIGH)
      end += KEY
      return key
    })
  return { ...numbers, collections: collections.map((one) => ({ ...one, pages: keysOf(one.pages) })) }
}
