import type { AnyDocument, AnyModule } from '#app/kernel/index.ts'
import { Folded, HYPHEN, SPACE } from './fold.ts'
import { kinds } from './vocabulary.ts'
import type { Kind } from './vocabulary.ts'
import { places } from './record-words.ts'
import type { Place } from './record-words.ts'

/** A word in a buffer that is used again: whoever is told of it copies or compares it at once. */
export type WordVisitor = (words: Folded, from: number, to: number, kind: Kind, place: Place) => void

/** One searched text of a record: of which field, and how people type it. */
export type SearchedText = {
  readonly label: string
  readonly as: keyof typeof kinds
  readonly place: Place
  readonly text: string
}

const ZERO = 0x30
const NINE = 0x39

type SearchedField = {
  readonly name: string
  readonly label: string
  readonly as: keyof typeof kinds
  readonly place: Place
  of(value: unknown): readonly string[]
}

const fieldsOf = new WeakMap<AnyModule, readonly SearchedField[]>()

/** The fields of a module that are searched, read from its definition once. */
function searchedFields(module: AnyModule): readonly SearchedField[] {
  const known = fieldsOf.get(module)
  if (known !== undefined) return known
  const made = Object.entries(module.fields).flatMap(([name, { label, search }]) => {
    if (search === undefined) return []
    const place = search.weight === 'aside' ? places.aside : places.field
    return [{ name, label, as: search.as, place, of: (value: unknown) => search.of(value) }]
  })
  fieldsOf.set(module, made)
  return made
}

/**
 * The texts of a record under which it is found, field by field. What the reader may not see is not in the
 * record.
 */
export function searchedTexts(
  module: AnyModule,
  record: AnyDocument,
  visit: (text: SearchedText) => void,
): void {
  for (const { name, label, as, place, of } of searchedFields(module)) {
    const value = record[name]
    if (value === undefined || value === null) continue
    for (const text of of(value)) visit({ label, as, place, text })
  }
}

const folded = new Folded()
const compound = new Folded()

/** Every word of a record, its title's first. */
export function searchedWords(module: AnyModule, record: AnyDocument, visit: WordVisitor): void {
  wordsOfTitle(module.title(record), visit)
  searchedTexts(module, record, ({ text, as, place }) => wordsOf(text, as, place, visit))
}

/**
 * A title is made of what has fields of its own; its numbers are parts of dates and times mostly, and are
 * left to those.
 */
function wordsOfTitle(title: string, visit: WordVisitor): void {
  let isFirst = true
  wordsOf(title, 'text', places.title, (words, from, to, kind) => {
    const place = isFirst ? places.titleStart : places.title
    isFirst = false
    if (!isNumber(words.codes, from, to)) visit(words, from, to, kind, place)
  })
}

/**
 * The words of one text, in the form in which they are compared; what they are depends on how people type
 * them.
 */
export function wordsOf(text: string, as: SearchedText['as'], place: Place, visit: WordVisitor): void {
  if (as === 'text' || (as === 'phone' && isAddress(text))) {
    folded.fold(text)
    cutWords(folded, place, visit)
    return
  }
  if (as === 'identifier') foldIdentifier(text)
  else if (as === 'phone') foldPhone(text)
  else foldDate(text)
  if (compound.length > 0) visit(compound, 0, compound.length, kinds[as], place)
}

/** Mail and web addresses are kept among the telephones. */
function isAddress(text: string): boolean {
  return text.includes('@') || text.includes('://')
}

function foldIdentifier(text: string): void {
  folded.fold(text)
  compound.clear(folded.length)
  for (let at = 0; at < folded.length; at += 1) addTo(folded, at)
}

/** Digits up to an extension. */
function foldPhone(text: string): void {
  folded.fold(text)
  compound.clear(folded.length)
  for (let at = 0; at < folded.length; at += 1) {
    const code = folded.codes[at] ?? SPACE
    if (isDigit(code)) compound.put(code, folded.sources[at] ?? 0)
    else if (code !== SPACE && code !== HYPHEN && compound.length > 0) return
  }
}

function foldDate(text: string): void {
  compound.clear(text.length)
  for (let at = 0; at < text.length; at += 1) compound.put(text.charCodeAt(at), at)
}

function cutWords(words: Folded, place: Place, visit: WordVisitor): void {
  let start = 0
  let compoundStart = 0
  let parts = 0
  for (let at = 0; at <= words.length; at += 1) {
    const code = at === words.length ? SPACE : words.codes[at]
    if (code !== SPACE && code !== HYPHEN) continue
    if (at > start) {
      visit(words, start, at, kinds.text, place)
      parts += 1
    }
    start = at + 1
    if (code === HYPHEN) continue
    if (parts > 1) visitCompound(words, compoundStart, at, place, visit)
    compoundStart = start
    parts = 0
  }
}

/** `Anna-Lena` is found as `annalena`, too. */
function visitCompound(words: Folded, from: number, to: number, place: Place, visit: WordVisitor): void {
  compound.clear(to - from)
  for (let at = from; at < to; at += 1) addTo(words, at)
  visit(compound, 0, compound.length, kinds.text, place)
}

function addTo(words: Folded, at: number): void {
  const code = words.codes[at] ?? SPACE
  if (code !== SPACE && code !== HYPHEN) compound.put(code, words.sources[at] ?? 0)
}

function isNumber(codes: Uint16Array, from: number, to: number): boolean {
  for (let at = from; at < to; at += 1) if (!isDigit(codes[at] ?? 0)) return false
  return true
}

function isDigit(code: number): boolean {
  return code >= ZERO && code <= NINE
}
