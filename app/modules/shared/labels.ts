/** Codes that standards write as one word. */
const written: Readonly<Record<string, string>> = {
  noshow: 'No show',
  'part2-disclosure': 'Part 2 disclosure',
  hiv: 'HIV',
}

/** `entered-in-error` as people read it: `Entered in error`. */
export function labelOf(code: string | null | undefined): string {
  if (code === null || code === undefined || code === '') return ''
  const words = written[code] ?? code.replaceAll('-', ' ')
  return words.charAt(0).toUpperCase() + words.slice(1)
}
