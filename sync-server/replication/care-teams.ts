import { isSensitivityScope, sameJson } from '#app/kernel/index.ts'
import type { Id, Scope } from '#app/kernel/index.ts'
import { modules } from '#app/modules/index.ts'
import { scopesOf, teamsAmong } from '#app/modules/shared/scopes.ts'
import type { DocumentRef, WriteTransaction } from '../store/contract.ts'
import type { Written } from './follower.ts'
import { recordsOf } from './records-of-patient.ts'

// What hangs on a patient lies in the patient's care teams, beside its own places. It does not say so itself: whoever
// writes a record looks at its patient, and whoever moves a patient from team to team takes the records along.

/** The care teams of a patient; of one who is not there, none. */
export type TeamsOf = (patientId: Id) => readonly Scope[]

/** For what hangs on nobody. */
export const nobodyElses: TeamsOf = () => []

type State = Readonly<Record<string, unknown>>

const { collection: ofPatients, kind: ofPatient } = modules.patients

/** The care teams of the patients whom these states name, which stay as they are until the commit. */
export async function teamsFor(
  tx: Pick<WriteTransaction, 'restOn'>,
  states: readonly (State | undefined)[],
): Promise<TeamsOf> {
  const named = states.flatMap((state) => patientIn(state ?? {}) ?? [])
  const patients = await tx.restOn(named.map((id) => ({ collection: ofPatients, id })))
  const teams = new Map(patients.map(({ id, scopes }) => [id, teamsAmong(scopes)]))
  return (patientId) => teams.get(patientId) ?? []
}

/** The teams that a record has from its patient. */
export function teamsOver(record: State, teamsOf: TeamsOf): readonly Scope[] {
  const patientId = patientIn(record)
  return patientId === null ? [] : teamsOf(patientId)
}

/** To be called once a document is staged: where it is a patient whose teams are others now, the records go along. */
export async function teamsWritten(
  tx: WriteTransaction,
  { id }: DocumentRef,
  { before, after }: Pick<Written, 'before' | 'after'>,
): Promise<void> {
  if (after.doc.kind !== ofPatient) return
  const [was, is] = [before?.doc.scopes ?? [], after.doc.scopes].map(teamsAmong)
  if (!sameJson(was, is)) await followTeams(tx, id)
}

/** Puts what hangs on a patient into the patient's teams of now, and out of all others. */
export async function followTeams(tx: WriteTransaction, patientId: Id): Promise<void> {
  const [patient] = await tx.load([{ collection: ofPatients, id: patientId }])
  const teams = teamsAmong(patient?.scopes ?? [])
  for (const { collection, id, scopes: held, body } of await recordsOf(tx, patientId)) {
    if (sameJson(teamsAmong(held), teams)) continue
    const scopes = movedTo(teams, held)
    tx.stage({ type: 'document', collection, id, body: { ...body, doc: { ...body.doc, scopes } } })
  }
}

function movedTo(teams: readonly Scope[], held: readonly Scope[]): Scope[] {
  const own = held.filter((scope) => !isSensitivityScope(scope) && !teamsAmong(held).includes(scope))
  return [...scopesOf(own, teams), ...held.filter(isSensitivityScope)]
}

function patientIn({ patientId }: State): Id | null {
  return typeof patientId === 'string' ? patientId : null
}
