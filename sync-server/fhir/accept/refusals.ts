import type { z } from 'zod'
import { AppError } from '#app/kernel/index.ts'

// Why a resource is not taken, by the element. Elements are named by their path, as FHIRPath writes it, and only where each
// step is a name that FHIR could have: a body may hold anything, and its values stand in no message.

/** For an element that Rounds has no place for. */
export function notKept(element: string): AppError {
  return new AppError('fhir.not-kept', { element })
}

export function notValid(element: string, why = 'it does not fit'): AppError {
  return new AppError('fhir.invalid', { what: `${element}: ${why}`, element })
}

/** The stated resource by its shape. Throws `fhir.not-kept` for an element that has no place here, else `fhir.invalid`. */
export function readShape<Shape>(type: string, shape: z.ZodType<Shape>, body: unknown): Shape {
  const read = shape.safeParse(body, { reportInput: true })
  if (read.success) return read.data
  const { issues } = read.error
  if (issues.some(({ path }) => path[0] === 'resourceType')) throw notValid(type, 'it is another type')
  const unknown = issues.find((issue) => issue.code === 'unrecognized_keys')
  if (unknown !== undefined) throw notKept(pathOf(type, [...unknown.path, unknown.keys[0] ?? '']))
  const [issue] = issues
  const isMissing = issue?.code === 'invalid_type' && issue.input === undefined
  throw notValid(pathOf(type, issue?.path ?? []), isMissing ? 'it is needed' : undefined)
}

function pathOf(type: string, path: readonly PropertyKey[]): string {
  const steps = path.map((step) => (typeof step === 'number' ? `[${step}]` : `.${nameOnly(String(step))}`))
  return type + steps.join('')
}

function nameOnly(name: string): string {
  return /^_?[A-Za-z]{1,40}$/.test(name) ? name : 'element'
}
