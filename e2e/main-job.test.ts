import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DEMO_PASSWORD, syntheticOrganisation } from '#sync-server/seed/index.ts'
import { sendMessages } from '#sync-server/hl7/send.ts'
import { newClient } from './harness/client.ts'
import type { Client } from './harness/client.ts'
import { findOnDisk } from './harness/find-on-disk.ts'
import { registration } from './harness/messages.ts'
import { newPlace } from './harness/place.ts'
import type { Place } from './harness/place.ts'
import { createRecord, editRecord, findRow, openModule, openRecord } from './harness/screens.ts'
import { serverProcess } from './harness/server-process.ts'
import type { ServerProcess } from './harness/server-process.ts'

// The main job in real browsers against a real server, as one story: the tests below follow one another.

const [site] = syntheticOrganisation({ seed: 'rounds', today: '2026-01-01', zone: 'America/New_York' }).sites
const sender = { facility: site.code, authority: site.authority.namespace ?? '' }
const family = 'Quillfeather'
const secrets = {
  subject: 'Spectrometer appointment for the marmalade trial',
  note: 'Prefers to be called after the evening ferry.',
  carla: 'Carla thinks that the ferry is late.',
  sofia: 'Sofia thinks that the ferry is early.',
}

let place: Place
let server: ServerProcess
let carla: Client
let sofia: Client

beforeAll(async () => {
  place = await newPlace()
  const { port, mllpPort } = place
  server = serverProcess({ dataFolder: join(place.folder, 'data'), port, mllpPort })
  place.atEnd(() => server.kill())
  await server.start()
  const person = (login: string) => ({
    login,
    password: DEMO_PASSWORD,
    passphrase: `${login} walks under nine lanterns`,
  })
  carla = newClient(place, server.url, person('carla'))
  sofia = newClient(place, server.url, person('sofia'))
})

afterAll(() => place.end())

describe('the main job', () => {
  it('a coordinator and a supervisor set up their devices, which fill', async () => {
    for (const client of [carla, sofia]) {
      await client.open()
      await client.enrol()
      await openModule(client.page(), 'Patients')
      await client.reachesSync('done')
    }
  })

  it('a patient whom the hospital registers appears on the open client', async () => {
    const [answer] = await sendMessages('127.0.0.1', server.mllpPort, [registration(sender, 'E2E1', family)])
    expect(answer?.toString('utf8')).toContain('MSA|AA|E2E1')
    const row = await findRow(carla.page(), 'Patients', family)
    await row.click()
    await carla
      .page()
      .getByRole('heading', { level: 1, name: new RegExp(family) })
      .waitFor()
    // At each value: that a feed brought it, when, and by which message.
    const source = /^From the hospital feed, .+, message [0-9a-f]{12}$/
    await carla.page().getByRole('button', { name: source }).first().waitFor()
  })

  it('with the server stopped, work goes on', async () => {
    await server.stop()
    await carla.reachesSync('offline')
    await createRecord(carla.page(), 'Cases', 'case', {
      texts: { Subject: secrets.subject },
      choices: { Category: 'Scheduling' },
    })
    await openRecord(carla.page(), 'Cases', secrets.subject)
    await editRecord(carla.page(), { Description: secrets.note })
  })

  it('a restart without the server opens the client, and everything is there', async () => {
    await carla.close()
    await carla.open()
    await carla.unlock()
    await carla.reachesSync('offline')
    await openRecord(carla.page(), 'Cases', secrets.subject)
    await carla.page().getByText(secrets.note).waitFor()
  })

  it('when the server is back, what was done offline reaches the other device', async () => {
    await server.start()
    await carla.reachesSync('done')
    await openRecord(sofia.page(), 'Cases', secrets.subject)
    await sofia.page().getByText(secrets.note).waitFor()
  })

  it('two edits of one field: one wins by rule, and the other can still be seen', async () => {
    await server.stop()
    for (const client of [carla, sofia]) {
      await client.reachesSync('offline')
      await editRecord(client.page(), { Description: client === carla ? secrets.carla : secrets.sofia })
    }
    await server.start()
    for (const client of [carla, sofia]) await client.reachesSync('done')
    const panel = carla.page().locator('[data-conflict="description"]')
    await panel.waitFor()
    const words = await panel.innerText()
    expect(words).toContain(secrets.carla)
    expect(words).toContain(secrets.sofia)
  })

  it('the pages ran without a fault and within their policy', () => {
    expect(carla.faults()).toEqual([])
    expect(sofia.faults()).toEqual([])
  })

  it('nothing of it can be read on the disks', async () => {
    await carla.close()
    await sofia.close()
    await server.stop()
    const texts = [family, ...Object.values(secrets), carla.person.passphrase, carla.person.password]
    expect(await findOnDisk(place.folder, texts)).toEqual([])
  })
})
