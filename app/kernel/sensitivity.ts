import { z } from 'zod'

/** What a record tells of that needs a right of its own (HL7 v3 ActCode, information sensitivity). */
export const sensitiveMatters = [
  'substance-use',
  'behavioural-health',
  'psychotherapy-notes',
  'hiv',
  'reproductive-health',
  'genetic',
  'domestic-violence',
] as const

/** `restricted`: marked by its sender (HL7 v3 Confidentiality R or V, or a code that nobody knows) without saying why. */
export const sensitivities = [...sensitiveMatters, 'restricted'] as const
export const sensitivitySchema = z.enum(sensitivities)
export type Sensitivity = z.infer<typeof sensitivitySchema>

/**
 * A sensitivity is a scope beside a record's places. It opens nothing by itself: a grant must cover a place of the
 * record, and each of its sensitivities (`app/access`).
 */
export type SensitivityScope = `sensitivity:${Sensitivity}`

export function sensitivityScope(sensitivity: Sensitivity): SensitivityScope {
  return `sensitivity:${sensitivity}`
}

export function isSensitivityScope(scope: string): boolean {
  return scope.startsWith('sensitivity:')
}

/** Of a record's scopes, what it is marked with. */
export function sensitivitiesAmong(scopes: readonly string[]): readonly Sensitivity[] {
  return sensitivities.filter((one) => scopes.includes(sensitivityScope(one)))
}
