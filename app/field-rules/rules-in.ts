import type { $ZodType, $ZodTypes } from 'zod/v4/core'

/** A rule over several parts of one value; `part` is where a form shows it, null where the rule names none. */
export type PartsRule = { readonly part: string | null; readonly says: string }

/** What a schema asks of several parts of a value at once, at any depth, each once: the rules of its objects, in their words. */
export function rulesIn(schema: $ZodType): readonly PartsRule[] {
  const found = new Map<string, PartsRule>()
  walk(schema, (rule) => found.set(rule.says, rule))
  return [...found.values()]
}

function walk(schema: $ZodType, tell: (rule: PartsRule) => void): void {
  const { def } = (schema as $ZodTypes)._zod
  switch (def.type) {
    case 'array':
      return walk(def.element, tell)
    case 'nullable':
    case 'optional':
      return walk(def.innerType, tell)
    case 'union':
      return def.options.forEach((option) => walk(option, tell))
    case 'object':
      for (const { _zod } of def.checks ?? []) if (_zod.def.check === 'custom') tell(ruleOf(_zod.def))
      return Object.values(def.shape).forEach((member) => walk(member, tell))
    default:
  }
}

/** A rule that does not say what it asks for can't be met by who fills a form in: it throws. */
function ruleOf(check: { readonly error?: unknown; readonly path?: unknown }): PartsRule {
  const said: unknown = typeof check.error === 'function' ? Reflect.apply(check.error, null, [{}]) : null
  if (typeof said !== 'string') throw new Error('a rule over several parts has no words')
  const path: readonly unknown[] = Array.isArray(check.path) ? check.path : []
  return { part: path.length === 0 ? null : path.join('.'), says: said }
}
