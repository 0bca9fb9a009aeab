import type { AnyDocument } from '#app/kernel/index.ts'
import { modules } from '#app/modules/index.ts'
import { plainWordsOf } from '../plain-words.ts'

/** The peers get a patient's words ready to be searched, as an application would keep them: those that we search. */
export function withSearchText(document: AnyDocument): AnyDocument & { readonly searchText?: string } {
  if (document.kind !== modules.patients.kind) return document
  return { ...document, searchText: plainWordsOf(modules.patients, document).haystack }
}
