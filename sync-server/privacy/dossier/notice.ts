import type { DossierForm } from '../../console-api/protocol/privacy/dossier-calls.ts'
import type { Holdings } from './holdings.ts'

// The letter to those concerned, in its five elements (45 CFR 164.404(c)(1)), drafted from what is known. The officer
// changes the words; what nobody has said yet stands in square brackets.

type Facts = {
  readonly lostOn: string | null
  readonly discoveredOn: string
  readonly organisation: string
  readonly fields: Holdings['fields']
  readonly wasWiped: boolean
}

export function draftNotice({
  lostOn,
  discoveredOn,
  organisation,
  fields,
  wasWiped,
}: Facts): DossierForm['notice'] {
  const when = lostOn === null ? 'on a day that we do not know' : `on ${lostOn}`
  const kinds = new Set(fields.flatMap(({ names }) => names.map((name) => name.toLowerCase())))
  const destroyed = wasWiped
    ? 'The computer has confirmed that it destroyed the keys to the information.'
    : 'We have ordered the computer to destroy what is on it at its next contact.'
  return {
    happened: `A portable computer of ${organisation} was lost or stolen ${when}. We learned of it on ${discoveredOn}. [How it came about.]`,
    information: `The computer held, in encrypted form, information about you of these kinds: ${[...kinds].toSorted().join(', ')}.`,
    protect:
      'Look through the statements of your health plan and your providers for services that you did not receive, and tell them and us of any. [Whether a service that watches your credit is offered.]',
    doing: `We have closed the computer’s access to our systems. ${destroyed} We are looking into what happened. [What changes so that it does not happen again.]`,
    contact: `[A toll-free telephone number], [an e-mail address, a website or a postal address] of ${organisation}.`,
  }
}
