import type { AnyDocument, AnyModule } from '#app/kernel/index.ts'
import type { ModuleName } from '#app/modules/index.ts'
import type { Mark, SearchHit } from '../contract.ts'
import type { Folded } from './fold.ts'
import { costOf, grades, gradersOf, indexIn } from './grade.ts'
import type { Reading, Term } from './query.ts'
import { places } from './record-words.ts'
import { searchedTexts, wordsOf } from './searched-words.ts'
import type { SearchedText } from './searched-words.ts'
import { kinds } from './vocabulary.ts'
import type { Kind } from './vocabulary.ts'

// What a hit shows: worked out from the record itself, for the few that are shown.

/** A longer text is shown from shortly before what matched. */
const EXCERPT = 90
const LEAD = 24

type Answer = { readonly text: SearchedText; readonly cost: number; readonly mark: Mark }

export function showHit(module: AnyModule, record: AnyDocument, reading: Reading): SearchHit {
  const title = module.title(record)
  const inTitle = { label: module.label.one, as: 'text', place: places.title, text: title } as const
  const titleMarks: Mark[] = []
  const answers: Answer[] = []
  for (const term of reading) {
    const titled = bestAnswer([inTitle], term)
    if (titled !== null) titleMarks.push(titled.mark)
    const fields: SearchedText[] = []
    searchedTexts(module, record, (text) => void fields.push(text))
    const answer = bestAnswer(fields, term)
    if (answer !== null) answers.push(answer)
  }
  // What the title does not show already, and of that what says most.
  const best = answers.toSorted((a, b) => a.cost - b.cost)[0]
  const text = best?.text
  const marks = answers
    .filter((answer) => answer.text === text || isSameText(answer.text, text))
    .map(({ mark }) => mark)
  return {
    module: module.name as ModuleName,
    id: record.id,
    title,
    titleMarks: inOrder(titleMarks),
    matched: text?.label ?? module.label.one,
    excerpt: text === undefined ? null : excerptOf(text.text, inOrder(marks)),
  }
}

function isSameText(a: SearchedText, b: SearchedText | undefined): boolean {
  return a.label === b?.label && a.text === b.text
}

function bestAnswer(texts: readonly SearchedText[], term: Term): Answer | null {
  const graders = gradersOf(term)
  let best: Answer | null = null
  for (const text of texts) {
    wordsOf(text.text, text.as, text.place, (words, from, to, kind) => {
      const grade = graders[kind]?.(words.codes, from, to - from) ?? 0
      if (grade === 0) return
      const cost = costOf(grade, text.place)
      if (best !== null && best.cost <= cost) return
      best = { text, cost, mark: markOf(term, grade, words, from, to, kind) }
    })
  }
  return best
}

/** The part of the word that was typed; the whole word where that is spelt another way. */
function markOf(term: Term, grade: number, words: Folded, from: number, to: number, kind: Kind): Mark {
  const isTypo = grade === grades.oneTypo || grade === grades.twoTypos
  for (const part of isTypo ? [] : formsOf(term, kind)) {
    const at = indexIn(words.codes, from, to - from, part)
    if (at !== -1) return sourceOf(words, from + at, from + at + part.length)
  }
  return sourceOf(words, from, to)
}

function formsOf(term: Term, kind: Kind): readonly Uint16Array[] {
  if (kind === kinds.identifier) return [term.identifier, term.core]
  if (kind === kinds.phone) return term.phones
  return kind === kinds.date ? term.dates : [term.text]
}

function sourceOf(words: Folded, from: number, to: number): Mark {
  const start = words.sources[from] ?? 0
  return { start, end: (words.sources[to - 1] ?? start) + 1 }
}

function inOrder(marks: readonly Mark[]): readonly Mark[] {
  const merged: Mark[] = []
  for (const mark of marks.toSorted((a, b) => a.start - b.start)) {
    const last = merged.at(-1)
    if (last !== undefined && mark.start <= last.end)
      merged[merged.length - 1] = { start: last.start, end: Math.max(last.end, mark.end) }
    else merged.push(mark)
  }
  return merged
}

function excerptOf(text: string, marks: readonly Mark[]): SearchHit['excerpt'] {
  const first = marks[0]?.start ?? 0
  if (text.length <= EXCERPT) return { text, marks }
  const from = first <= LEAD ? 0 : text.lastIndexOf(' ', first - LEAD) + 1 || first - LEAD
  const to = Math.min(text.length, from + EXCERPT)
  const [before, after] = [from > 0 ? '… ' : '', to < text.length ? ' …' : '']
  const shift = before.length - from
  const shown = marks.filter(({ start, end }) => start >= from && end <= to)
  return {
    text: before + text.slice(from, to) + after,
    marks: shown.map(({ start, end }) => ({ start: start + shift, end: end + shift })),
  }
}
