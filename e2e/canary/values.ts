import fc from 'fast-check'
import type { z } from 'zod'
import type { $ZodType, $ZodTypes } from 'zod/v4/core'
import { idSchema } from '#app/kernel/index.ts'
import { valuesOf } from '#app/testing/arbitraries.ts'
import { identifier, identifierSchema } from '#app/values/index.ts'

// Values of any schema with a canary in every string that may hold one: from the schemas alone, so that a field that is
// added has its canary without a line here.

export type Making = {
  readonly canary: () => string
  /** An id that means nothing yet: the document's links are set afterwards. */
  readonly id: () => string
  /** Of a union or an enumeration, this one is taken; counted around. */
  readonly variant: number
}

export function canaryValue(schema: $ZodType, making: Making): unknown {
  if (schema === idSchema) return making.id()
  if (schema === identifierSchema) return anIdentifier(making)
  const value = byType(schema as $ZodTypes, making)
  return value !== undefined && fits(schema, value) ? value : withoutCanary(schema)
}

const fitting = new WeakMap<$ZodType, unknown>()

/** Where a rule or a format keeps canaries out: any value that fits, always the same. */
function withoutCanary(schema: $ZodType): unknown {
  if (!fitting.has(schema))
    fitting.set(schema, fc.sample(valuesOf(schema as z.ZodType), { seed: 7, numRuns: 1 })[0])
  return fitting.get(schema)
}

function byType(schema: $ZodTypes, making: Making): unknown {
  const { def } = schema._zod
  switch (def.type) {
    case 'string':
      return textFor(schema, making)
    case 'nullable':
    case 'optional':
      return canaryValue(def.innerType, making)
    case 'union':
      return canaryValue(def.options[making.variant % def.options.length] ?? schema, making)
    case 'enum':
      return Object.values(def.entries)[making.variant % Object.keys(def.entries).length]
    case 'array':
      return aList(schema, def.element, making)
    case 'record':
      return { [String(canaryValue(def.keyType, making))]: canaryValue(def.valueType, making) }
    case 'object':
      return anObject(schema, def.shape, making)
    case 'lazy':
      return making.canary()
    default:
      return undefined
  }
}

/** As it is, or in the dress that a pattern asks for. */
function textFor(schema: $ZodType, making: Making): string | undefined {
  if (!dresses.some((dress) => fits(schema, dress(PROBE)))) return undefined
  const canary = making.canary()
  return dresses.map((dress) => dress(canary)).find((text) => fits(schema, text))
}

const PROBE = 'qzxvqkwjy0000'
const dresses: readonly ((canary: string) => string)[] = [
  (canary) => canary,
  (canary) => canary.toUpperCase(),
  (canary) => `Q${canary.slice(1)}`,
  (canary) => `urn:rounds:local:${canary}`,
  (canary) => `text/${canary}`,
]

/** Of several kinds, where there may be several. */
function aList(schema: $ZodType, element: $ZodType, making: Making): unknown[] {
  const items = Array.from({ length: 3 }, (_, more) =>
    canaryValue(element, { ...making, variant: making.variant + more }),
  )
  return fits(schema, items) ? items : items.slice(0, 1)
}

/** All members; where a rule over several forbids that, as few less as it takes. */
function anObject(
  schema: $ZodType,
  shape: Readonly<Record<string, $ZodType>>,
  making: Making,
): Record<string, unknown> | undefined {
  const whole = Object.fromEntries(
    Object.entries(shape).map(([name, member]) => [name, canaryValue(member, making)] as const),
  )
  if (fits(schema, whole)) return whole
  const lessened = Object.entries(shape)
    .filter(([, member]) => member._zod.def.type === 'optional')
    .map(([left]) => Object.fromEntries(Object.entries(whole).filter(([name]) => name !== left)))
  return lessened.find((candidate) => fits(schema, candidate))
}

function anIdentifier({ canary }: Making): unknown {
  return identifier({
    value: canary(),
    type: `Q${canary().slice(1)}`,
    authority: { namespace: canary(), universalId: canary(), universalIdType: canary() },
  })
}

function fits(schema: $ZodType, value: unknown): boolean {
  return (schema as z.ZodType).safeParse(value).success
}
