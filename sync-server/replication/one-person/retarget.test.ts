import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { blankOf, newId } from '#app/kernel/index.ts'
import type { AnyDocument, Id } from '#app/kernel/index.ts'
import { modules } from '#app/modules/index.ts'
import type { PushResult } from '#app/protocol/index.ts'
import { draft, enrolDevice } from '../../testing/test-device.ts'
import type { TestDevice } from '../../testing/test-device.ts'
import { startTestServer } from '../../testing/test-server.ts'
import type { TestServer } from '../../testing/test-server.ts'
import { mergePatients } from './merge-patients.ts'

let server: TestServer
let carla: TestDevice

beforeEach(async () => {
  server = await startTestServer()
  carla = await enrolDevice(server.url, 'carla')
  await carla.follow('patients')
  await carla.follow('clinical')
})
afterEach(() => server.close())

type Couple = readonly [survivor: AnyDocument, loser: AnyDocument]

/** Two patients of the seed, as the device knows them. */
function couple(): Couple {
  const [one, other] = [...carla.held.values()].filter(({ kind }) => kind === 'patient')
  if (one === undefined || other === undefined) throw new Error('the seed has no two patients')
  return [one, other]
}

/** What the hospital does while the device is away. */
async function merge([survivor, loser]: Couple): Promise<void> {
  const stamp = { at: new Date().toISOString(), by: 'test', origin: 'feed' } as const
  const orgId = server.synthetic.organisation.id
  const merger = { orgId, by: 'test', cause: newId(), stamp }
  await server.store.transaction((tx) =>
    mergePatients(tx, merger, { loser: loser.id, survivor: survivor.id }),
  )
}

function allergyOf(patient: AnyDocument): AnyDocument {
  const code = { codings: [], text: 'Latex' }
  const data = { ...blankOf(modules.allergies), code, patientId: patient.id, siteIds: patient['siteIds'] }
  return draft('allergy', server.synthetic.organisation.id, data)
}

function viewOf(result: PushResult | undefined): AnyDocument {
  if (result === undefined || !('kind' in result.view)) throw new Error('no view')
  return result.view
}

async function stored(collection: 'patients' | 'clinical', id: Id) {
  const [document] = await server.store.snapshot((read) => read.documents(collection, [id]))
  if (document === undefined) throw new Error('not stored')
  return document
}

describe('what was made offline, while two patients became one', () => {
  it('turns a new record of the one that ended to the one that lives on, and keeps what its author goes on from', async () => {
    const both = couple()
    const [survivor, loser] = both
    const made = allergyOf(loser)
    await merge(both)
    const [first] = await carla.push(carla.edit('clinical', made, {}))
    expect(first).toMatchObject({ outcome: 'applied', view: { patientId: survivor.id } })
    // The author had gone on before the answer came: the record still names the one that ended, which is no edit.
    const [second] = await carla.push(carla.edit('clinical', made, { clinicalStatus: 'inactive' }))
    expect(viewOf(second)).toMatchObject({ patientId: survivor.id, clinicalStatus: 'inactive' })
    expect(viewOf(second).conflicts).toEqual([])
    expect((await stored('clinical', made.id)).body.doc['patientId']).toBe(survivor.id)
    const numbers = await server.store.snapshot((read) =>
      read.revisions({ collection: 'clinical', id: made.id }),
    )
    // As it was pushed, turned, and edited; not turned back and forth.
    expect(numbers).toHaveLength(3)
  })

  it('keeps an edit of a record that went over, with the one that lives on', async () => {
    const both = couple()
    const [survivor, loser] = both
    const made = allergyOf(loser)
    const [kept] = await carla.push(carla.edit('clinical', made, {}))
    const before = viewOf(kept)
    await merge(both)
    const [result] = await carla.push(carla.edit('clinical', before, { clinicalStatus: 'inactive' }))
    expect(viewOf(result)).toMatchObject({ patientId: survivor.id, clinicalStatus: 'inactive' })
  })

  it('carries an edit of the patient that ended over to the one that lives on, with an entry in the ledger', async () => {
    const both = couple()
    const [survivor, loser] = both
    await merge(both)
    const maritalStatus = { codings: [], text: 'Widowed' }
    const [result] = await carla.push(carla.edit('patients', loser, { maritalStatus }))
    expect(result?.outcome).not.toBe('refused')
    expect((await stored('patients', survivor.id)).body.doc['maritalStatus']).toEqual(maritalStatus)
    expect((await stored('patients', loser.id)).body.doc['mergedIntoId']).toBe(survivor.id)
  })

  it('joins and parts by a person: naming the other record, and taking the name away', async () => {
    const both = couple()
    const [survivor, loser] = both
    const made = allergyOf(loser)
    await carla.push(carla.edit('clinical', made, {}))
    const [joined] = await carla.push(carla.edit('patients', loser, { mergedIntoId: survivor.id }))
    expect(joined?.outcome).not.toBe('refused')
    expect((await stored('clinical', made.id)).body.doc['patientId']).toBe(survivor.id)
    const [parted] = await carla.push(carla.edit('patients', viewOf(joined), { mergedIntoId: null }))
    expect(parted?.outcome).not.toBe('refused')
    expect((await stored('clinical', made.id)).body.doc['patientId']).toBe(loser.id)
    expect((await stored('patients', survivor.id)).body.aliases).toEqual([])
  })

  it('takes an edit of a patient who names a record that is no longer here, and merges nothing', async () => {
    const [, patient] = couple()
    const { body } = await stored('patients', patient.id)
    const doc = { ...body.doc, mergedIntoId: newId() }
    const document = { type: 'document', collection: 'patients', id: patient.id } as const
    await server.store.transaction(async (tx) => {
      await tx.load([document])
      tx.stage({ ...document, body: { ...body, doc }, identifiers: [] })
    })
    await carla.follow('patients')
    const named = [...carla.held.values()].find(({ id }) => id === patient.id)
    if (named === undefined) throw new Error('the device has no such patient')
    const [result] = await carla.push(
      carla.edit('patients', named, { maritalStatus: { codings: [], text: 'Widowed' } }),
    )
    expect(result?.outcome).toBe('applied')
    expect((await stored('patients', patient.id)).body.ended).toBeUndefined()
  })
})
