import fc from 'fast-check'
import { afterEach, describe, expect, test } from 'vitest'
import { sendMessages } from '../../send.ts'
import { openHospital } from '../../testing/hospital.ts'
import type { Hospital } from '../../testing/hospital.ts'
import { message, msh } from '../../testing/messages.ts'
import { openLanes } from './lanes.ts'

let hospital: Hospital | null = null

afterEach(async () => {
  await hospital?.close()
  hospital = null
})

function told(controlId: string, patient: string, street: string): Buffer {
  return message(
    msh({ type: 'ADT^A08', controlId }),
    'EVN|A08|20260511083000',
    `PID|1||${patient}^^^GENERAL^MR~X${patient}^^^PLAN^MB||Vahl^Jane||19800229|F|||${street}^^Ashby`,
  )
}

describe('lanes', () => {
  test('behind a message that waits, what shares a subject waits, in whatever chain; nothing else does', () => {
    fc.assert(
      fc.property(
        fc.array(fc.uniqueArray(fc.integer({ min: 0, max: 8 }), { minLength: 1, maxLength: 3 }), {
          minLength: 1,
          maxLength: 20,
        }),
        fc.uniqueArray(fc.nat(19), { maxLength: 3 }),
        (subjects, failing) => {
          const lanes = openLanes(() => 0)
          for (const sequence of failing) lanes.failed(sequence)
          const mayGo = lanes.gate(1)
          const went = subjects.map((own, sequence) => mayGo(sequence, () => own.map(String)))
          for (const [later, own] of subjects.entries()) {
            const behind = subjects
              .slice(0, later)
              .some((other, earlier) => !went[earlier] && other.some((one) => own.includes(one)))
            expect(went[later]).toBe(!failing.includes(later) && !behind)
          }
        },
      ),
    )
  })
})

describe.each(['sqlite', 'postgres'] as const)('order, over %s', (dialect) => {
  test('a message that fails for a while holds its patient and nobody else', async () => {
    let failures = 2
    hospital = await openHospital({
      dialect,
      door: (door) => ({
        feed: (tx, actor, writes) => {
          if (failures > 0 && JSON.stringify(writes).includes('Faulty')) {
            failures -= 1
            throw new Error('a fault of ours')
          }
          return door.feed(tx, actor, writes)
        },
      }),
    })
    const here = hospital
    const messages = [told('1', 'A', 'Faulty'), told('2', 'A', 'Last'), told('3', 'B', 'Own')]
    await sendMessages('127.0.0.1', here.hl7.port, messages)
    await here.hl7.idle()
    const entries = (await here.store.inbox.list({ limit: 9 })).toReversed()
    expect(entries.map(({ state }) => state)).toEqual(['applied', 'applied', 'applied'])
    const streets = (await here.documents('patients')).map(({ addresses }) => JSON.stringify(addresses))
    expect(streets.filter((text) => text.includes('Last'))).toHaveLength(1)
    const seqs = await here.store.snapshot((read) => read.heads())
    // One patient each, and each word of the first one written in its turn.
    expect(seqs.patients.seq).toBe(3)
    expect(failures).toBe(0)
  })

  test('what several connections tell of the same patients is written in the order of receipt', async () => {
    hospital = await openHospital({ dialect })
    const here = hospital
    await Promise.all(
      Array.from({ length: 6 }, (_, connection) =>
        sendMessages(
          '127.0.0.1',
          here.hl7.port,
          Array.from({ length: 12 }, (_2, index) => {
            const name = `${connection}-${index}`
            return told(name, String(index % 3), name)
          }),
        ),
      ),
    )
    await here.hl7.idle()
    const entries = (await here.store.inbox.list({ limit: 99 })).toReversed()
    expect(entries.every(({ state }) => state === 'applied')).toBe(true)
    for (const { id, addresses } of await here.documents('patients')) {
      const patient = (await here.store.snapshot((read) => read.revisions({ collection: 'patients', id })))
        .length
      const street = /"(\d)-(\d+)"/.exec(JSON.stringify(addresses))
      const lane = Number(street?.[2]) % 3
      const last = entries.findLast(({ key }) => Number(key?.controlId.split('-')[1]) % 3 === lane)
      expect(`${street?.[1]}-${street?.[2]}`).toBe(last?.key?.controlId)
      expect(patient).toBe(24)
    }
  })
})
