import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { blankOf } from '#app/kernel/index.ts'
import type { Id } from '#app/kernel/index.ts'
import { modules } from '#app/modules/index.ts'
import { adt, pidOf } from '../../hl7/testing/events.ts'
import { send } from '../../hl7/testing/exchange.ts'
import { openHospital, site } from '../../hl7/testing/hospital.ts'
import type { Hospital } from '../../hl7/testing/hospital.ts'
import { atTheDesk } from '../../hl7/testing/person.ts'
import type { Person } from '../../hl7/testing/person.ts'

const start = { local: '2026-07-20T14:30:00', zone: 'America/New_York' }
/** PID-29 and PID-30. */
const died = (at: string) => `${pidOf('1')}${'|'.repeat(21)}${at}|Y`

describe.each(['sqlite', 'postgres'] as const)('a patient who has died, over %s', (dialect) => {
  let hospital: Hospital
  let carla: Person
  let patientId: Id
  beforeEach(async () => {
    hospital = await openHospital({ dialect })
    carla = await atTheDesk(hospital)
    await send(hospital, adt('A28', '1'))
    patientId = (await hospital.records('patients'))[0]?.id ?? ''
  })
  afterEach(() => hospital.close())

  const book = () => carla.create('appointments', { patientId, siteId: site, start })
  const log = (more: Readonly<Record<string, unknown>>) =>
    carla.create('patient-activities', {
      ...blankOf(modules['patient-activities']),
      type: 'call',
      subject: 'Called',
      occurredAt: '2026-06-12T15:00:00.000Z',
      patientId,
      siteId: site,
      ...more,
    })

  test('is booked for no more; what was booked can be called off, and not taken up again', async () => {
    const id = await book()
    await send(hospital, adt('A08', died('20260610')))
    await expect(book()).rejects.toThrow('patient.deceased')
    const moved = carla.edit('appointments', id, { start: { ...start, local: '2026-07-21T14:30:00' } })
    await expect(moved).rejects.toThrow('patient.deceased')
    expect((await carla.edit('appointments', id, { note: 'Tell the clinic' })).outcome).toBe('applied')
    expect((await carla.edit('appointments', id, { status: 'cancelled' })).outcome).toBe('applied')
    await expect(carla.edit('appointments', id, { status: 'booked' })).rejects.toThrow('patient.deceased')
  })

  test('is not called or written to; what was said to others, by the patient, or before, is written down', async () => {
    await send(hospital, adt('A08', died('20260610')))
    for (const type of ['call', 'message', 'email', 'letter', 'visit'])
      await expect(log({ type })).rejects.toThrow('patient.deceased')
    await log({ type: 'note' })
    await log({ spokeWith: 'The daughter' })
    await log({ direction: 'in', type: 'letter' })
    await log({ occurredAt: '2026-06-09T15:00:00.000Z' })
    expect(await hospital.records('patient-activities')).toHaveLength(4)
  })

  test('leaves one task to call off what is planned', async () => {
    await book()
    await carla.create('appointments', {
      patientId,
      siteId: site,
      start: { ...start, local: '2026-04-20T14:30:00' },
    })
    await send(hospital, adt('A08', died('20260610')), adt('A08', died('20260610')))
    const tasks = await hospital.records('patient-tasks')
    expect(tasks).toMatchObject([
      { title: 'The patient has died: call off an appointment', patientId, siteId: site, priority: 'urgent' },
    ])
  })

  test('may be reached again where that was an error', async () => {
    await send(hospital, adt('A08', died('')))
    await expect(book()).rejects.toThrow('patient.deceased')
    await send(hospital, adt('A08', `${pidOf('1')}${'|'.repeat(22)}N`))
    await book()
  })
})
