import { beforeEach, describe, expect, test } from 'vitest'
import type { Subject } from '#app/access/index.ts'
import { newId } from '#app/kernel/index.ts'
import type { EmergencySet, EmergencySetAnswer } from '#app/protocol/index.ts'
import type { NotedRead } from '../contract.ts'
import { createKeyRing, replicaKeys } from '../keys/index.ts'
import type { KeyRecord, ReplicaKeys } from '../keys/index.ts'
import type { RecordLog, SealedPieces } from '../storage/index.ts'
import { anEmergencySet, onWire, restricted } from '../testing/an-emergency-set.ts'
import { machine } from '../testing/machine.ts'
import { quickRunner } from '../testing/quick-runner.ts'
import { clinician } from '../testing/replica-on-memory.ts'
import { EmergencyDesk } from './emergency-desk.ts'
import { KeptSet } from './kept-set.ts'

const MINUTE = 60_000
const passphrase = 'seven grey herons wade'
const why = { reason: 'threat-to-life', words: 'Found without consciousness', passphrase } as const
const host = machine()
const { user, organisation } = clinician()
const set = anEmergencySet(user)
const { patientId } = set

type Machine = {
  readonly keys: ReplicaKeys
  readonly log: RecordLog<string>
  readonly pieces: SealedPieces
  /** By file and position, as the data key has opened them. */
  readonly disk: Map<string, Uint8Array<ArrayBuffer>>
}

async function aMachine(): Promise<Machine> {
  const made = await createKeyRing({ host, replicaId: newId(), passphrase, runner: quickRunner })
  const keep = async (_record: KeyRecord): Promise<void> => undefined
  const keys = replicaKeys({ host, runner: quickRunner, ...made, keep })
  const values = new Map<string, string>()
  const disk = new Map<string, Uint8Array<ArrayBuffer>>()
  const log: RecordLog<string> = {
    get: (key) => values.get(key),
    entries: () => values,
    put: async (key, value) => void values.set(key, value),
    remove: async (key) => void values.delete(key),
  }
  const pieces: SealedPieces = {
    put: async (key, plain) => void disk.set(key.join('/'), plain),
    get: async (key) => disk.get(key.join('/')) ?? null,
    keys: async () => [...disk.keys()].map((key) => key.split('/').map(Number) as [number, number]),
    async remove(file) {
      for (const key of disk.keys()) if (key.startsWith(`${file}/`)) disk.delete(key)
    },
    reseal: async () => undefined,
  }
  return { keys, log, pieces, disk }
}

/** What happens, in its order; and what can be made to happen. */
function openDesk({ keys, log, pieces }: Machine) {
  const told: string[] = []
  const asked: (string | null)[] = []
  const timers: (() => void)[] = []
  const state = {
    now: Date.parse('2026-03-02T10:00:00.000Z'),
    subject: { id: user.id, orgId: organisation.id, grants: user.grants } as Subject,
    server: onWire(set) as EmergencySet | null,
    isDiskFull: false,
    online: true,
  }
  const reads = {
    note: (read: NotedRead) => void told.push(read.did),
    async noteFirst(...noted: readonly NotedRead[]) {
      if (state.isDiskFull) throw new Error('full')
      told.push(
        ...noted.map(({ did, module }) => [did, module].filter((word) => word !== undefined).join(' ')),
      )
    },
  }
  const watched: SealedPieces = {
    ...pieces,
    async get(key) {
      told.push(`read piece ${key[1]}`)
      return pieces.get(key)
    },
  }
  const clock = { now: () => state.now }
  const kept = new KeptSet({ log, pieces: watched, replicaId: keys.ring.replicaId, keys, clock })
  const desk = new EmergencyDesk({
    kept,
    reads,
    environment: { clock, newId, wait: () => new Promise((go) => timers.push(go)) },
    subject: () => state.subject,
    patientOf: () => null,
    insistOnLease: async () => undefined,
    async ask({ held }): Promise<EmergencySetAnswer> {
      if (!state.online) throw new Error('offline')
      asked.push(held)
      if (state.server === null) return { state: 'none' }
      return state.server.id === held ? { state: 'unchanged' } : { state: 'another', set: state.server }
    },
  })
  return { desk, kept, told, asked, timers, state }
}

let laptop: Machine
beforeEach(async () => {
  laptop = await aMachine()
})

async function filled(made = laptop) {
  const opened = openDesk(made)
  await opened.desk.refresh()
  return opened
}

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes)

describe('what is kept', () => {
  test('comes from the server, is confirmed, and is asked for again only after a while, or other grants', async () => {
    const { desk, asked, state, kept } = await filled()
    expect(asked).toEqual([null, set.id])
    await desk.refresh()
    expect(asked).toHaveLength(2)
    state.now += 15 * MINUTE
    await desk.refresh()
    expect(asked).toHaveLength(3)
    state.subject = { ...state.subject, grants: [...user.grants, ...user.grants] }
    await desk.refresh()
    expect(asked).toHaveLength(4)
    expect(kept.kept$.value).toMatchObject({ patients: 1, records: 2, cut: false })
  })

  test('goes with the role, pieces and all, and its going is confirmed', async () => {
    const { desk, asked, state, kept } = await filled()
    state.server = null
    state.subject = { ...state.subject, grants: [] }
    await desk.refresh()
    expect(asked).toEqual([null, set.id, set.id, null])
    expect([kept.kept$.value, laptop.disk.size]).toEqual([null, 0])
    state.now += 15 * MINUTE
    await desk.refresh()
    expect(asked).toHaveLength(4)
  })

  test('is never asked for by who has no clinical role', async () => {
    const { desk, asked, state } = openDesk(laptop)
    state.subject = {
      ...state.subject,
      grants: user.grants.map((grant) => ({ ...grant, role: 'account-manager' })),
    }
    await desk.refresh()
    expect(asked).toEqual([])
    await expect(desk.open(why)).rejects.toMatchObject({ code: 'access.forbidden' })
  })

  test('is not read by the data key: its pieces say nothing once that has opened them', async () => {
    await filled()
    expect(laptop.disk.size).toBe(2)
    for (const bytes of laptop.disk.values()) {
      expect(text(bytes)).not.toContain(restricted.family)
      expect(text(bytes)).not.toContain(patientId)
    }
    expect(laptop.log.get('set')).not.toContain(restricted.family)
  })

  test('of another set takes the place of the one before', async () => {
    const { desk, state, kept } = await filled()
    const before = [...laptop.disk.keys()]
    state.server = onWire(anEmergencySet(user, 2))
    state.now += 15 * MINUTE
    await desk.refresh()
    expect(kept.held()).toBe(state.server.id)
    expect([...laptop.disk.keys()].filter((key) => before.includes(key))).toEqual([])
  })
})

describe('opening it', () => {
  test('writes down why before the first piece is read, and who before their records are', async () => {
    const { desk, told } = await filled()
    const opened = await desk.open(why)
    expect(opened.find('quillf')).toEqual([
      { patientId, title: expect.stringContaining(restricted.family), records: 2 },
    ])
    const records = await opened.records(patientId)
    expect(JSON.stringify(records)).toContain(restricted.note)
    expect(told).toEqual([
      'break-glass',
      'read piece 0',
      'emergency-list',
      'emergency-view patients',
      'read piece 1',
      'emergency-view patients',
      'emergency-view observations',
    ])
  })

  test('reads nothing where the disk does not take the reason', async () => {
    const { desk, told, state } = await filled()
    state.isDiskFull = true
    await expect(desk.open(why)).rejects.toThrow('full')
    expect(told).toEqual([])
    state.isDiskFull = false
    const opened = await desk.open(why)
    state.isDiskFull = true
    await expect(opened.records(patientId)).rejects.toThrow('full')
    expect(told).toEqual(['break-glass', 'read piece 0'])
  })

  test('asks for the passphrase, ever more slowly, and for a reason in words', async () => {
    const { desk, told, state } = await filled()
    for (let tries = 0; tries < 5; tries += 1)
      await expect(desk.open({ ...why, passphrase: 'seven grey herons fly' })).rejects.toMatchObject({
        code: 'replica.passphrase',
      })
    await expect(desk.open(why)).rejects.toMatchObject({ code: 'replica.throttled' })
    await expect(desk.open({ ...why, words: ' short ' })).rejects.toMatchObject({ code: 'request.invalid' })
    expect(told).toEqual([])
    state.now += 2000
    await desk.open(why)
  })

  test('goes on with a new passphrase and a new data key, and not with the old passphrase', async () => {
    const { desk, state } = await filled()
    const next = 'eight white swans glide'
    await laptop.keys.changePassphrase(passphrase, next)
    await laptop.keys.addEpoch()
    await expect(desk.open(why)).rejects.toMatchObject({ code: 'replica.passphrase' })
    state.now += MINUTE
    expect((await desk.open({ ...why, passphrase: next })).find('quillfeather')).toHaveLength(1)
  })

  test('shows nothing of a site whose grant has ended since', async () => {
    const { desk, state } = await filled()
    const opened = await desk.open(why)
    const elsewhere = { ...user.grants[0], scope: `site:${newId()}` } as Subject['grants'][number]
    state.subject = { ...state.subject, grants: [elsewhere] }
    expect(await opened.records(patientId)).toEqual([])
  })
})

describe('what is open', () => {
  test('is over after an hour, by the clock or, where that is turned back, by the time that passes', async () => {
    const { desk, state, told, timers } = await filled()
    const first = await desk.open(why)
    state.now += 59 * MINUTE
    expect(first.left()).toBe(MINUTE)
    state.now -= 40 * MINUTE
    expect(first.left()).toBe(MINUTE)
    state.now += 41 * MINUTE
    expect(first.left()).toBe(0)
    expect(() => first.find('quillfeather')).toThrow('access.emergency-over')
    const second = await desk.open(why)
    state.now -= 600 * MINUTE
    for (const go of timers) go()
    await expect.poll(() => second.over.aborted).toBe(true)
    await expect(second.records(patientId)).rejects.toMatchObject({ code: 'access.emergency-over' })
    expect(told.filter((did) => did === 'emergency-end')).toHaveLength(2)
  })

  test('is over with the role, with another opening, and with the lock', async () => {
    const { desk, state } = await filled()
    const first = await desk.open(why)
    const second = await desk.open(why)
    expect([first.over.aborted, second.over.aborted]).toEqual([true, false])
    const { grants } = state.subject
    state.subject = { ...state.subject, grants: [] }
    await expect(second.records(patientId)).rejects.toMatchObject({ code: 'access.emergency-over' })
    state.subject = { ...state.subject, grants }
    const third = await desk.open(why)
    desk.close()
    expect(third.left()).toBe(0)
    await expect(desk.open(why)).rejects.toMatchObject({ code: 'replica.locked' })
  })

  test('is not replaced behind the back of who looks at it', async () => {
    const { desk, state, asked } = await filled()
    const opened = await desk.open(why)
    state.now += 20 * MINUTE
    await desk.refresh()
    expect(asked).toHaveLength(2)
    opened.end()
    await desk.refresh()
    expect(asked).toHaveLength(3)
  })
})

describe('somebody who writes to the disk', () => {
  const isDamaged = { code: 'emergency.damaged' }

  test('changes a byte: it does not open, and comes again from the server', async () => {
    const { desk, asked } = await filled()
    const [[first, bytes] = ['', new Uint8Array()]] = [...laptop.disk]
    laptop.disk.set(
      first,
      bytes.map((byte, at) => (at === 40 ? byte ^ 1 : byte)),
    )
    await expect(desk.open(why)).rejects.toMatchObject(isDamaged)
    await desk.refresh()
    expect(asked).toEqual([null, set.id, null, set.id])
    expect((await desk.open(why)).find('quillfeather')).toHaveLength(1)
  })

  test("changes a byte of one patient's records: that is told, and all of it comes again", async () => {
    const { desk, asked } = await filled()
    const [, [last, bytes] = ['', new Uint8Array()]] = [...laptop.disk]
    laptop.disk.set(
      last,
      bytes.map((byte, at) => (at === 40 ? byte ^ 1 : byte)),
    )
    const opened = await desk.open(why)
    await expect(opened.records(patientId)).rejects.toMatchObject(isDamaged)
    opened.end()
    await desk.refresh()
    expect(asked).toEqual([null, set.id, null, set.id])
    expect(await (await desk.open(why)).records(patientId)).toHaveLength(2)
  })

  test('puts pieces of an older set, or of another place, in the place of one', async () => {
    const { desk, state } = await filled()
    const old = [...laptop.disk.values()]
    state.server = onWire(anEmergencySet(user, 2))
    state.now += 15 * MINUTE
    await desk.refresh()
    const [index, one] = [...laptop.disk.keys()]
    const [, records] = [...laptop.disk.values()]
    laptop.disk.set(one ?? '', old[1] ?? new Uint8Array())
    const opened = await desk.open(why)
    await expect(opened.records(anEmergencySet(user, 2).patientId)).rejects.toMatchObject(isDamaged)
    laptop.disk.set(index ?? '', records ?? new Uint8Array())
    await expect(desk.open(why)).rejects.toMatchObject(isDamaged)
  })

  test('brings it to another copy: its own passphrase opens the copy, not the set', async () => {
    await filled()
    const other = await aMachine()
    const stolen = openDesk({ ...laptop, keys: other.keys })
    await expect(stolen.desk.open(why)).rejects.toMatchObject(isDamaged)
  })
})
