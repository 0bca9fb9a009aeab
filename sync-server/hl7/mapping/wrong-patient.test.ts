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

function result(status: string, person = '1'): Buffer {
  const at = nextTime()
  return message(
    msh({ type: 'ORU^R01', controlId: at, application: 'LAB', time: at }),
    pidOf(person),
    'OBR|1||L-1^LAB|24321-2^Basic metabolic panel^LN',
    `OBX|1|NM|2951-2^Sodium^LN||171|mmol/L|136-145|HH|||${status}`,
    'NTE|1||Called to the ward',
    `OBX|2|NM|2823-3^Potassium^LN||2.1|mmol/L|3.5-5.1|LL|||${status}`,
  )
}

test('a result that was another patient’s is hidden, and one urgent task tells of it', async () => {
  await send(here, result('F'), result('W'))
  for (const finding of await here.records('observations')) {
    expect(finding).toMatchObject({
      status: 'entered-in-error',
      value: null,
      referenceRange: null,
      interpretation: [],
    })
    expect(finding['notes']).toEqual(['The laboratory took this back: it belongs to another patient.'])
  }
  const [patient] = await here.records('patients')
  const [task, ...others] = await here.records('patient-tasks')
  expect(others).toEqual([])
  expect(task).toMatchObject({ patientId: patient?.id, priority: 'urgent', status: 'open' })
  expect(task?.['title']).toContain('Basic metabolic panel')
  // Ids hold any digits.
  expect(JSON.stringify([task?.['title'], task?.['note']])).not.toContain('171')
  expect(here.faults).toEqual([])
})

test('the task is made once, however often it is said; a correction makes none', async () => {
  await send(here, result('F'), result('C'))
  expect(await here.records('patient-tasks')).toEqual([])
  await send(here, result('W'), result('W'), result('F'))
  expect(await here.records('patient-tasks')).toHaveLength(1)
  const [finding] = await here.records('observations')
  expect(finding).toMatchObject({ status: 'entered-in-error', value: null })
  expect((await inbox(here)).map(({ state }) => state)).not.toContain('dead')
})
