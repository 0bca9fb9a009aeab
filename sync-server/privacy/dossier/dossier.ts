import type { Clock, Id } from '#app/kernel/index.ts'
import { AppError, canonicalJson, instant, sha256Hex } from '#app/kernel/index.ts'
import type { Identity, Reader, Store, StoredDevice } from '../../store/contract.ts'
import { modules } from '#app/modules/index.ts'
import type { Filed } from '../drawer.ts'
import { traceOf } from './device-trace.ts'
import { dossiers } from './dossier-papers.ts'
import type { Dossier } from './dossier-papers.ts'
import { holdingsOf } from './holdings.ts'
import type { Holdings } from './holdings.ts'
import { keyEvidence } from './key-evidence.ts'
import type { Evidence } from './key-evidence.ts'
import { draftNotice } from './notice.ts'

/** Everything that is known of a device, and the paper about it. */
export type DossierFacts = {
  readonly device: StoredDevice
  readonly holdings: Holdings
  readonly evidence: readonly Evidence[]
  readonly byState: Readonly<Record<string, number>>
  readonly paper: Filed<Dossier>
  /** Whether the paper lies in the drawer already. */
  readonly isFiled: boolean
}

/** Throws `request.invalid` for a device that is not there. */
export async function gatherDossier(
  { store, clock }: { readonly store: Store; readonly clock: Clock },
  deviceId: Id,
): Promise<DossierFacts> {
  const [device, identity] = await Promise.all([store.access.device(deviceId), store.identity()])
  if (device === null || identity === null) throw new AppError('request.invalid', { place: 'deviceId' })
  const now = instant(clock)
  const trace = await traceOf(store.audit, deviceId)
  const grants = await store.access.grants(device.userId)
  const subject = { id: device.userId, orgId: identity.organisation.id, grants }
  const lastContact = device.lastSeenAt ?? trace.lastSessionAt ?? device.createdAt
  const { holdings, byState } = await store.snapshot(async (read) => {
    const found = await holdingsOf(read, { trace, subject, lastContact })
    return { holdings: found, byState: await statesOf(read, found) }
  })
  const [filed] = await dossiers.all(store.access, [deviceId])
  const paper = filed ?? drafted({ device, identity, holdings, now })
  const { lostOn } = paper.content.form
  const evidence = keyEvidence({
    device,
    trace,
    lostAt: lostOn === null ? null : `${lostOn}T00:00:00.000Z`,
    now,
  })
  return { device, holdings, evidence, byState, paper, isFiled: filed !== undefined }
}

/** Names what was shown, so that it can be told later whether the officer saw this or something else. */
export function evidenceHash({ holdings, evidence, byState }: DossierFacts): string {
  return sha256Hex(canonicalJson([holdings, evidence, byState]))
}

type Drafting = {
  readonly device: StoredDevice
  readonly identity: Identity
  readonly holdings: Holdings
  readonly now: string
}

function drafted({ device, identity, holdings, now }: Drafting): Filed<Dossier> {
  const discoveredOn = now.slice(0, 10)
  const notice = draftNotice({
    lostOn: null,
    discoveredOn,
    organisation: identity.organisation.name,
    fields: holdings.fields,
    wasWiped: device.wipedAt !== null,
  })
  const factors = { nature: '', recipient: '', acquired: '', mitigated: '' }
  const form = { discoveredOn, lostOn: null, factors, notice, decision: null }
  return { id: '', about: device.id, at: now, content: { form, signed: null } }
}

/** Where those concerned live, by the first of their addresses that may be used. */
async function statesOf(
  read: Pick<Reader, 'documents'>,
  { patients }: Holdings,
): Promise<Record<string, number>> {
  const states: Record<string, number> = {}
  const schema = modules.patients.fields.addresses.schema
  const stored = await read.documents(
    'patients',
    patients.map(({ patientId }) => patientId),
  )
  for (const { body } of stored) {
    const addresses = schema.safeParse(body.doc['addresses']).data ?? []
    const state = addresses.find(({ use }) => use !== 'old')?.state ?? 'unknown'
    states[state] = (states[state] ?? 0) + 1
  }
  return states
}
