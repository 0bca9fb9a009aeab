import { deadlinesOf } from '../../privacy/dossier/deadlines.ts'
import type { DossierFacts } from '../../privacy/dossier/dossier.ts'
import { suggestionOf } from '../../privacy/dossier/key-evidence.ts'
import type { ConsoleParts } from '../console-api.ts'
import type { ConsoleCaller } from '../signing-in/console-sessions.ts'
import { namesOf } from '../people/people.ts'
import type { ConsoleDossier, ConsoleHeld } from '../protocol/privacy/dossier-calls.ts'
import { titlesOf } from './patient-titles.ts'

type Parts = Pick<ConsoleParts, 'store' | 'clock'>

const MOST_NAMED = 1000

/** A dossier as its reader may see it. */
export async function describeDossier(
  parts: Parts,
  facts: DossierFacts,
  caller: ConsoleCaller,
): Promise<ConsoleDossier> {
  const name = await namesOf(parts.store)
  const { device, holdings, evidence, byState, paper } = facts
  const { form, signed } = paper.content
  const persons = holdings.patients.length
  const { media, ...days } = deadlinesOf(form.discoveredOn, persons, byState)
  return {
    deviceId: device.id,
    device: device.label,
    user: name(device.userId),
    lastSeenAt: device.lastSeenAt,
    evidence: [...evidence],
    suggestion: suggestionOf(evidence),
    persons,
    patients: await namedPatients(parts, facts, caller),
    fields: holdings.fields.map(({ names, ...field }) => ({ ...field, names: [...names] })),
    byState,
    deadlines: { ...days, media: [...media] },
    form,
    signed: signed && { by: name(signed.by), at: signed.at, persons: signed.persons },
  }
}

/** By the name that the caller may read. */
async function namedPatients(
  parts: Parts,
  { holdings }: DossierFacts,
  caller: ConsoleCaller,
): Promise<ConsoleHeld[]> {
  const some = holdings.patients.slice(0, MOST_NAMED)
  const titles = await titlesOf(
    parts,
    some.map(({ patientId }) => patientId),
    caller,
  )
  return some.map(({ patientId, records, wasOpened, hadLeft, inEmergencySet }) => ({
    patientId,
    name: titles.get(patientId) ?? patientId,
    records: Object.values(records).reduce((sum, count) => sum + count, 0),
    wasOpened,
    hadLeft,
    inEmergencySet,
  }))
}
