import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sendMessages } from '#sync-server/hl7/send.ts'
import type { Client } from './harness/client.ts'
import { openRecord } from './harness/screens.ts'
import { openStage } from './trouble/stage.ts'
import type { Stage } from './trouble/stage.ts'

// The hospital says that a patient has died. From then on nobody at the desk can call, write or book by mistake.

let stage: Stage
let carla: Client

/** PID-13 is a number, PID-29 and PID-30 say that the patient has died. */
function registration(controlId: string, died: boolean): Buffer {
  const pid = `PID|1||GONE-1^^^RIVERSIDE^MR||Ferrant^Odile||19400101|F|||||^PRN^PH^^1^518^5550199`
  const lines = [
    `MSH|^~\\&|ADT|RIVERSIDE|ROUNDS|HUB|20261122081500||ADT^A31^ADT_A05|${controlId}|P|2.5.1`,
    'EVN|A31|20261122081500',
    died ? `${pid}${'|'.repeat(16)}20261121|Y` : pid,
  ]
  return Buffer.from(`${lines.join('\r')}\r`)
}

const newAppointment = (client: Client) => client.page().getByRole('button', { name: 'New appointment' })

beforeAll(async () => {
  stage = await openStage()
  carla = stage.client('carla')
  await carla.open()
  await carla.enrol()
  await carla.reachesSync('done')
  await sendMessages('127.0.0.1', stage.server.mllpPort, [registration('GONE-1', false)])
})

afterAll(() => stage.end())

describe('a patient who has died', () => {
  it('is reached by one press before', async () => {
    const page = carla.page()
    await openRecord(page, 'Patients', 'Ferrant')
    await page.locator('a[href^="tel:"]').first().waitFor()
    await page.getByRole('region', { name: 'Log a call, message or note' }).waitFor()
    expect(await newAppointment(carla).isEnabled()).toBe(true)
  })

  it('is said to have died, and is not called, written to or booked for', async () => {
    const page = carla.page()
    await sendMessages('127.0.0.1', stage.server.mllpPort, [registration('GONE-2', true)])
    await page.getByRole('status').filter({ hasText: 'Do not call, write or book.' }).waitFor()
    expect(await page.locator('a[href^="tel:"]').count()).toBe(0)
    const composer = page.getByRole('region', { name: 'Write a note' })
    await composer.waitFor()
    expect(await composer.getByRole('radio').count()).toBe(1)
    expect(await newAppointment(carla).isDisabled()).toBe(true)
    await page.getByText('The patient has died: nobody reaches out to them any more.').waitFor()
    expect(await page.getByRole('button', { name: 'New case' }).isEnabled()).toBe(true)
  })

  it('ran without a fault in the page', () => {
    expect(carla.faults()).toEqual([])
  })
})
