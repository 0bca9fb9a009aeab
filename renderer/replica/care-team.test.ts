import { afterEach, expect, test } from 'vitest'
import { newId } from '#app/kernel/index.ts'
import { aCase, aPatient, clinicianOfTeam, Laptop } from './testing/replica-on-memory.ts'

let laptop: Laptop

afterEach(() => laptop.close())

test('who has a care team works with its patients, at whichever site and without a network, and with nobody else', async () => {
  const [team, other] = [newId(), newId()]
  laptop = new Laptop(['patients', 'cases'], clinicianOfTeam(team))
  const replica = await laptop.open()
  const patient = await replica.create('patients', aPatient('Quell', { careTeamIds: [team] }))
  const { siteId } = aCase('')
  expect(patient.scopes).toEqual([`site:${siteId}`, `team:${team}`])
  const made = await replica.create('cases', aCase('Call back', { patientId: patient.id }))
  expect(made.scopes).toEqual(patient.scopes)
  expect(await replica.update('cases', made.id, { status: 'open' })).toMatchObject({ status: 'open' })

  const forbidden = { code: 'access.forbidden' }
  await expect(replica.create('cases', aCase('Of nobody'))).rejects.toMatchObject(forbidden)
  await expect(replica.create('cases', aCase('Of a stranger', { patientId: newId() }))).rejects.toMatchObject(
    forbidden,
  )
  await expect(replica.create('patients', aPatient('Vahl', { careTeamIds: [other] }))).rejects.toMatchObject(
    forbidden,
  )
})
