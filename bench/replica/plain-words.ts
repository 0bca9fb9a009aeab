import type { AnyDocument, AnyModule } from '#app/kernel/index.ts'
import { normalised } from '#renderer/replica/search/fold.ts'
import { searchedTexts } from '#renderer/replica/search/searched-words.ts'

/** The words of one record in plain: what the other contenders are given. */
export type PlainWords = {
  readonly plainTitle: string
  /** Title and texts, comparable, a line each. */
  readonly haystack: string
}

export function plainWordsOf(module: AnyModule, view: AnyDocument): PlainWords {
  const plainTitle = normalised(module.title(view))
  const lines = [plainTitle]
  searchedTexts(module, view, ({ as, text }) => as === 'text' && lines.push(normalised(text)))
  return { plainTitle, haystack: lines.join('\n') }
}
