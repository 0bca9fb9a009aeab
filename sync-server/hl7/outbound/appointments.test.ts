import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { AnyDocument, Id } from '#app/kernel/index.ts'
import { send, states, textAt } from '../testing/exchange.ts'
import { agreement, openHospital } from '../testing/hospital.ts'
import type { Hospital } from '../testing/hospital.ts'
import { book, message, msh } from '../testing/messages.ts'
import { openPartner } from '../testing/partner.ts'
import type { Partner } from '../testing/partner.ts'
import { atTheDesk } from '../testing/person.ts'
import type { Person } from '../testing/person.ts'
import type { FeedSettings } from '../feed-config.ts'

type Events = NonNullable<FeedSettings['send']>['events']

let hospital: Hospital
let partner: Partner
let carla: Person
let id: Id

async function open(dialect: 'sqlite' | 'postgres', events: Events, marks = false): Promise<void> {
  partner = await openPartner()
  const parties = {
    to: { application: 'SCHED', facility: 'GENERAL' },
    from: { application: 'ROUNDS', facility: 'ROUNDS' },
  }
  const there = { host: '127.0.0.1', port: partner.port, tls: false }
  const place = { ...there, agreementId: agreement.id, processingId: 'P' as const }
  const settings = {
    send: { ...place, ...parties, events, sensitivities: [], answerSeconds: 1 },
    ownership: { appointments: { '*': 'feed' } } as const,
    confidentiality: marks ? [{ place: 'AIS-3', code: '99213', marks: 'restricted' } as const] : [],
  }
  hospital = await openHospital({ dialect, settings })
  carla = await atTheDesk(hospital)
  await send(hospital, book('B1'))
  id = (await appointment()).id
}

async function appointment(): Promise<AnyDocument> {
  const [only, ...others] = await hospital.records('appointments')
  if (only === undefined || others.length > 0) throw new Error('one appointment is expected')
  return only
}

const tasks = async () => (await hospital.records('patient-tasks')).map(({ title }) => title)
async function heard(count: number): Promise<void> {
  await expect.poll(() => partner.received.length, { timeout: 10_000, interval: 20 }).toBe(count)
}
const last = () => partner.received.at(-1) ?? Buffer.alloc(0)
const awaited = async (field: string) => (await appointment()).sources[field]?.awaits

/** What the system says of its appointment when it has done as it was asked. */
function echo(event: 'S13' | 'S15', request: Buffer, start: string): Buffer {
  return message(
    msh({
      type: `SIU^${event}^SIU_S12`,
      controlId: `E-${event}`,
      application: 'SCHED',
      time: '20260512090000',
    }),
    `SCH|${textAt(request, 'ARQ-1')}^ROUNDS^${textAt(request, 'ARQ-1.3')}^UUID|F-300^SCHED|||||FOLLOW^Follow-up^L||30|MIN|^^30^${start}`,
    'PID|1||MR7003^^^GENERAL&2.999.1&ISO^MR||Abara^Obi||19660703|M',
    'RGS|1',
    'AIS|1||99213^Office visit^C4',
    'AIP|1||1881018420^Osei^Amara^^^Dr.^MD^^NPI^^^^NPI',
  )
}

const moved = { local: '2026-05-21T15:00:00', zone: 'America/New_York' }

describe.each(['sqlite', 'postgres'] as const)('an appointment that a hospital keeps, over %s', (dialect) => {
  beforeEach(() => open(dialect, ['S02', 'S03', 'S04']))
  afterEach(async () => {
    await hospital.close()
    await partner.close()
  })

  test('is asked to be moved, is pending until the hospital says so, and its echo is no conflict', async () => {
    await carla.edit('appointments', id, { start: moved })
    expect(await awaited('start')).toBe('General Hospital ADT/SIU/ORU')
    await heard(1)
    expect(textAt(last(), 'MSH-9.2')).toBe('S02')
    expect(textAt(last(), 'ARQ-1')).toBe(id)
    expect(textAt(last(), 'ARQ-2')).toBe('F-300')
    expect(textAt(last(), 'ARQ-11')).toBe('20260521150000-0400')
    expect(textAt(last(), 'AIS-4')).toBe('20260521150000-0400')
    expect(textAt(last(), 'PID-3')).toBe('MR7003')
    await send(hospital, echo('S13', last(), '20260521150000'))
    expect(await states(hospital)).toEqual(['applied', 'applied'])
    expect(await appointment()).toMatchObject({ start: moved, conflicts: [] })
    expect(await awaited('start')).toBeUndefined()
    // Our own number, which came back, is none that the hospital gave.
    const numbers = (await appointment())['identifiers'] as readonly { value: string }[]
    expect(numbers.map(({ value }) => value)).not.toContain(id)
  })

  test('is asked to be cancelled or changed; who comes is nobody’s to decide', async () => {
    await carla.edit('appointments', id, { status: 'arrived' })
    await carla.edit('appointments', id, { status: 'booked', durationMinutes: 45 })
    await heard(1)
    expect(textAt(last(), 'MSH-9.2')).toBe('S03')
    expect(textAt(last(), 'ARQ-9')).toBe('45')
    await carla.edit('appointments', id, { status: 'cancelled', cancelReason: 'Is away' })
    await heard(2)
    expect(textAt(last(), 'MSH-9.2')).toBe('S04')
    expect(textAt(last(), 'ARQ-6.2')).toBe('Is away')
    expect(await awaited('status')).toBe('General Hospital ADT/SIU/ORU')
    await send(hospital, echo('S15', last(), '20260520143000'))
    expect(await awaited('status')).toBeUndefined()
    expect((await appointment())['status']).toBe('cancelled')
    expect(await tasks()).toEqual([])
  })

  test('another answer holds, and what was asked for is in the ledger', async () => {
    await carla.edit('appointments', id, { start: moved })
    await heard(1)
    await send(hospital, echo('S13', last(), '20260522100000'))
    expect((await appointment())['start']).toEqual({ ...moved, local: '2026-05-22T10:00:00' })
    expect(await awaited('start')).toBeUndefined()
    expect((await carla.see('appointments', id)).conflicts).toMatchObject([{ field: 'start', losing: moved }])
  })

  test('a request that is taken back is told, too', async () => {
    const before = (await appointment())['start']
    await carla.edit('appointments', id, { start: moved })
    await carla.edit('appointments', id, { start: before })
    await heard(2)
    expect(textAt(last(), 'ARQ-11')).toBe('20260520143000-0400')
    expect(await awaited('start')).toBeUndefined()
  })
})

describe('a hospital that takes no requests', () => {
  afterEach(async () => {
    await hospital.close()
    await partner.close()
  })

  test('is asked by a person, and the field is pending all the same', async () => {
    await open('sqlite', ['S02'])
    await carla.edit('appointments', id, { status: 'cancelled' })
    expect(await tasks()).toEqual(['Ask General Hospital ADT/SIU/ORU to cancel an appointment'])
    const [task] = await hospital.records('patient-tasks')
    expect(task).toMatchObject({ priority: 'urgent', about: { id }, created: { origin: 'rule' } })
    expect(await awaited('status')).toBe('General Hospital ADT/SIU/ORU')
    await carla.edit('appointments', id, { status: 'booked' })
    expect(await tasks()).toHaveLength(2)
    expect(await hospital.store.outbox.list({ limit: 10 })).toEqual([])
  })

  test('is not sent what is sensitive: a person asks, and the task is as sensitive', async () => {
    await open('sqlite', ['S02', 'S03', 'S04'], true)
    const clara = await atTheDesk(hospital, ['sensitivity:restricted'])
    await expect(carla.edit('appointments', id, { start: moved })).rejects.toThrow('not visible')
    await clara.edit('appointments', id, { start: moved })
    expect(await hospital.store.outbox.list({ limit: 10 })).toEqual([])
    const [task] = await hospital.records('patient-tasks')
    expect(task?.scopes).toContain('sensitivity:restricted')
  })
})
