import type { ConsoleAgreement } from '../../console-api/protocol/integrations.ts'

export const agreementKinds: Readonly<Record<ConsoleAgreement['kind'], string>> = {
  baa: 'Business associate (45 CFR 164.504(e))',
  dua: 'Data use (45 CFR 164.514(e))',
}

export const agreementColours: Readonly<Record<ConsoleAgreement['state'], string>> = {
  'to come': 'blue',
  holds: 'green',
  over: 'gray',
}

/** An agreement as people tell it from others. */
export function agreementName({ parties, document }: ConsoleAgreement): string {
  return `${parties.theirs}: ${document.title}`
}
