import { phiClasses } from '../kernel/index.ts'
import type { AnyModule, PhiClass } from '../kernel/index.ts'
import type { Condition } from './condition.ts'

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
 * The scopes of a result that was made from several records. One scope is enough to see a record, so the result keeps
 * only those that all of them have: nobody learns of a record they may not see. None left: only `org` grants cover it.
 */
export function scopesOfResult(
  records: readonly { readonly scopes: readonly string[] }[],
): readonly string[] {
  const restricted = records.filter(({ scopes }) => !scopes.includes('org'))
  const [first, ...rest] = restricted
  if (first === undefined) return ['org']
  return first.scopes.filter((scope) => rest.every(({ scopes }) => scopes.includes(scope))).toSorted()
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
