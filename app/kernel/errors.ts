import { catalogue } from './error-catalogue.ts'
import type { ErrorCode } from './error-catalogue.ts'

export type ErrorFacts = Readonly<Record<string, string | number | boolean>>

/**
 * A failure with a code of the catalogue. `facts` are shown and logged, so they never hold PHI or keys: counts, field
 * names, ids, limits.
 */
export class AppError extends Error {
  readonly code: ErrorCode
  readonly facts: ErrorFacts

  constructor(code: ErrorCode, facts: ErrorFacts = {}, options?: { cause?: unknown }) {
    super(`${code}: ${says(code, facts)}`, options)
    this.name = 'AppError'
    this.code = code
    this.facts = facts
  }

  toJSON(): { code: ErrorCode; facts: ErrorFacts } {
    return { code: this.code, facts: this.facts }
  }
}

/** The catalogue's sentence for a code, its `{name}` places filled from the facts. */
export function says(code: ErrorCode, facts: ErrorFacts = {}): string {
  return fill(catalogue[code].says, facts)
}

/** What the user can do about it. */
export function remedy(code: ErrorCode, facts: ErrorFacts = {}): string {
  return fill(catalogue[code].remedy, facts)
}

export function isErrorCode(value: unknown): value is ErrorCode {
  return typeof value === 'string' && Object.hasOwn(catalogue, value)
}

/** Whatever was thrown, as an error of the catalogue; an unknown fault is `internal`, and its cause stays with it. */
export function asAppError(failure: unknown): AppError {
  return failure instanceof AppError ? failure : new AppError('internal', {}, { cause: failure })
}

/** The catalogue's code of whatever was thrown; an unknown fault is `internal`. */
export function codeOf(thrown: unknown): ErrorCode {
  return thrown instanceof AppError ? thrown.code : 'internal'
}

function fill(sentence: string, facts: ErrorFacts): string {
  return sentence.replaceAll(/\{(\w+)\}/g, (place, name: string) =>
    Object.hasOwn(facts, name) ? String(facts[name]) : place,
  )
}
