import { afterEach, expect, test } from 'vitest'
import { blankOf, newId } from '#app/kernel/index.ts'
import { modules } from '#app/modules/index.ts'
import type { DataOfModule } from '#app/modules/index.ts'
import { aPatient, Laptop } from './testing/replica-on-memory.ts'

let laptop: Laptop

afterEach(() => laptop.close())

test('nobody books for a patient who has died, or logs a call to them, without a network either', async () => {
  laptop = new Laptop(['patients', 'appointments', 'activities'])
  const replica = await laptop.open()
  const patient = await replica.create('patients', aPatient('Quell'))
  const [siteId = ''] = patient.siteIds ?? []
  const appointment = {
    ...blankOf(modules.appointments),
    patientId: patient.id,
    siteId,
    start: { local: '2026-07-20T14:30:00', zone: 'America/New_York' },
  } as DataOfModule<'appointments'>
  const call = {
    ...blankOf(modules['patient-activities']),
    type: 'call',
    subject: 'Called',
    occurredAt: '2026-06-12T15:00:00.000Z',
    ownerId: newId(),
    patientId: patient.id,
    siteId,
  } as DataOfModule<'patient-activities'>
  const booked = await replica.create('appointments', appointment)
  await replica.create('patient-activities', call)
  await replica.update('patients', patient.id, { deceased: { deceased: true } })

  const refused = { code: 'patient.deceased', facts: { field: 'patientId' } }
  await expect(replica.create('appointments', appointment)).rejects.toMatchObject(refused)
  await expect(replica.create('patient-activities', call)).rejects.toMatchObject(refused)
  await replica.create('patient-activities', { ...call, spokeWith: 'The son' })
  await replica.update('appointments', booked.id, { status: 'cancelled' })
  const again = { module: 'appointments', id: booked.id, change: { status: 'booked' } } as const
  await expect(replica.updateAll([again])).rejects.toMatchObject({ code: 'patient.deceased' })
})
