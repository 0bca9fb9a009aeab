import { newId, sameJson } from '#app/kernel/index.ts'
import type { Element } from '../convert/index.ts'

// FHIR shows less of a value than is kept. What a client states just as it was shown therefore stays as it is, with all that
// FHIR does not show of it; only what it states otherwise is made anew.

export function restated<Held, Said>(
  held: Held,
  shown: Element | undefined,
  said: Said | undefined,
  made: (said: Said) => Held,
): Held | null {
  if (sameJson(shown, said)) return held
  return said === undefined ? null : made(said)
}

export type ListRule<Item, Said> = {
  /** Undefined for an item that FHIR does not show, or not to this client: it stays. */
  show(item: Item): Element | undefined
  /** Whether what is stated can be a correction of this item. */
  corrects(said: Said, item: Item): boolean
  /** Of the item that it corrects, it has the key, and what FHIR does not show. */
  made(said: Said, index: number, corrected: Item | undefined): Item
  /** Whether an item goes when it is not stated any more. */
  goes(item: Item): boolean
}

export function restatedList<Item, Said>(
  rule: ListRule<Item, Said>,
  held: Item[] | undefined,
  said: readonly Said[] = [],
): Item[] | undefined {
  if (held === undefined && said.length === 0) return undefined
  const all = held ?? []
  const left = all.filter((item) => rule.show(item) !== undefined)
  if (sameJson(left.map(rule.show), said)) return held
  const take = (fits: (item: Item) => boolean): Item | undefined => {
    const at = left.findIndex(fits)
    return at < 0 ? undefined : left.splice(at, 1)[0]
  }
  const same = said.map((one) => take((item) => sameJson(rule.show(item), one)))
  const stated = said.map(
    (one, index) =>
      same[index] ??
      rule.made(
        one,
        index,
        take((item) => rule.corrects(one, item)),
      ),
  )
  const kept = all.filter(
    (item) => rule.show(item) === undefined || (left.includes(item) && !rule.goes(item)),
  )
  return [...stated, ...kept]
}

/** The key of an item: that of the one that it corrects, or one of its own. */
export function keyFrom(corrected: { readonly key: string } | undefined): string {
  return corrected?.key ?? newId()
}
