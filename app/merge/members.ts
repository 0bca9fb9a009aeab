import { sameJson } from '../kernel/index.ts'

type Members = Readonly<Record<string, unknown>>

export function isRecord(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/**
 * Merges two objects member by member; where both sides changed one, mine is taken. `otherwise` is the object as it
 * would be with the other side's values there; undefined where no member was contested. A base of null: not known.
 */
export function mergeMembers(
  base: Members | null,
  mine: Members,
  current: Members,
): { readonly value: Members; readonly otherwise: Members | undefined } {
  const value: Record<string, unknown> = {}
  const otherwise: Record<string, unknown> = {}
  let contested = false
  for (const name of new Set([...Object.keys(current), ...Object.keys(mine)])) {
    const [mineMoved, currentMoved] = [
      base === null || !sameJson(base[name], mine[name]),
      base === null || !sameJson(base[name], current[name]),
    ]
    const differ = !sameJson(mine[name], current[name])
    // Without a base, a member that only one side has is an addition and not a removal by the other.
    const added = base === null && (mine[name] === undefined || current[name] === undefined)
    const both = differ && mineMoved && currentMoved && !added
    contested ||= both
    const winner = added ? (mine[name] ?? current[name]) : mineMoved ? mine[name] : current[name]
    if (winner !== undefined) value[name] = winner
    const loser = both ? current[name] : winner
    if (loser !== undefined) otherwise[name] = loser
  }
  return { value, otherwise: contested ? otherwise : undefined }
}
