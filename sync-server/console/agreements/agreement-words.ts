import type { ConsoleAgreement } from '../../console-api/protocol/integrations.ts'

export const agreementKinds: Readonly<Record<ConsoleAgreement['kind'], string>> = {
  baa: 'Business associate agreement (45 CFR 164.504(e))',
  dua: 'Data use agreement (45 CFR 164.514(e))',
}

/** An agreement as people tell it from others. */
export function agreementName({ parties, document }: Pick<ConsoleAgreement, 'parties' | 'document'>): string {
  return `${parties.theirs}: ${document.title}`
}
