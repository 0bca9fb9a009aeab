/** Lower case without accents, anything that is no letter or digit a single space: `Müller-Díaz` is `muller diaz`. */
export function normalised(text: string): string {
  return text
    .normalize('NFD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()
}

/** Digits only: how a telephone number is compared. */
export function digits(text: string): string {
  return text.replaceAll(/\D/g, '')
}

/** Letters and digits only: how an identifier is compared, whatever stands between its groups. */
export function compact(text: string): string {
  return normalised(text).replaceAll(' ', '')
}

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']

/**
 * The date that a person means, as far as they typed it: `1962-03-14`, `3/14/1962`, `14 Mar 1962`, `March 14, 1962`,
 * `Mar 1962`, `1962-03`. Two numbers before a year are month and day, as Americans write them. Null for anything else.
 */
export function typedDate(text: string): string | null {
  const words = text
    .trim()
    .toLowerCase()
    .split(/[\s,./-]+/)
    .filter((word) => word !== '')
  const year = words.find((word) => /^\d{4}$/.test(word))
  if (year === undefined || words.length < 2 || words.length > 3) return null
  const others = words.filter((word) => word !== year)
  const named = others.findIndex((word) => monthOf(word) !== null)
  if (named === -1) return numeric(year, others)
  const month = monthOf(others[named] ?? '')
  const day = others.find((_, index) => index !== named)
  return dateOf(year, month, day)
}

function numeric(year: string, [month, day]: readonly string[]): string | null {
  return dateOf(year, /^\d{1,2}$/.test(month ?? '') ? Number(month) : null, day)
}

function monthOf(word: string): number | null {
  const index = word.length < 3 ? -1 : months.indexOf(word.slice(0, 3))
  return index === -1 || !/^[a-z]+$/.test(word) ? null : index + 1
}

function dateOf(year: string, month: number | null, day: string | undefined): string | null {
  if (month === null || month < 1 || month > 12) return null
  const start = `${year}-${String(month).padStart(2, '0')}`
  if (day === undefined) return start
  if (!/^\d{1,2}$/.test(day) || Number(day) < 1 || Number(day) > 31) return null
  return `${start}-${day.padStart(2, '0')}`
}
