import { canonicalJson, unreachable } from '../kernel/index.ts'
import type { MergeRule } from '../kernel/index.ts'
import { mergeItems } from './items.ts'
import { isRecord, mergeMembers } from './members.ts'

/** Whose value lost. */
export type Loser = 'mine' | 'current'

export type Loss = { readonly losing: unknown; readonly waits: boolean; readonly loser: Loser }
export type Decision = { readonly value: unknown; readonly lost: readonly Loss[] }
export type Base = { readonly known: true; readonly value: unknown } | { readonly known: false }

/** Decides a field that both sides changed, to different values. */
export function decideBoth(rule: MergeRule, base: Base, mine: unknown, current: unknown): Decision {
  switch (rule.rule) {
    case 'last-writer':
      return lastWriter(mine, current)
    case 'review':
      return { value: current, lost: [{ losing: mine, waits: true, loser: 'mine' }] }
    case 'status':
      return isStep(rule.graph, current, mine)
        ? lastWriter(mine, current)
        : { value: current, lost: [{ losing: mine, waits: false, loser: 'mine' }] }
    case 'counter':
      return base.known && isNumber(base.value) && isNumber(mine) && isNumber(current)
        ? { value: current + mine - base.value, lost: [] }
        : lastWriter(mine, current)
    case 'members':
      return isRecord(mine) && isRecord(current) ? byMembers(base, mine, current) : lastWriter(mine, current)
    case 'set':
      return Array.isArray(mine) && Array.isArray(current)
        ? { value: mergeSets(listOf(base), mine, current), lost: [] }
        : lastWriter(mine, current)
    case 'append':
      return Array.isArray(mine) && Array.isArray(current)
        ? { value: mergeGrowing(listOf(base), mine, current), lost: [] }
        : lastWriter(mine, current)
    case 'list':
      return mergeItems(rule.by, base, mine, current) ?? lastWriter(mine, current)
    default:
      return unreachable(rule)
  }
}

function lastWriter(mine: unknown, current: unknown): Decision {
  return { value: mine, lost: [{ losing: current, waits: false, loser: 'current' }] }
}

function isStep(graph: Readonly<Record<string, readonly string[]>>, from: unknown, to: unknown): boolean {
  return typeof from === 'string' && typeof to === 'string' && (graph[from] ?? []).includes(to)
}

function byMembers(
  base: Base,
  mine: Readonly<Record<string, unknown>>,
  current: Readonly<Record<string, unknown>>,
): Decision {
  const from = base.known ? (isRecord(base.value) ? base.value : {}) : null
  const { value, otherwise } = mergeMembers(from, mine, current)
  return {
    value,
    lost: otherwise === undefined ? [] : [{ losing: otherwise, waits: false, loser: 'current' }],
  }
}

function listOf(base: Base): readonly unknown[] {
  return base.known && Array.isArray(base.value) ? base.value : []
}

/** Additions and removals of both sides hold; what stays keeps the order of `current`. */
function mergeSets(
  base: readonly unknown[],
  mine: readonly unknown[],
  current: readonly unknown[],
): unknown[] {
  const [inBase, inMine] = [keys(base), keys(mine)]
  const kept = current.filter(
    (value) => inMine.has(canonicalJson(value)) || !inBase.has(canonicalJson(value)),
  )
  const inCurrent = keys(current)
  const added = mine.filter(
    (value) => !inBase.has(canonicalJson(value)) && !inCurrent.has(canonicalJson(value)),
  )
  return [...kept, ...added]
}

/** Everything of the base, then what each side added; what both added alike stands once. */
function mergeGrowing(
  base: readonly unknown[],
  mine: readonly unknown[],
  current: readonly unknown[],
): unknown[] {
  const theirs = without(current, base)
  return [...base, ...theirs, ...without(without(mine, base), theirs)]
}

/** The values of a list that are left when each of `taken` is crossed out once. */
function without(list: readonly unknown[], taken: readonly unknown[]): unknown[] {
  const left = new Map<string, number>()
  for (const value of taken) left.set(canonicalJson(value), (left.get(canonicalJson(value)) ?? 0) + 1)
  return list.filter((value) => {
    const key = canonicalJson(value)
    const count = left.get(key) ?? 0
    if (count > 0) left.set(key, count - 1)
    return count === 0
  })
}

function keys(list: readonly unknown[]): ReadonlySet<string> {
  return new Set(list.map((value) => canonicalJson(value)))
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number'
}
