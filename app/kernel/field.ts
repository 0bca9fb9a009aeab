import type { z } from 'zod'
import type { MergeRule } from './merge-rule.ts'
import type { PhiClass } from './phi.ts'

/**
 * How the words of a field are found: `of` returns what to index, `as` says how people type it. Telephone
 * numbers and mail addresses are of one field, so `phone` takes both; a `date` is `YYYY-MM-DD`, or a
 * beginning of it. A word that stands `aside`, in long prose, counts less than one that names the record.
 */
export type SearchRule<Value> = {
  readonly as: 'text' | 'identifier' | 'phone' | 'date'
  readonly weight?: 'aside'
  readonly of: (value: Value) => readonly string[]
}

/** One field of a module: its shape and everything that is derived from it. */
export type FieldSpec<Schema extends z.ZodType = z.ZodType> = {
  readonly schema: Schema
  /** What people call it: forms, the conflict ledger and the timeline show it. */
  readonly label: string
  readonly phi: PhiClass
  readonly merge: MergeRule
  /** What a new record starts with, where it is neither nothing (`null`) nor an empty list. */
  readonly initial?: z.infer<Schema>
  /** Method syntax: a module's list of fields holds fields of many value types. */
  readonly search?: Omit<SearchRule<never>, 'of'> & { of(value: z.infer<Schema>): readonly string[] }
}

export type FieldSpecs = Readonly<Record<string, FieldSpec>>

type FieldOptions<Schema extends z.ZodType> = {
  readonly label: string
  readonly phi: PhiClass
  readonly merge?: MergeRule
  readonly initial?: z.infer<Schema>
  readonly search?: SearchRule<z.infer<Schema>>
}

/** Declares a field. The default merge is last writer by the server's order, the loser kept in the ledger. */
export function field<Schema extends z.ZodType>(
  schema: Schema,
  options: FieldOptions<Schema>,
): FieldSpec<Schema> {
  return { schema, merge: { rule: 'last-writer' }, ...options }
}
