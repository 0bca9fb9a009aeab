import type { Message } from '../parse/message.ts'

// Where the other converter is wrong, by rule: each names what the standard says, and the segment that shows it.

export type Disagreement = {
  readonly message: Message
  readonly field: string
  readonly value: string
  readonly ours: readonly string[]
}

export type Exception = { readonly exception: string; readonly quote: string }

type Rule = {
  readonly name: string
  readonly fields: readonly string[]
  /** The segment that shows it; null where the rule does not speak of this value. */
  shows(disagreement: Disagreement): string | null
}

export const rules: readonly Rule[] = []

export function exceptionFor(disagreement: Disagreement): Exception | null {
  for (const rule of rules) {
    if (!rule.fields.includes(disagreement.field)) continue
    const quote = rule.shows(disagreement)
    if (quote !== null) return { exception: rule.name, quote }
  }
  return null
}
