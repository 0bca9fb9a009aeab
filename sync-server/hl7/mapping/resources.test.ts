import { afterEach, beforeEach, expect, test } from 'vitest'
import { nextTime, pidOf } from '../testing/events.ts'
import { inbox, send } from '../testing/exchange.ts'
import { openHospital } from '../testing/hospital.ts'
import type { Hospital } from '../testing/hospital.ts'
import { message, msh } from '../testing/messages.ts'

let here: Hospital

beforeEach(async () => {
  here = await openHospital()
})
afterEach(() => here.close())

const osei = '1881018420^Osei^Amara^^^Dr.^MD^^NPI^^^^NPI'
const ruiz = '1992029531^Ruiz^Elena^^^Dr.^MD^^NPI^^^^NPI'

function schedule(trigger: string, ...resources: readonly string[]): Buffer {
  const at = nextTime()
  return message(
    msh({ type: `SIU^${trigger}`, controlId: at, application: 'SCHED', time: at }),
    'SCH|P-1^ROUNDS|F-1^SCHED|||||||30|MIN|^^30^20260520143000',
    pidOf('1'),
    'RGS|1',
    ...resources,
  )
}

async function booked() {
  const [appointment] = await here.records('appointments')
  return appointment
}

test('who is taken away is not who is named, and who replaces them is', async () => {
  await send(here, schedule('S12', `AIP|1||${osei}`))
  await send(here, schedule('S14', `AIP|1|D|${osei}`, `AIP|2|A|${ruiz}`))
  expect((await booked())?.['practitioner']).toMatchObject({ name: 'Dr. Elena Ruiz' })
})

test('what is taken away is gone; what the appointment did not have stays out of it', async () => {
  await send(here, schedule('S12', 'AIS|1|A|99213^Office visit^C4', `AIP|1|A|${osei}`))
  await send(here, schedule('S14', `AIP|1|D|${ruiz}`))
  expect((await booked())?.['practitioner']).toMatchObject({ name: 'Dr. Amara Osei' })
  await send(here, schedule('S14', 'AIS|1|D|99213^Office visit^C4', `AIP|1|D|${osei}`))
  expect(await booked()).toMatchObject({ practitioner: null, service: null })
  // Said again, it is news.
  await send(here, schedule('S14', `AIP|1|A|${osei}`))
  expect((await booked())?.['practitioner']).toMatchObject({ name: 'Dr. Amara Osei' })
})

test('what stays as it is, is read; the time of what is taken away is not', async () => {
  await send(here, schedule('S12', `AIP|1|X|${osei}`))
  expect((await booked())?.['practitioner']).toMatchObject({ name: 'Dr. Amara Osei' })
  await send(here, schedule('S14', 'AIS|1|D|99213^Office visit^C4|20260601080000'))
  expect((await booked())?.['start']).toMatchObject({ local: '2026-05-20T14:30:00' })
  expect((await inbox(here)).map(({ state }) => state)).toEqual(['applied', 'applied'])
})
