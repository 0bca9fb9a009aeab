import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { derivedId } from '#app/kernel/index.ts'
import type { AnyDocument } from '#app/kernel/index.ts'
import type { Grant, Subject } from '#app/access/index.ts'
import { admitted, adt, byNumber, mrn, numbersIn, pidOf } from '../../testing/events.ts'
import { inbox, send } from '../../testing/exchange.ts'
import { openHospital } from '../../testing/hospital.ts'
import type { Hospital } from '../../testing/hospital.ts'
import { message, msh, pv1 } from '../../testing/messages.ts'
import type { Decider } from './decide.ts'

let here: Hospital

beforeEach(async () => {
  here = await openHospital()
})
afterEach(() => here.close())

async function person(role: Grant['role']): Promise<Subject> {
  const identity = await here.store.identity()
  if (identity === null) throw new Error('there is no organisation')
  const id = derivedId('person', role)
  const grant = { id, userId: id, role, scope: 'org', from: '2026-01-01T00:00:00.000Z', until: null } as const
  return { id, orgId: identity.organisation.id, grants: [grant] }
}

async function patient(number: string): Promise<AnyDocument> {
  return byNumber(await here.records('patients'), number)
}

function deciding(subject: Subject): Decider {
  return { by: { actor: subject.id }, subject }
}

async function last() {
  return (await inbox(here)).at(-1)
}

/** Two patients, and a visit under the numbers of both. */
async function inDoubt(): Promise<number> {
  const both = pidOf('1').replace(mrn('1'), `${mrn('1')}~${mrn('2')}`)
  const visit = pv1({ 2: 'I', 19: 'V3^^^GENERAL^VN' })
  await send(here, admitted('1', 'V1'), admitted('2', 'V2'), adt('A01', both, visit))
  expect(await last()).toMatchObject({ state: 'parked', code: 'hl7.identity-conflict' })
  return (await last())?.sequence ?? 0
}

describe('a parked message, decided by a person', () => {
  test('is applied as one about the patient named; the numbers of another patient stay theirs', async () => {
    const sequence = await inDoubt()
    const two = await patient('2')
    const by = await person('coordinator')
    const { decide, dryRun } = here.hl7.deadLetters
    const would = await dryRun(sequence, undefined, { patientId: two.id })
    expect(would).toMatchObject({ ok: true, value: { ending: { outcome: 'applied' } } })
    expect(await decide(sequence, two.id, deciding(by))).toBe(true)
    await here.hl7.idle()
    expect(await last()).toMatchObject({
      state: 'applied',
      reopened: 1,
      facts: { decidedFor: two.id, decidedBy: by.id },
    })
    expect(byNumber(await here.records('encounters'), 'V3')['patientId']).toBe(two.id)
    expect(numbersIn(await patient('2')).map(({ value }) => value)).toEqual(['2'])
    // Nobody is in doubt afterwards.
    await send(here, admitted('1', 'V4'), admitted('2', 'V5'))
    expect(await last()).toMatchObject({ state: 'applied' })
    const [entry] = (await here.store.audit.read({ limit: 50 })).filter(
      ({ action }) => action === 'decide-message',
    )
    expect(entry).toMatchObject({ actor: by.id, ids: [two.id], outcome: 'applied' })
  })

  test('by whom may not write the patient, or about nobody, is refused', async () => {
    const sequence = await inDoubt()
    const { decide } = here.hl7.deadLetters
    const two = await patient('2')
    for (const role of ['sync-admin', 'account-manager'] as const)
      await expect(decide(sequence, two.id, deciding(await person(role)))).rejects.toMatchObject({
        code: 'access.forbidden',
      })
    await expect(
      decide(sequence, derivedId('nobody'), deciding(await person('coordinator'))),
    ).rejects.toMatchObject({
      code: 'access.forbidden',
    })
    expect(await last()).toMatchObject({ state: 'parked', reopened: 0 })
  })

  test('goes on with a link and with a cancel of what was not known', async () => {
    const by = await person('supervisor')
    const { decide } = here.hl7.deadLetters
    await send(here, admitted('1', 'V1'), admitted('2', 'V2'), admitted('3', 'V3'))
    await send(here, adt('A24', '1', pidOf('2', 2)))
    const link = await last()
    expect(link).toMatchObject({ state: 'parked', code: 'hl7.needs-decision' })
    // Somebody else than the two decides nothing; either of them may be the one that lives on.
    expect(await decide(link?.sequence ?? 0, (await patient('3')).id, deciding(by))).toBe(true)
    await here.hl7.idle()
    expect(await last()).toMatchObject({ state: 'parked', code: 'hl7.needs-decision' })
    expect(await decide(link?.sequence ?? 0, (await patient('2')).id, deciding(by))).toBe(true)
    await here.hl7.idle()
    expect(await last()).toMatchObject({ state: 'applied' })
    expect((await patient('1'))['mergedIntoId']).toBe((await patient('2')).id)
    expect((await patient('3'))['mergedIntoId']).toBe(null)
    await send(here, adt('A11', '1', pv1({ 2: 'I', 19: 'V9^^^GENERAL^VN' })))
    const cancel = await last()
    expect(cancel).toMatchObject({ state: 'parked', code: 'hl7.unknown-cancelled' })
    expect(await decide(cancel?.sequence ?? 0, (await patient('1')).id, deciding(by))).toBe(true)
    await here.hl7.idle()
    expect(byNumber(await here.records('encounters'), 'V9')).toMatchObject({ status: 'cancelled' })
  })

  test('is never decided for another patient of the same message', async () => {
    const by = await person('coordinator')
    const both = pidOf('2', 2).replace(mrn('2'), `${mrn('2')}~${mrn('3')}`)
    const finding = (filler: string) => [
      `OBR|1||${filler}^LAB|1^Panel^L`,
      'OBX|1|NM|2951-2^Sodium^LN||139||||||F',
    ]
    const results = message(
      msh({ type: 'ORU^R01', controlId: 'R', application: 'LAB' }),
      pidOf('1'),
      ...finding('A'),
      both,
      ...finding('B'),
    )
    await send(here, admitted('1', 'V1'), admitted('2', 'V2'), admitted('3', 'V3'), results)
    const parked = await last()
    expect(parked).toMatchObject({ code: 'hl7.identity-conflict', facts: { place: 'PID[2]-3' } })
    expect(
      await here.hl7.deadLetters.decide(parked?.sequence ?? 0, (await patient('2')).id, deciding(by)),
    ).toBe(false)
    await send(here, adt('A40', '1', `MRG|${mrn('2')}~${mrn('3')}`))
    const merge = await last()
    expect(merge).toMatchObject({ code: 'hl7.identity-conflict', facts: { place: 'MRG-1' } })
    expect(
      await here.hl7.deadLetters.decide(merge?.sequence ?? 0, (await patient('1')).id, deciding(by)),
    ).toBe(false)
  })

  test('never removes a record, and what is not parked can not be decided', async () => {
    const by = await person('supervisor')
    await send(here, admitted('1', 'V1'), adt('A29', '1'))
    const { decide } = here.hl7.deadLetters
    const one = await patient('1')
    expect(await decide(1, one.id, deciding(by))).toBe(false)
    expect(await decide(99, one.id, deciding(by))).toBe(false)
    expect(await decide(2, one.id, deciding(by))).toBe(false)
    expect(await last()).toMatchObject({
      state: 'parked',
      code: 'hl7.needs-decision',
      facts: { place: 'EVN' },
    })
  })
})
