import type { Stamp } from '#app/kernel/index.ts'
import type { DocumentRef, StoredBody } from '../contract.ts'
import { ofToday, versionOf } from './body-version.ts'

// How a body lies under its seal: JSON, but each stamp once with the fields that carry it. One write stamps many fields,
// so that a body is less than half as long; it is sealed, kept, read and parsed with every revision and every page.

type Packed = Omit<StoredBody, 'stamps'> & {
  /** By field in what was written before stamps were packed. */
  readonly stamps: readonly (readonly [Stamp, readonly string[]])[] | StoredBody['stamps']
  /** Of its module; absent for the first. */
  readonly version?: number
}

type Of = Pick<DocumentRef, 'collection'>

export function bodyText({ collection }: Of, body: StoredBody): string {
  const fields = new Map<Stamp, string[]>()
  for (const [name, stamp] of Object.entries(body.stamps)) {
    const known = fields.get(stamp)
    if (known === undefined) fields.set(stamp, [name])
    else known.push(name)
  }
  const version = versionOf(collection, body.doc)
  const packed: Packed = { ...body, stamps: [...fields], ...(version === 1 ? {} : { version }) }
  return JSON.stringify(packed)
}

/** The body as it would be written now. */
export function bodyOfText({ collection }: Of, text: string): StoredBody {
  const { version = 1, ...packed } = JSON.parse(text) as Packed
  return { ...packed, doc: ofToday(collection, packed.doc, version), stamps: unpacked(packed.stamps) }
}

function unpacked(packed: Packed['stamps']): StoredBody['stamps'] {
  if (!isPacked(packed)) return packed
  const stamps: Record<string, Stamp> = {}
  for (const [stamp, names] of packed) for (const name of names) stamps[name] = stamp
  return stamps
}

function isPacked(stamps: Packed['stamps']): stamps is Exclude<Packed['stamps'], StoredBody['stamps']> {
  return Array.isArray(stamps)
}
