// Names of character sets, without what reads them: forms need these alone.

/** HL7 table 0211, as far as its separators stay single ASCII bytes. */
const encodings: Readonly<Record<string, string>> = {
  ASCII: 'ascii',
  'ISO IR6': 'ascii',
  'UNICODE UTF-8': 'utf8',
  'UTF-8': 'utf8',
  UTF8: 'utf8',
  UNICODE: 'utf8',
  'WINDOWS-1252': 'windows-1252',
  ...Object.fromEntries(
    [1, 2, 3, 4, 5, 6, 7, 8, 9, 13, 14, 15].flatMap((part) => [
      [`8859/${part}`, `iso-8859-${part}`],
      [`ISO-8859-${part}`, `iso-8859-${part}`],
    ]),
  ),
}

/** The names that a feed may set. */
export const charsetNames: readonly string[] = Object.keys(encodings)

/** The encoding of a name of table 0211; null when it is none that Rounds reads. */
export function encodingOf(name: string): string | null {
  return encodings[name.trim().toUpperCase()] ?? null
}
