import { sameJson } from '#app/kernel/index.ts'

type Data = Readonly<Record<string, unknown>>

/** Only what differs: an edit that touches one field must not speak about the others. */
export function changedData(before: Data, after: Data): Data {
  return Object.fromEntries(Object.entries(after).filter(([name, value]) => !sameJson(before[name], value)))
}

/** What typing leaves behind: blanks at the ends of texts, empty texts in lists. */
export function tidied(data: Data): Data {
  return Object.fromEntries(Object.entries(data).map(([name, value]) => [name, tidy(value)]))
}

function tidy(value: unknown): unknown {
  if (typeof value === 'string') return value.trim()
  if (Array.isArray(value)) return value.map(tidy).filter((item) => item !== '')
  if (value === null || typeof value !== 'object') return value
  return tidied(value as Data)
}
