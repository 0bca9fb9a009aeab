import { mayDecideMarks } from '#app/access/index.ts'
import type { Subject } from '#app/access/index.ts'
import { AppError, instant } from '#app/kernel/index.ts'
import { clientSubject } from '../../fhir/access/callers.ts'
import { documentsOf } from '../../privacy/marks/patient-marks.ts'
import { differenceOf } from '../../privacy/marks/who-sees.ts'
import { patientOf } from '../../replication/records-of-patient.ts'
import type { Store } from '../../store/contract.ts'
import type { ConsoleParts } from '../console-api.ts'
import type { ConsoleAnswer, ConsoleRequest } from '../protocol/console.ts'
import type { ConsoleCaller } from '../signing-in/console-sessions.ts'

/** Whose replicas would lose records of a patient, or gain them, and how many machines would. Writes nothing. */
export async function previewMarks(
  { store, clock }: Pick<ConsoleParts, 'store' | 'clock'>,
  { patientId, records: refs, ...asked }: ConsoleRequest<'preview-marks'>,
  { subject }: Pick<ConsoleCaller, 'subject'>,
): Promise<ConsoleAnswer<'preview-marks'>> {
  const at = instant(clock)
  const records = await store.snapshot((read) => documentsOf(read, refs))
  if (records.some((record) => patientOf(record) !== patientId))
    throw new AppError('request.invalid', { place: 'records' })
  if (records.some(({ scopes }) => !mayDecideMarks(subject, 'mark', scopes, at)))
    throw new AppError('access.forbidden')
  const differenceFor = (subjects: readonly Subject[]) => differenceOf({ ...asked, records, subjects, at })
  const { orgId } = subject
  const { records: count, seers } = differenceFor(await peopleOf(store, orgId))
  const clients = (await store.integrations.clients()).filter(({ revokedAt }) => revokedAt === null)
  const machines = clients.filter((client) => differenceFor([clientSubject(client, orgId)]).seers.length > 0)
  return { records: count, people: [...seers], machines: machines.length }
}

/** Who can sign in, with all grants there ever were: those that hold are told by the instant. */
async function peopleOf({ access }: Pick<Store, 'access'>, orgId: string): Promise<readonly Subject[]> {
  const grants = Map.groupBy(await access.grants(), ({ userId }) => userId)
  const users = (await access.users()).filter(({ disabledAt }) => disabledAt === null)
  return users.map(({ id }) => ({ id, orgId, grants: grants.get(id) ?? [] }))
}
