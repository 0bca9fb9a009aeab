import type { z } from 'zod'
import type { AnyDocument, AnyModule } from '#app/kernel/index.ts'
import type { FieldErrors } from '../fields/field-view.ts'

type Data = Readonly<Record<string, unknown>>

/** What is wrong, by place: `names.0.family`. The first finding of a place counts. */
export type FormErrors = ReadonlyMap<string, string>

export const noErrors: FormErrors = new Map()

/**
 * Checks the named fields against the module's schemas, then its rules over several fields. `view` is the whole record as
 * it would be: rules may look at fields that the form does not show.
 */
export function findErrors(module: AnyModule, view: AnyDocument, names: readonly string[]): FormErrors {
  const errors = findFieldErrors(module, view, names)
  if (errors.size > 0) return errors
  const broken = module.invariants.filter(({ field, holds }) => names.includes(field) && !holds(view))
  return new Map(broken.toReversed().map(({ field, says }) => [field, says]))
}

/** Checks the named fields one by one. */
export function findFieldErrors(module: AnyModule, data: Data, names: readonly string[]): FormErrors {
  const errors = new Map<string, string>()
  for (const name of names) {
    const result = module.fields[name]?.schema.safeParse(data[name])
    for (const issue of result?.error?.issues ?? []) {
      const place = [name, ...issue.path].join('.')
      if (!errors.has(place)) errors.set(place, messageOf(issue))
    }
  }
  return errors
}

/** The schemas' own sentences, and plain words where they have none. */
export function messageOf(issue: z.core.$ZodIssue): string {
  const isOwn = !/^(Invalid|Too|Unrecognized)\b/.test(issue.message)
  if (isOwn) return issue.message
  switch (issue.code) {
    case 'invalid_type':
      // Inputs make values of the right type, or none.
      return 'This is needed.'
    case 'invalid_value':
      return 'Choose one of the list.'
    case 'too_small':
      return issue.origin === 'array' ? 'At least one is needed.' : `At least ${issue.minimum}.`
    case 'too_big':
      return issue.origin === 'array' ? `At most ${issue.maximum} of them.` : `At most ${issue.maximum}.`
    default:
      return 'This does not fit here.'
  }
}

/** The errors of one field and of what lies in it. */
export function errorsOf(errors: FormErrors, name: string): FieldErrors {
  return { own: errors.get(name), at: (path) => errors.get(`${name}.${path}`) }
}

/** For the summary: each field with a finding once, in the order of the form. */
export function fieldsWithErrors(errors: FormErrors, names: readonly string[]): readonly string[] {
  const failing = new Set([...errors.keys()].map((place) => place.split('.')[0]))
  return names.filter((name) => failing.has(name))
}
