import { sameJson } from '../kernel/index.ts'
import { isRecord, mergeMembers } from './members.ts'
import type { Base, Decision, Loser, Loss } from './rules.ts'

type Item = Readonly<Record<string, unknown>>
type Items = ReadonlyMap<string, Item>

/** What becomes of one item: what stands, and what would stand had the loser won (`undefined`: no item). */
type Fate = {
  readonly kept: Item | undefined
  readonly contest?: { readonly losing: Item | undefined; readonly loser: Loser }
}

/**
 * Merges two lists of objects told apart by the member `by`. An item that one side removed and the other changed
 * stays, and the removal is in `lost`. Answers null where the items can't be told apart: a key is absent or stands
 * twice.
 */
export function mergeItems(by: string, base: Base, mine: unknown, current: unknown): Decision | null {
  const [mineItems, currentItems] = [itemsBy(by, mine), itemsBy(by, current)]
  const baseItems = itemsBy(by, base.known ? (base.value ?? []) : [])
  if (mineItems === null || currentItems === null || baseItems === null) return null

  const fates = [...new Set([...currentItems.keys(), ...mineItems.keys()])].map((key) =>
    decideItem(baseItems.get(key), mineItems.get(key), currentItems.get(key), base.known),
  )
  return {
    value: fates.flatMap(({ kept }) => kept ?? []),
    lost: (['mine', 'current'] as const).flatMap((loser) => lossOf(fates, loser)),
  }
}

/** The list as it would be had this side won wherever it lost. */
function lossOf(fates: readonly Fate[], loser: Loser): readonly Loss[] {
  if (!fates.some(({ contest }) => contest?.loser === loser)) return []
  const losing = fates.flatMap(({ kept, contest }) =>
    contest?.loser === loser ? (contest.losing ?? []) : (kept ?? []),
  )
  return [{ losing, waits: false, loser }]
}

function decideItem(
  base: Item | undefined,
  mine: Item | undefined,
  current: Item | undefined,
  baseKnown: boolean,
): Fate {
  if (mine !== undefined && current !== undefined) {
    const { value, otherwise } = mergeMembers(baseKnown ? (base ?? {}) : null, mine, current)
    return otherwise === undefined
      ? { kept: value }
      : { kept: value, contest: { losing: otherwise, loser: 'current' } }
  }
  const [kept, removedBy]: [Item | undefined, Loser] =
    mine === undefined ? [current, 'mine'] : [mine, 'current']
  if (base === undefined) return { kept }
  return sameJson(base, kept)
    ? { kept: undefined }
    : { kept, contest: { losing: undefined, loser: removedBy } }
}

function itemsBy(by: string, list: unknown): Items | null {
  if (!Array.isArray(list)) return null
  const items = new Map<string, Item>()
  for (const item of list) {
    const key: unknown = isRecord(item) ? item[by] : undefined
    if (typeof key !== 'string' || items.has(key)) return null
    items.set(key, item as Item)
  }
  return items
}
