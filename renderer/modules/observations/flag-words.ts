/** HL7 table 0078, in the words of people who do not read laboratory codes all day. */
const words: Readonly<Record<string, string>> = {
  L: 'low',
  LL: 'very low',
  H: 'high',
  HH: 'very high',
  '<': 'below range',
  '>': 'above range',
  A: 'abnormal',
  AA: 'critical',
  R: 'resistant',
  I: 'intermediate',
  S: 'susceptible',
  POS: 'positive',
}

/** What the flags say; empty where they say that all is usual. */
export function flagWords(flags: readonly string[]): string {
  return flags
    .filter((flag) => flag !== 'N' && flag !== 'NEG')
    .map((flag) => words[flag] ?? flag)
    .join(', ')
}
