import { AppError, remedy, says } from '#app/kernel/index.ts'
import type { ErrorCode, ErrorFacts } from '#app/kernel/index.ts'

export type FaultDescription = { readonly code: ErrorCode; readonly says: string; readonly remedy: string }

/** What the catalogue says about whatever was thrown, and what a person can do about it. */
export function describeFault(thrown: unknown): FaultDescription {
  return thrown instanceof AppError ? describeCode(thrown.code, thrown.facts) : describeCode('internal')
}

export function describeCode(code: ErrorCode, facts: ErrorFacts = {}): FaultDescription {
  return { code, says: says(code, facts), remedy: remedy(code, facts) }
}
