// Dates as people type them, anywhere in what they type.

const months = [
  'january',
  'february',
  'march',
  'april',
  'may',
  'june',
  'july',
  'august',
  'september',
  'october',
  'november',
  'december',
]

/** The days or months that a person may mean, the likelier first: `YYYY-MM-DD` or `YYYY-MM`. */
export type DateReadings = readonly string[]

/** A part of what was typed that is a date. */
export type TypedDate = { readonly from: number; readonly to: number; readonly readings: DateReadings }

const YEAR = String.raw`(?:\d{4}|\d{2})`
const word = String.raw`([a-z]{3,})\.?`
const patterns: readonly (readonly [RegExp, (parts: readonly string[]) => DateReadings])[] = [
  [/\b(\d{4})[-/.](\d{1,2})(?:[-/.](\d{1,2}))?\b/, ([year, month, day]) => dates(year, month, day)],
  [
    new RegExp(String.raw`\b(\d{1,2})([-/.]|\s+|\.\s+)(\d{1,2})\2(${YEAR})\b`),
    ([first, , second, year]) => [...dates(year, first, second), ...dates(year, second, first)],
  ],
  [/\b(\d{1,2})[-/.](\d{4})\b/, ([month, year]) => dates(year, month)],
  [
    new RegExp(String.raw`\b(\d{1,2})(?:st|nd|rd|th)?\.?[\s-]*${word},?[\s-]*(\d{4})\b`),
    ([day, month, year]) => dates(year, monthOf(month), day),
  ],
  [
    new RegExp(String.raw`\b${word}\s*(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})\b`),
    ([month, day, year]) => dates(year, monthOf(month), day),
  ],
  [new RegExp(String.raw`\b${word},?\s*(\d{4})\b`), ([month, year]) => dates(year, monthOf(month))],
]

/**
 * The first date in a text: `1980-03-04`, `3/4/1980` and `4.3.1980` in both orders where both are days,
 * `3/4/80` of either century, `4 Mar 1980`, `March 4, 1980`, `March 1980`, `3/1980`, `1980-03`. Null where
 * there is none.
 */
export function findDate(text: string): TypedDate | null {
  const lower = text.toLowerCase()
  for (const [pattern, read] of patterns) {
    const found = pattern.exec(lower)
    if (found === null) continue
    const readings = [...new Set(read(found.slice(1)))]
    if (readings.length > 0) return { from: found.index, to: found.index + found[0].length, readings }
  }
  return null
}

function monthOf(word = ''): string | undefined {
  const index = word === 'sept' ? 8 : months.findIndex((month) => month.startsWith(word))
  return index === -1 ? undefined : String(index + 1)
}

function dates(year = '', month = '', day?: string): string[] {
  if (month === '' || Number(month) < 1 || Number(month) > 12) return []
  if (day !== undefined && (Number(day) < 1 || Number(day) > daysIn(year, month))) return []
  const rest = [month, ...(day === undefined ? [] : [day])]
    .map((part) => `-${part.padStart(2, '0')}`)
    .join('')
  return year.length === 2 ? [`19${year}${rest}`, `20${year}${rest}`] : [year + rest]
}

/** Of a year of two digits any that could be meant. */
function daysIn(year: string, month: string): number {
  if (Number(month) !== 2) return [4, 6, 9, 11].includes(Number(month)) ? 30 : 31
  const leap =
    Number(year) % 4 === 0 && (year.length === 2 || Number(year) % 100 !== 0 || Number(year) % 400 === 0)
  return leap ? 29 : 28
}
