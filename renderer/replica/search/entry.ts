import type { AnyDocument, AnyModule } from '#app/kernel/index.ts'
import { normalised } from './fold.ts'
import { searchedTexts } from './searched-words.ts'

/** The words of one record in plain: what another search would be given. */
export type Entry = {
  readonly plainTitle: string
  /** Title and texts, comparable, a line each. */
  readonly haystack: string
}

export function entryOf(module: AnyModule, view: AnyDocument): Entry {
  const plainTitle = normalised(module.title(view))
  const lines = [plainTitle]
  searchedTexts(module, view, ({ as, text }) => as === 'text' && lines.push(normalised(text)))
  return { plainTitle, haystack: lines.join('\n') }
}
