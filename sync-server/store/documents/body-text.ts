import type { Stamp } from '#app/kernel/index.ts'
import type { StoredBody } from '../contract.ts'

// How a body lies under its seal: JSON, but each stamp once with the fields that carry it. One write stamps many fields,
// so that a body is less than half as long; it is sealed, kept, read and parsed with every revision and every page.

type Packed = Omit<StoredBody, 'stamps'> & {
  /** By field in what was written before stamps were packed. */
  readonly stamps: readonly (readonly [Stamp, readonly string[]])[] | StoredBody['stamps']
}

export function bodyText(body: StoredBody): string {
  const fields = new Map<Stamp, string[]>()
  for (const [name, stamp] of Object.entries(body.stamps)) {
    const known = fields.get(stamp)
    if (known === undefined) fields.set(stamp, [name])
    else known.push(name)
  }
  const packed: Packed = { ...body, stamps: [...fields] }
  return JSON.stringify(packed)
}

export function bodyOfText(text: string): StoredBody {
  const packed = JSON.parse(text) as Packed
  if (!isPacked(packed.stamps)) return { ...packed, stamps: packed.stamps }
  const stamps: Record<string, Stamp> = {}
  for (const [stamp, names] of packed.stamps) for (const name of names) stamps[name] = stamp
  return { ...packed, stamps }
}

function isPacked(stamps: Packed['stamps']): stamps is Exclude<Packed['stamps'], StoredBody['stamps']> {
  return Array.isArray(stamps)
}
