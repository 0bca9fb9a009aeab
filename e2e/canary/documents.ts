import fc from 'fast-check'
import { newId, viewSchema } from '#app/kernel/index.ts'
import type { AnyDocument, AnyModule, CollectionName, Id } from '#app/kernel/index.ts'
import { documentsOf } from '#app/testing/arbitraries.ts'
import { codesIn } from './canaries.ts'
import type { Canaries } from './canaries.ts'
import { canaryValue } from './values.ts'
import type { Making } from './values.ts'

// One record of each module, and one more for each further choice a schema leaves, with canaries wherever a string may
// stand. Its links lead to records that are there.

/** Where links may lead, and the organisation's own places. */
export type World = {
  readonly orgId: Id
  readonly userId: Id
  readonly siteId: Id
  readonly territoryId: Id
  /** A record of the collection. */
  readonly anyOf: (collection: CollectionName) => Id
}

export type CanaryDocument = {
  readonly module: AnyModule
  readonly variant: number
  readonly data: Readonly<Record<string, unknown>>
  /** The fields that hold canaries. */
  readonly fields: readonly string[]
}

/** As many choices as the unions of the modules have at most, and each in two orders: some fields exclude others. */
const VARIANTS = 8

export function canaryDocuments(module: AnyModule, canaries: Canaries, world: World): CanaryDocument[] {
  const made = Array.from({ length: VARIANTS }, (_, variant) =>
    canaryDocument(module, canaries, world, variant),
  )
  // A variant that differs in nothing but its canaries tells nothing new.
  const shapes = new Set<string>()
  return made.filter(({ data }) => {
    const shape = shapeOf(data)
    return shapes.has(shape) ? false : shapes.add(shape)
  })
}

/** The fields of a module whose schema lets a canary in at all. */
export function fieldsForCanaries(module: AnyModule, canaries: Canaries): string[] {
  return Object.entries(module.fields)
    .filter(([name, { schema }]) => {
      const variants = Array.from({ length: VARIANTS }, (_, variant) =>
        canaryValue(schema, makingOf(canaries, `${module.name}.${name}`, variant)),
      )
      return codesIn(JSON.stringify(variants)).size > 0
    })
    .map(([name]) => name)
}

/** One of the variants that `canaryDocuments` answers. */
export function canaryDocument(
  module: AnyModule,
  canaries: Canaries,
  world: World,
  variant: number,
): CanaryDocument {
  let document = bared(module, validBase(module, world))
  const fields = Object.entries(module.fields)
  for (const [name, { schema }] of variant % 2 === 0 ? fields : fields.toReversed()) {
    const value = canaryValue(schema, makingOf(canaries, `${module.name}.${name}`, Math.floor(variant / 2)))
    const next = { ...document, [name]: value }
    if (keepsRules(module, next)) document = next
  }
  document = linked(module, document, world)
  if (!isValid(module, document)) throw new Error(`a record of ${module.name} with canaries does not fit`)
  const data = Object.fromEntries(Object.keys(module.fields).map((name) => [name, document[name]]))
  const held = Object.keys(data).filter((name) => codesIn(JSON.stringify(data[name]) ?? '').size > 0)
  return { module, variant, data, fields: held }
}

function makingOf(canaries: Canaries, place: string, variant: number): Making {
  return { canary: () => canaries.next(place), id: newId, variant }
}

/** A record that fits, to begin with. */
function validBase(module: AnyModule, world: World): AnyDocument {
  const fitting = documentsOf(module)
    .map((document) => linked(module, document as AnyDocument, world))
    .filter((document) => isValid(module, document))
  const [base] = fc.sample(fitting, { seed: 11, numRuns: 1 })
  if (base === undefined) throw new Error(`no record of ${module.name} fits`)
  return { ...base, orgId: world.orgId, removedAt: null, ext: {}, conflicts: [], sources: {} }
}

/** Without what it can do without: it might keep something else out. */
function bared(module: AnyModule, document: AnyDocument): AnyDocument {
  let bare = document
  for (const name of Object.keys(module.fields)) {
    const less = { ...bare, [name]: null }
    if (isValid(module, less)) bare = less
  }
  return bare
}

/** Links to what is there, and places that the organisation has; told by what the module says of the record. */
function linked(module: AnyModule, document: AnyDocument, world: World): AnyDocument {
  let text = JSON.stringify(document)
  for (const { collection, id } of module.refers(document))
    text = text.replaceAll(id, world.anyOf(collection))
  for (const scope of module.scope(document)) {
    const [kind, id] = scope.split(':')
    const own = { site: world.siteId, territory: world.territoryId, person: world.userId }
    if (id !== undefined) text = text.replaceAll(id, own[kind as keyof typeof own])
  }
  return JSON.parse(text) as AnyDocument
}

function isValid(module: AnyModule, document: AnyDocument): boolean {
  return viewSchema(module).safeParse(document).success && keepsRules(module, document)
}

function keepsRules(module: AnyModule, document: AnyDocument): boolean {
  return module.invariants.every((invariant) => invariant.holds(document))
}

function shapeOf(value: unknown): string {
  return JSON.stringify(value, (_key, held: unknown) => (typeof held === 'string' ? '' : held))
}
