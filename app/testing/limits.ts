import type { $ZodType } from 'zod/v4/core'

export type Limits = { readonly least: number; readonly most: number; readonly patterns: readonly RegExp[] }

type CheckDef = {
  readonly check?: string
  readonly minimum?: number
  readonly maximum?: number
  readonly value?: number
  readonly inclusive?: boolean
  readonly pattern?: RegExp
}

/** What the checks of a schema ask of a length or a number, and of a text's shape. */
export function limitsOf(schema: $ZodType): Limits {
  const { def } = schema._zod
  // A format such as `z.iso.time()` is its own first check.
  const checks = [def as CheckDef, ...(def.checks ?? []).map((check) => check._zod.def as CheckDef)]
  const limits = { least: -Infinity, most: Infinity, patterns: [] as RegExp[] }
  for (const { check, minimum, maximum, value, inclusive, pattern } of checks) {
    if (check === 'min_length') limits.least = Math.max(limits.least, minimum ?? 0)
    if (check === 'max_length') limits.most = Math.min(limits.most, maximum ?? Infinity)
    if (check === 'greater_than') limits.least = Math.max(limits.least, (value ?? 0) + (inclusive ? 0 : 1))
    if (check === 'less_than') limits.most = Math.min(limits.most, (value ?? 0) - (inclusive ? 0 : 1))
    if (pattern !== undefined) limits.patterns.push(pattern)
  }
  return limits
}
