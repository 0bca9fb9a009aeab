import { afterEach, describe, expect, test } from 'vitest'
import type { Clock } from '#app/kernel/index.ts'
import { inbox, send, states } from '../../testing/exchange.ts'
import { openHospital } from '../../testing/hospital.ts'
import type { Hospital, HospitalOptions } from '../../testing/hospital.ts'
import { message, msh } from '../../testing/messages.ts'

let hospital: Hospital | null = null

afterEach(async () => {
  await hospital?.close()
  hospital = null
})

async function open(options: HospitalOptions = {}): Promise<Hospital> {
  hospital = await openHospital(options)
  return hospital
}

type Stated = { readonly street?: string; readonly time?: string; readonly id?: string }

const pid = (id: string): string => `PID|1||${id}^^^GENERAL^MR||Vahl^Jane||19800229|F`

function update(
  controlId: string,
  { street = 'One', time = '20260511083000', id = '1' }: Stated = {},
): Buffer {
  return message(
    msh({ type: 'ADT^A08', controlId, time }),
    `EVN|A08|${time}`,
    `${pid(id)}|||${street}^^Ashby`,
  )
}

/** A booking; one without a time becomes a dead letter. */
function booking(controlId: string, start: string, id = '1'): Buffer {
  return message(
    msh({ type: 'SIU^S12', controlId }),
    `SCH||F${id}^SCHED|||||||||^^30^${start}||||||||||||||BOOKED`,
    pid(id),
  )
}

const dead = booking('1', '')
const corrected = booking('1', '20260520143000')

async function streets(here: Hospital): Promise<string[]> {
  const patients = await here.documents('patients')
  const lines = patients.map(({ addresses }) => (addresses as { lines: string[] }[])[0]?.lines[0] ?? '')
  return lines.toSorted()
}

/** A merge that names the number so, behind a dead letter: what has come by then, and the merge after it was corrected. */
async function mergeBehindDeadLetter(here: Hospital, number: string) {
  const merge = message(
    msh({ type: 'ADT^A40', controlId: 'M' }),
    'EVN|A40|20260512083000',
    'PID|1||9^^^GENERAL^MR||Vahl^Jane||19800229|F',
    `MRG|${number}`,
  )
  await send(here, dead, update('2', { id: '9' }), merge, update('3', { street: 'Later' }))
  const before = await inbox(here)
  const correction = await here.hl7.deadLetters.correct(1, corrected)
  await here.hl7.idle()
  return { before, correction, after: (await inbox(here))[2] }
}

const heldMerge = [
  { state: 'dead' },
  { state: 'applied' },
  { state: 'parked', code: 'hl7.held', facts: { behind: 1 } },
  { state: 'applied' },
]

describe.each(['sqlite', 'postgres'] as const)('what is done about dead letters, over %s', (dialect) => {
  test('a dry run says what would change and changes nothing', async () => {
    const here = await open({ dialect })
    await send(here, update('0', { street: 'Zero' }), dead)
    const { dryRun } = here.hl7.deadLetters
    expect(await dryRun(2)).toMatchObject({
      ok: true,
      value: { ending: { outcome: 'dead', facts: { place: 'SCH-11' } } },
    })
    const changesOf = async (copy: Buffer) => {
      const would = await dryRun(2, copy)
      expect(would).toMatchObject({ ok: true, value: { ending: { outcome: 'applied' } } })
      return would.ok ? would.value.changes : []
    }
    expect(await changesOf(corrected)).toContainEqual(
      expect.objectContaining({ module: 'appointments', outcome: 'created' }),
    )
    const [patient] = await changesOf(update('1'))
    expect(patient).toMatchObject({ module: 'patients', outcome: 'changed' })
    const address = patient?.fields.find(({ field }) => field === 'addresses')
    expect([JSON.stringify(address?.before), JSON.stringify(address?.after)]).toEqual([
      expect.stringContaining('Zero'),
      expect.stringContaining('One'),
    ])
    expect(await streets(here)).toEqual(['Zero'])
    expect(await states(here)).toEqual(['applied', 'dead'])
    expect(await here.documents('appointments')).toEqual([])
  })

  test('a corrected copy is applied beside the message, which stays as it came', async () => {
    const here = await open({ dialect })
    await send(here, dead)
    const { correct, view } = here.hl7.deadLetters
    expect(await correct(1, Buffer.from('nothing'))).toMatchObject({
      ok: false,
      error: { code: 'hl7.not-hl7' },
    })
    const gone = message(msh({ type: 'ADT^A08', controlId: '1' }), 'PID|1')
    expect(await correct(1, gone)).toMatchObject({ ok: false, error: { code: 'hl7.required-missing' } })
    expect(await correct(1, corrected)).toEqual({ ok: true, value: { sequence: 2 } })
    await here.hl7.idle()
    expect(await inbox(here)).toMatchObject([
      { state: 'corrected', facts: { correctedBy: 2 } },
      { state: 'applied', replays: 1 },
    ])
    const letter = await view(1)
    expect(Buffer.from(letter?.raw ?? [])).toEqual(dead)
    expect(letter?.copies).toEqual([2])
    expect(letter?.tree?.[2]?.fields.find(({ place }) => place === 'PID-7')?.name).toBe('Date of birth')
    // It was corrected: what the sender sends again is a repeat.
    await send(here, dead)
    expect((await states(here)).at(-1)).toBe('duplicate')
    await expect(correct(99, corrected)).rejects.toMatchObject({ code: 'hl7.no-such-message' })
  })

  test('one, some or all are replayed', async () => {
    const here = await open({ dialect })
    const others = ['2', '3', '4'].map((id) => booking(id, '', id))
    await send(here, dead, ...others, update('5', { id: '5' }))
    const { replay, replaySome, replayAll, list } = here.hl7.deadLetters
    expect(await replay(1)).toBe(true)
    expect(await replaySome([3, 2, 3, 5, 77])).toBe(2)
    await here.hl7.idle()
    expect(await replayAll({ state: 'dead' })).toBe(4)
    await here.hl7.idle()
    expect(await states(here)).toEqual(['dead', 'dead', 'dead', 'dead', 'applied'])
    const [feed] = await here.store.feeds.list()
    expect(
      await list({ state: 'dead', code: 'hl7.unmapped', feedId: feed?.id ?? '', limit: 2 }),
    ).toMatchObject([
      { sequence: 4, reopened: 1 },
      { sequence: 3, reopened: 2 },
    ])
    expect(await list({ code: 'hl7.unknown-site', limit: 9 })).toEqual([])
  })

  test('a merge waits for the dead letters about whom it ends', async () => {
    const here = await open({ dialect })
    const { before, correction, after } = await mergeBehindDeadLetter(here, '1^^^GENERAL^MR')
    expect(before).toMatchObject(heldMerge)
    expect(correction.ok).toBe(true)
    expect(after?.code).not.toBe('hl7.held')
  })

  test('a dead letter holds back neither a list nor a death', async () => {
    const here = await open({ dialect })
    const list = message(
      msh({ type: 'ADT^A08', controlId: 'L' }),
      'EVN|A08|20260512083000',
      `PID|1||1^^^GENERAL^MR||Vahl^Jane||19800229|F${'|'.repeat(22)}Y`,
      'AL1|1|DA|AL-1^Marigold^L',
    )
    await send(here, dead, list)
    expect(await inbox(here)).toMatchObject([{ state: 'dead' }, { state: 'applied' }])
  })
})

test.each([
  ['without its authority', '1'],
  ['with the other half of it', '1^^^&2.999.1&ISO^MR'],
])('so does a merge that names the number %s', async (_, number) => {
  const here = await open()
  const { before, correction, after } = await mergeBehindDeadLetter(here, number)
  expect(before).toMatchObject(heldMerge)
  expect(correction.ok).toBe(true)
  expect(after?.code).not.toBe('hl7.held')
})

describe.each(['sqlite', 'postgres'] as const)('beyond the memory of repeats, over %s', (dialect) => {
  const clock = (): Clock & { at: number } => {
    const made = { at: Date.parse('2026-05-11T12:00:00Z'), now: () => made.at }
    return made
  }
  const day = 86_400_000

  test('for 30 days the bytes tell a repeat, then the source time does; a person may insist', async () => {
    const time = clock()
    const here = await open({ dialect, clock: time })
    const first = update('1', { street: 'Old', time: '20260510080000' })
    await send(here, first, update('2', { street: 'New', time: '20260511080000' }))
    time.at += 29 * day
    await send(here, first)
    time.at += 2 * day
    await send(here, first)
    expect(await inbox(here)).toMatchObject([
      { state: 'applied' },
      { state: 'applied' },
      { state: 'duplicate', code: null, facts: { repeats: 1 } },
      { state: 'duplicate', code: 'hl7.overtaken' },
    ])
    expect(await streets(here)).toEqual(['New'])
    // What is old but later than the last word is news, and so is what was never told of somebody.
    await send(here, update('3', { street: 'Newer', time: '20260511090000' }))
    await send(here, update('4', { id: '2', street: 'Else', time: '20260101080000' }))
    expect(await streets(here)).toEqual(['Else', 'Newer'])
    expect(await here.hl7.deadLetters.replay(4)).toBe(false)
    expect(await here.hl7.deadLetters.replay(4, { forced: true })).toBe(true)
    await here.hl7.idle()
    expect((await inbox(here))[3]).toMatchObject({ state: 'applied', forced: true })
    expect(await streets(here)).toEqual(['Else', 'Old'])
  })
})
