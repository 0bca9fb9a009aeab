import { isPartialDate } from '#app/values/index.ts'
import type { Mark, SearchHit } from '#renderer/replica/contract.ts'
import { dateText } from '#renderer/ui/format/when.ts'

export type Marked = { readonly text: string; readonly marks: readonly Mark[] }

/** What matched, where the title does not say it already. */
export function whyFound({ title, excerpt }: SearchHit): Marked | null {
  if (excerpt === null || title.includes(excerpt.text)) return null
  if (!isPartialDate(excerpt.text)) return excerpt
  const text = dateText(excerpt.text)
  return { text, marks: [{ start: 0, end: text.length }] }
}
