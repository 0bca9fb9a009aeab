import { sameJson } from '../kernel/index.ts'
import type { FieldSpecs, MergeRule } from '../kernel/index.ts'
import { decideBoth } from './rules.ts'
import type { Loser } from './rules.ts'

// Three-way merge of one document, field by field. Pure and deterministic. What holds for every rule:
//
// 1. A side that did not change a field gives way: the other side's value is taken and nothing is lost.
// 2. merge(base, x, x) is x, and nothing is lost; but two who counted alike have counted twice.
// 3. No value disappears: where both sides changed a field to different values, each of them is in `merged`, or in
//    `lost`, or (lists, sets, counters) its difference from the base is in the merged value.
// 4. `mine` is the edit that arrives, `current` what is stored: the last to arrive is the last writer. Order is the
//    server's; no clock is read.
// 5. `losing` is the whole value of the field as it would be had the loser won, so that writing it undoes the decision.
//
// Only the fields that are given are looked at: a hidden field is in none of the three, and stays as it is.

export type { Loser } from './rules.ts'

export type MergeInput = {
  readonly fields: FieldSpecs
  /** What `mine` was made from; null where that is not known, and then each difference counts as made on both sides. */
  readonly base: Readonly<Record<string, unknown>> | null
  readonly mine: Readonly<Record<string, unknown>>
  readonly current: Readonly<Record<string, unknown>>
}

export type LostValue = {
  readonly field: string
  readonly losing: unknown
  readonly winning: unknown
  /** The rule is `review`: the loser waits for a person to decide. */
  readonly waits: boolean
  readonly loser: Loser
}

export type MergeOutcome = {
  /** Every field of `current` and `mine` that the module, or the envelope's `removedAt` and `ext`, knows. */
  readonly merged: Record<string, unknown>
  /** The fields in which `merged` differs from `current`, sorted. */
  readonly changed: readonly string[]
  readonly lost: readonly LostValue[]
}

/** What people may edit of the envelope. Custom fields are decided one by one. */
const envelopeRules: Readonly<Record<string, MergeRule>> = {
  ext: { rule: 'members' },
  removedAt: { rule: 'last-writer' },
}

export function mergeFields({ fields, base, mine, current }: MergeInput): MergeOutcome {
  const merged: Record<string, unknown> = {}
  const changed: string[] = []
  const lost: LostValue[] = []
  for (const name of [...Object.keys(fields), ...Object.keys(envelopeRules)].toSorted()) {
    if (!Object.hasOwn(mine, name)) {
      if (Object.hasOwn(current, name)) merged[name] = current[name]
      continue
    }
    const rule = fields[name]?.merge ?? envelopeRules[name] ?? { rule: 'last-writer' }
    const sides = { base: base?.[name], mine: mine[name], current: current[name] }
    const decided = decide(name, rule, base !== null, sides)
    merged[name] = decided.value
    if (!sameJson(decided.value, current[name])) changed.push(name)
    for (const loss of decided.lost) lost.push({ field: name, winning: decided.value, ...loss })
  }
  return { merged, changed, lost }
}

function decide(
  name: string,
  rule: MergeRule,
  baseKnown: boolean,
  sides: { readonly base: unknown; readonly mine: unknown; readonly current: unknown },
) {
  const { base, mine, current } = sides
  const countedTwice = rule.rule === 'counter' && baseKnown && !sameJson(base, mine)
  if (sameJson(mine, current) && !countedTwice) return { value: current, lost: [] }
  if (current === undefined) return { value: mine, lost: [] }
  if (baseKnown && sameJson(base, mine)) return { value: current, lost: [] }
  if (baseKnown && sameJson(base, current)) return { value: mine, lost: [] }
  // Both removed the document: the first removal stands, and nobody has to decide about a time.
  if (name === 'removedAt' && mine !== null && current !== null) return { value: current, lost: [] }
  return decideBoth(rule, baseKnown ? { known: true, value: base } : { known: false }, mine, current)
}
