import type { AnyDocument, Scope } from '#app/kernel/index.ts'
import type { DataOfModule, ModuleName } from '#app/modules/index.ts'
import type { Organisation, User } from '#app/protocol/index.ts'
import { anyViews } from '../fields/field-view.ts'
import type { AnyFieldViews, FieldViews } from '../fields/field-view.ts'

type FieldName<Name extends ModuleName> = keyof DataOfModule<Name> & string

/** Who makes a new record, for what it starts with. */
export type Author = {
  readonly user: User
  readonly organisation: Organisation
  /** The site and the territory of the author's grants, where there is just one of each. */
  readonly siteId: string | null
  readonly territoryId: string | null
}

type ColumnSpec<Field> = {
  readonly field: Field
  /** Where the field's label is too long for a column. */
  readonly header?: string
  readonly track: string
  readonly align?: 'start' | 'end'
  readonly optional?: boolean
}

/** How the records of a module are listed, shown and filled in. */
type PresentationInput<Name extends ModuleName> = {
  readonly module: Name
  readonly fields: FieldViews<Name>
  /** The record's fields in groups, for its page and its form. Fields of no group are neither shown nor typed in. */
  readonly sections: readonly { readonly title: string; readonly fields: readonly FieldName<Name>[] }[]
  /** The few fields that stand below the title. */
  readonly facts: readonly FieldName<Name>[]
  /** The state of the record, as a badge beside the title. */
  readonly state?: FieldName<Name>
  /** The first column is the title of the record. */
  readonly columns: readonly ColumnSpec<FieldName<Name>>[]
  /** The fields a list can be narrowed by. */
  readonly filters: readonly FieldName<Name>[]
  readonly sort: { readonly field: FieldName<Name> | 'title'; readonly descending?: boolean }
  /** Fields that take the whole width of the form although their values would not. */
  readonly wide?: readonly FieldName<Name>[]
  /** Fields that a form shows under a condition only. */
  readonly shownIf?: { readonly [Field in FieldName<Name>]?: (data: Partial<DataOfModule<Name>>) => boolean }
  /** Fields that a person does not type in: the server, a feed or another screen fills them. */
  readonly shownOnly?: readonly FieldName<Name>[]
  /** What a new record starts with beyond the module's own initial values. */
  prefill?(author: Author): Partial<DataOfModule<Name>>
}

/** A presentation whose module is not known at compile time: what the shared components work with. */
export type Presentation = {
  readonly module: ModuleName
  readonly fields: AnyFieldViews
  readonly sections: readonly { readonly title: string; readonly fields: readonly string[] }[]
  readonly facts: readonly string[]
  readonly state?: string
  readonly columns: readonly ColumnSpec<string>[]
  readonly filters: readonly string[]
  readonly sort: { readonly field: string; readonly descending?: boolean }
  readonly wide?: readonly string[]
  readonly shownIf?: Readonly<Record<string, (data: RecordData) => boolean>>
  readonly shownOnly?: readonly string[]
  prefill?(author: Author): RecordData
}

export type RecordData = Readonly<Record<string, unknown>>
export type RecordView = AnyDocument

/** Checked against the module here; afterwards the shared components go over its fields by name. */
export function present<Name extends ModuleName>(input: PresentationInput<Name>): Presentation {
  return { ...input, fields: anyViews(input.fields) } as unknown as Presentation
}

/** The one site or territory that grants name; null where they name none or several. */
export function onlyScope(scopes: readonly Scope[], kind: 'site' | 'territory'): string | null {
  const found = new Set(scopes.filter((scope) => scope.startsWith(`${kind}:`)))
  const [only] = found
  return found.size === 1 && only !== undefined ? only.slice(kind.length + 1) : null
}
