import { z } from 'zod'
import type { Condition } from './condition.ts'
import type { Role, RolePermission } from './role.ts'
import { envelopeFields, envelopeShape } from './envelope.ts'
import type { Envelope, Scope } from './envelope.ts'
import type { FieldSpecs } from './field.ts'
import type { Id } from './ids.ts'
import { compiled } from './json.ts'

/** Open-core RxDB allows 13 collections in a realm: eleven are used, two are in reserve. */
export const collections = [
  'reference',
  'patients',
  'appointments',
  'cases',
  'accounts',
  'contacts',
  'opportunities',
  'tasks',
  'activities',
  'clinical',
  'engagement',
] as const
export type CollectionName = (typeof collections)[number]
export const collectionSchema = z.enum(collections)

type Shape<Fields extends FieldSpecs> = { [Name in keyof Fields]: Fields[Name]['schema'] }

/** The module's own fields, complete: each is there, `null` or an empty list where nothing is known. */
export type DataOf<Fields extends FieldSpecs> = z.infer<z.ZodObject<Shape<Fields>>>
/** A whole document as the server keeps it. */
export type DocumentOf<Fields extends FieldSpecs> = Envelope & DataOf<Fields>
/** A document as one user sees it: what the user may not see is absent, never `null`. */
export type ViewOf<Fields extends FieldSpecs> = Envelope & Partial<DataOf<Fields>>

/** Any document, where the module is not known at compile time. */
export type AnyDocument = Envelope & { readonly [field: string]: unknown }

export type Reference = { readonly collection: CollectionName; readonly id: Id }

/** One line of a record's timeline. `at` is an instant, or a date where only that is known. */
export type TimelineEntry = {
  readonly about: readonly Id[]
  readonly at: string
  readonly title: string
  readonly detail?: string
}

/** A rule over several fields: names the field a form shows it at. */
export type Invariant<View> = {
  readonly field: string
  readonly says: string
  holds(view: View): boolean
}

/**
 * What people need before everything else, of one module: that of which a condition holds (`when`), `own`: among what is in the
 * scope of the person themselves, which an index finds; or what refers to a document of a collection that comes first, too (`of`).
 */
export type FirstRule = { readonly when: Condition; readonly own?: true } | { readonly of: CollectionName }

/** Somebody reaches out to a patient. `at`: when it was done; null: it is still to come. */
export type Outreach = { readonly patientId: Id; readonly at: string | null }

type ModuleShape<Name extends string, Kind extends string, Fields extends FieldSpecs, FieldName, View> = {
  /** The name of the module's folders, and its key in the registry. */
  readonly name: Name
  /** Told apart within the collection; stands in each document. */
  readonly kind: Kind
  /** What people call one and many of them. */
  readonly label: { readonly one: string; readonly many: string }
  readonly version: number
  readonly collection: CollectionName
  readonly residence: 'device' | 'on-demand' | 'server-only'
  readonly fields: Fields
  /** The replica can read a list by these: text, a zoned time or a reference. Where one is empty or hidden, it lists nothing. */
  readonly indexes: readonly FieldName[]
  /** What each role may do with documents of its grants' scopes; a role that is not named may do nothing. */
  readonly access: Partial<Record<Role, RolePermission<FieldName & string>>>
  /** Where a document belongs; the server sets `scopes` from it. */
  scope(document: View): readonly Scope[]
  /** The documents it can't do without: a push waits until they are answered. */
  refers(view: View): readonly Reference[]
  /** One line that names the record; made from what the reader may see. */
  title(view: View): string
  readonly invariants: readonly Invariant<View>[]
  /**
   * A first load begins with these, and with what they refer to: with what the first rule of any module names, then with what
   * the second does, and so on.
   */
  readonly first: readonly FirstRule[]
  timeline(view: View): TimelineEntry | null
  /** To whom this state reaches out where the one before did not: nobody does so to a patient who has died. */
  outreach(after: View, before: View | null): Outreach | null
  /**
   * From version n - 1 to n: `migrations[n]`. Pure; any field may be absent, as in a view that hides it. What it does to id,
   * kind, rev and edit counts for nothing. A new version also gets a line in the replica's `collection-versions.ts`.
   */
  readonly migrations: Readonly<Record<number, (document: AnyDocument) => AnyDocument>>
}

export type ModuleDefinition<
  Name extends string,
  Kind extends string,
  Fields extends FieldSpecs,
> = ModuleShape<Name, Kind, Fields, keyof Fields & string, ViewOf<Fields>>

/** A module where its fields are not known at compile time. */
export type AnyModule = ModuleShape<string, string, FieldSpecs, string, AnyDocument>

type ModuleInput<Name extends string, Kind extends string, Fields extends FieldSpecs> = Omit<
  ModuleDefinition<Name, Kind, Fields>,
  'residence' | 'refers' | 'timeline' | 'outreach' | 'migrations' | 'invariants' | 'first'
> &
  Partial<
    Pick<
      ModuleDefinition<Name, Kind, Fields>,
      'residence' | 'refers' | 'timeline' | 'outreach' | 'migrations' | 'invariants' | 'first'
    >
  >

/**
 * Declares a module once; collection, validation, `can()`, projections, merge, search and seeds derive from it.
 * Throws on a definition that can't work: a field named like one of the envelope, a missing migration.
 */
export function defineModule<
  const Name extends string,
  const Kind extends string,
  const Fields extends FieldSpecs,
>(input: ModuleInput<Name, Kind, Fields>): ModuleDefinition<Name, Kind, Fields> {
  const clash = Object.keys(input.fields).find((name) => envelopeFields.has(name) || name.startsWith('_'))
  if (clash !== undefined) throw new Error(`module ${input.name}: the field name ${clash} is reserved`)
  for (let version = 2; version <= input.version; version += 1) {
    if (input.migrations?.[version] === undefined) {
      throw new Error(`module ${input.name}: no migration to version ${version}`)
    }
  }
  return {
    residence: 'device',
    refers: () => [],
    timeline: () => null,
    outreach: () => null,
    migrations: {},
    invariants: [],
    first: [],
    ...input,
  }
}

const documentSchemas = new WeakMap<object, z.ZodType>()
const viewSchemas = new WeakMap<object, z.ZodType>()

/** The schema of a whole document of the module: envelope and fields, nothing else. Built once. */
export function documentSchema<Fields extends FieldSpecs>(
  module: ModuleDefinition<string, string, Fields>,
): z.ZodType<DocumentOf<Fields>> {
  const made = documentSchemas.get(module) ?? z.strictObject({ ...envelopeShape, ...fieldShape(module) })
  documentSchemas.set(module, made)
  // The shape is built field by field, which the type system can't follow.
  return made as z.ZodType<DocumentOf<Fields>>
}

/** The schema of a view: like the document's, but any field of the module may be absent (hidden). */
export function viewSchema<Fields extends FieldSpecs>(
  module: ModuleDefinition<string, string, Fields>,
): z.ZodType<ViewOf<Fields>> {
  const made =
    viewSchemas.get(module) ??
    compiled(z.strictObject({ ...envelopeShape, ...z.object(fieldShape(module)).partial().shape }))
  viewSchemas.set(module, made)
  return made as z.ZodType<ViewOf<Fields>>
}

const blanks = new WeakMap<object, Record<string, unknown>>()

/**
 * What a new record starts with: each field's initial value, `null` or an empty list, whichever the field takes. A
 * field that takes none of these is left out, and must be given.
 */
export function blankOf<Fields extends FieldSpecs>(
  module: ModuleDefinition<string, string, Fields>,
): Partial<DataOf<Fields>> {
  const known = blanks.get(module) ?? {}
  if (!blanks.has(module)) {
    for (const [name, spec] of Object.entries(module.fields)) {
      const fitting = [spec.initial, null, []].find(
        (value) => value !== undefined && spec.schema.safeParse(value).success,
      )
      if (fitting !== undefined) known[name] = fitting
    }
    blanks.set(module, known)
  }
  return { ...known } as Partial<DataOf<Fields>>
}

function fieldShape(module: { fields: FieldSpecs }): Record<string, z.ZodType> {
  return Object.fromEntries(Object.entries(module.fields).map(([name, spec]) => [name, spec.schema]))
}
