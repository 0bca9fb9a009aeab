import type { AnyDocument, AnyModule, Id } from '#app/kernel/index.ts'
import type { ModuleName } from '#app/modules/index.ts'
import { compact, digits, normalised } from './normalise.ts'
import type { Query } from './query.ts'

type FieldWords = {
  readonly label: string
  readonly as: 'text' | 'identifier' | 'phone' | 'date'
  readonly words: readonly string[]
}

/** What the search knows of one record: its words, each in the form that queries are compared with. */
export type Entry = {
  readonly module: ModuleName
  readonly label: string
  readonly id: Id
  readonly title: string
  readonly plainTitle: string
  readonly fields: readonly FieldWords[]
  /** All words of all texts, for a quick no. */
  readonly haystack: string
}

/** Lower is better. */
export type Match = { readonly entry: Entry; readonly rank: number; readonly matched: string }

const rankOf = { titlePrefix: 0, titleWord: 1, exact: 1, fieldWord: 2, titlePart: 3, fieldPart: 4 } as const

export function entryOf(module: AnyModule, view: AnyDocument): Entry {
  const fields: FieldWords[] = []
  for (const [name, spec] of Object.entries(module.fields)) {
    const value = view[name]
    if (spec.search === undefined || value === undefined || value === null) continue
    const prepare = preparations[spec.search.as]
    const words = spec.search
      .of(value)
      .map(prepare)
      .filter((word) => word !== '')
    if (words.length > 0) fields.push({ label: spec.label, as: spec.search.as, words })
  }
  const title = module.title(view)
  const plainTitle = normalised(title)
  const texts = fields.filter(({ as }) => as === 'text').flatMap(({ words }) => words)
  return {
    module: module.name as ModuleName,
    label: module.label.one,
    id: view.id,
    title,
    plainTitle,
    fields,
    haystack: [plainTitle, ...texts].join('\n'),
  }
}

const preparations: Readonly<Record<FieldWords['as'], (text: string) => string>> = {
  text: normalised,
  identifier: compact,
  phone: (text) => (text.includes('@') ? compact(text) : digits(text)),
  date: (text) => text,
}

export function matchOf(entry: Entry, query: Query): Match | null {
  return wordsMatch(entry, query) ?? numberMatch(entry, query)
}

/** All words must be there; where the first of them stands makes the rank. */
function wordsMatch(entry: Entry, { words, phrase }: Query): Match | null {
  const [first] = words
  if (first === undefined || !words.every((word) => entry.haystack.includes(word))) return null
  const field = entry.fields.find(
    ({ as, words: texts }) => as === 'text' && texts.some((text) => text.includes(first)),
  )
  const matched = field?.label ?? entry.label
  if (entry.plainTitle.startsWith(phrase)) return { entry, rank: rankOf.titlePrefix, matched }
  if (words.every((word) => startsWord(entry.plainTitle, word)))
    return { entry, rank: rankOf.titleWord, matched }
  if (words.every((word) => startsWord(entry.haystack, word)))
    return { entry, rank: rankOf.fieldWord, matched }
  const inTitle = words.every((word) => entry.plainTitle.includes(word))
  return { entry, rank: inTitle ? rankOf.titlePart : rankOf.fieldPart, matched }
}

function numberMatch(entry: Entry, query: Query): Match | null {
  for (const { as, words, label } of entry.fields) {
    const sought =
      as === 'phone' ? phoneForms(query) : as === 'identifier' ? [query.compact] : [query.date ?? '']
    if (as === 'text') continue
    for (const form of sought) {
      if (form.length < 2) continue
      if (words.some((word) => word.startsWith(form))) return { entry, rank: rankOf.exact, matched: label }
      if (as !== 'date' && words.some((word) => word.includes(form))) {
        return { entry, rank: rankOf.fieldPart, matched: label }
      }
    }
  }
  return null
}

/** A number, or a mail address, which is kept among the telecoms, too. */
function phoneForms({ digits, compact }: Query): readonly string[] {
  return digits === '' && /\D/.test(compact) ? [compact] : [digits]
}

function startsWord(text: string, word: string): boolean {
  for (let at = text.indexOf(word); at !== -1; at = text.indexOf(word, at + 1)) {
    const before = text[at - 1]
    if (before === undefined || before === ' ' || before === '\n') return true
  }
  return false
}
