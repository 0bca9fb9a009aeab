import type { FunctionComponent } from 'react'
import type { AnyDocument, Id } from '#app/kernel/index.ts'
import type { DataOfModule, ModuleName } from '#app/modules/index.ts'

/** The name of a record, or of a stage of a pipeline, as far as it is on this device. */
export type Lookup = (module: ModuleName, id: Id) => string

/** What the schema says about a field and what lies in it. */
export type FieldErrors = {
  /** About the field as a whole. */
  readonly own: string | undefined
  /** About one place in it, such as `0.family`. */
  at(path: string): string | undefined
}

export type FieldInputProps<Value> = {
  readonly label: string
  /** Undefined while nothing was chosen in a new record. */
  readonly value: Value | undefined
  readonly required: boolean
  readonly errors: FieldErrors
  /** The codes that may be chosen now, where that depends on the record: the next states of a status. */
  readonly codes?: readonly string[] | undefined
  onChange(value: Value): void
}

/** How the values of a field are shown, sorted and typed in. */
export type FieldView<Value> = {
  /** One line; empty where nothing is known. */
  text(value: Value, lookup: Lookup): string
  /** What a column is sorted by, where it is not the text. */
  order?(value: Value): string | number | null
  /** More than one line, for record pages. */
  readonly Show?: FunctionComponent<{
    readonly value: Value
    readonly lookup: Lookup
    readonly record?: AnyDocument | undefined
  }>
  readonly Input: FunctionComponent<FieldInputProps<Value>>
  /** The module whose records the value names: their titles are needed to show it. */
  readonly refersTo?: ModuleName
  /** The codes it may have, for filters. */
  readonly options?: readonly Option[]
  /** How lists are narrowed by it. */
  readonly filter?: FieldFilterKind
  /** Takes the whole width of a form. */
  readonly wide?: boolean
}

/**
 * What a filter compares: codes or ids, yes and no, days, or instants by the day they fall on. `member` names the part of
 * a composed value that is compared.
 */
export type FieldFilterKind = {
  readonly by: 'codes' | 'flag' | 'days' | 'instants'
  readonly member?: string
}

export type Option = { readonly value: string; readonly label: string }

/** One view for each field of a module; the compiler asks for those that are forgotten. */
export type FieldViews<Name extends ModuleName> = {
  readonly [Field in keyof DataOfModule<Name>]-?: FieldView<DataOfModule<Name>[Field]>
}

/** The view of a field whose value type is not known at compile time. */
export type AnyFieldView = FieldView<unknown>
export type AnyFieldViews = Readonly<Record<string, AnyFieldView>>

/** The map without its types, for components that go over all fields of any module. */
export function anyViews<Name extends ModuleName>(views: FieldViews<Name>): AnyFieldViews {
  return views as unknown as AnyFieldViews
}

/** Whether a value says anything. */
export function isBlank(value: unknown): boolean {
  return value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0)
}
