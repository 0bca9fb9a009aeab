import { deceasedSchema, isBefore } from '../../values/index.ts'

/**
 * Whether a patient is not to be reached out to: they have died. `at`: when it was done; what was not certainly after their
 * death stands. Null: it is still to come. Of a patient who is not known here, nobody can say so.
 */
export function isBeyondReach(
  patient: Readonly<Record<string, unknown>> | null | undefined,
  at: string | null,
): boolean {
  const { data } = deceasedSchema.safeParse(patient?.['deceased'])
  if (data?.deceased !== true) return false
  return at === null || data.at === undefined || isBefore(data.at, at)
}
