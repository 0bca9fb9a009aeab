import { isSensitivityScope, phiClasses } from '../kernel/index.ts'
import type { AnyModule, Condition, PhiClass } from '../kernel/index.ts'

/** The fields that a condition looks at, each once, sorted. */
export function fieldsRead(condition: Condition): readonly string[] {
  return [...new Set(walk(condition))].toSorted()
}

/**
 * The PHI class of a condition's result: the highest of what it reads, since the answer tells something of each. A
 * field that the module does not have counts as the highest there is.
 */
export function phiOf(condition: Condition, module: AnyModule): PhiClass {
  const classes = fieldsRead(condition).map((name) => module.fields[name]?.phi ?? 'protected')
  return phiClasses.findLast((each) => classes.includes(each)) ?? 'none'
}

/** Whether everything that a condition reads may be read: what may not be read makes it unknown. */
export function canEvaluate(condition: Condition, readable: ReadonlySet<string>): boolean {
  return fieldsRead(condition).every((name) => readable.has(name))
}

/**
 * The scopes of a result that was made from several records. One place is enough to see a record, so the result keeps
 * only those that all of them have; each sensitivity asks for a right of its own, so it keeps them all. Nobody learns
 * of a record they may not see. No place left: only `org` grants cover it.
 */
export function scopesOfResult(
  records: readonly { readonly scopes: readonly string[] }[],
): readonly string[] {
  const sensitive = new Set(records.flatMap(({ scopes }) => scopes.filter(isSensitivityScope)))
  return [...placesOfAll(records), ...sensitive].toSorted()
}

function placesOfAll(records: readonly { readonly scopes: readonly string[] }[]): readonly string[] {
  const [first, ...rest] = records.filter(({ scopes }) => !scopes.includes('org'))
  if (first === undefined) return ['org']
  return first.scopes.filter(
    (scope) => !isSensitivityScope(scope) && rest.every(({ scopes }) => scopes.includes(scope)),
  )
}

function* walk(condition: Condition): Generator<string> {
  switch (condition.is) {
    case 'all':
    case 'any':
      for (const each of condition.of) yield* walk(each)
      return
    case 'not':
      yield* walk(condition.of)
      return
    default:
      yield condition.field.split('.')[0] ?? condition.field
  }
}
