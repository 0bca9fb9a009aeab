import { describe, expect, it } from 'vitest'
import type { StoredDevice } from '../../store/contract.ts'
import { deadlinesOf } from './deadlines.ts'
import { keyEvidence, suggestionOf } from './key-evidence.ts'
import type { KeyQuestion } from './key-evidence.ts'

const device: StoredDevice = {
  id: 'd',
  userId: 'u',
  replicaId: 'r',
  publicKey: '',
  host: 'electron',
  label: 'Laptop',
  createdAt: '2026-01-01T00:00:00.000Z',
  lastSeenAt: '2026-03-01T07:00:00.000Z',
  leaseUntil: '2026-03-08T00:00:00.000Z',
  revokedAt: null,
  wipeOrderedAt: null,
  wipedAt: null,
  olderCopyAt: null,
  copiedAt: null,
}
const trace = {
  held: new Map(),
  opened: new Set<string>(),
  emergency: { held: new Map(), openedAt: null },
  lastSessionAt: null,
  passphrase: null,
  lastUnlock: '2026-03-01T08:00:00.000Z',
  lastLock: '2026-03-01T17:00:00.000Z',
  lastRefused: null,
  clockSetBack: false,
  broken: false,
}
const question = (told: Partial<KeyQuestion> = {}): KeyQuestion => ({
  device,
  trace,
  lostAt: '2026-03-02T00:00:00.000Z',
  now: '2026-03-03T00:00:00.000Z',
  ...told,
})
const speaks = (told: Partial<KeyQuestion>) =>
  Object.fromEntries(keyEvidence(question(told)).map((one) => [one.fact, one.speaks]))

describe('whether the keys of a lost device could have been used', () => {
  it('is not suggested of one that was locked before, in a keyring', () => {
    expect(suggestionOf(keyEvidence(question()))).toBe('secured')
    expect(speaks({})).toMatchObject({ encrypted: 'for', 'lock-state': 'for', keeper: 'for' })
  })

  it('is suggested where it was open, locked only after it was lost, or lies in a browser', () => {
    expect(speaks({ trace: { ...trace, lastLock: null } })['lock-state']).toBe('against')
    expect(speaks({ trace: { ...trace, lastUnlock: '2026-03-01T18:00:00.000Z' } })['lock-state']).toBe(
      'against',
    )
    expect(speaks({ lostAt: '2026-03-01T12:00:00.000Z' })['lock-state']).toBe('against')
    expect(speaks({ device: { ...device, host: 'browser' } }).keeper).toBe('against')
    expect(speaks({ device: { ...device, copiedAt: '2026-03-02T00:00:00.000Z' } }).copied).toBe('against')
    expect(speaks({ trace: { ...trace, broken: true } })['reads-broken']).toBe('against')
  })

  it('says how hard the passphrase is to guess, where the device has told', () => {
    const set = (strength: string) => ({
      trace: { ...trace, passphrase: { strength, at: '2026-01-01T08:00:00.000Z' } },
    })
    expect(['weak', 'fair', 'strong'].map((strength) => speaks(set(strength)).passphrase)).toEqual([
      'against',
      'neither',
      'for',
    ])
    expect(speaks({}).passphrase).toBe('neither')
    expect(suggestionOf(keyEvidence(question(set('weak'))))).toBe('unsecured')
  })

  it('tells of an emergency set, and that somebody opened it after it was lost', () => {
    const held = new Map([['clinical', new Set(['one', 'two'])]] as const)
    const opened = (openedAt: string | null) => ({ trace: { ...trace, emergency: { held, openedAt } } })
    expect(speaks({})['emergency-set']).toBeUndefined()
    expect(speaks(opened(null))['emergency-set']).toBe('neither')
    expect(speaks(opened('2026-03-01T12:00:00.000Z'))['emergency-set']).toBe('neither')
    expect(speaks(opened('2026-03-02T12:00:00.000Z'))['emergency-set']).toBe('against')
    expect(
      keyEvidence(question(opened(null)))
        .map(({ says }) => says)
        .join(),
    ).toContain('2 restricted records')
  })

  it('tells the lease as it was given, and where that is not known', () => {
    const lease = (told: Partial<StoredDevice>) =>
      keyEvidence(question({ device: { ...device, ...told } })).find(({ fact }) => fact === 'lease')?.says
    expect(lease({})).toContain('lasts until 2026-03-08')
    expect(lease({ leaseUntil: '2026-03-01T09:00:00.000Z' })).toContain('had ended at 2026-03-01')
    expect(lease({ leaseUntil: null })).toContain('before it was kept')
    expect(lease({ leaseUntil: null, lastSeenAt: null })).toBe('It never had a session.')
  })

  it('tells who was refused by the lease, which speaks against it once it was lost, and of a clock set back', () => {
    const refused = (lastRefused: string | null) =>
      speaks({ trace: { ...trace, lastRefused } })['unlock-refused']
    expect([null, '2026-03-01T18:00:00.000Z', '2026-03-02T18:00:00.000Z'].map(refused)).toEqual([
      undefined,
      'neither',
      'against',
    ])
    expect(speaks({ trace: { ...trace, clockSetBack: true } })).toMatchObject({ 'clock-set-back': 'neither' })
    expect(speaks({})).not.toHaveProperty('clock-set-back')
  })

  it('tells a wipe that was confirmed from one that was only ordered', () => {
    const ordered = { ...device, wipeOrderedAt: '2026-03-02T09:00:00.000Z' }
    expect(speaks({ device: ordered })['wipe-ordered']).toBe('neither')
    expect(speaks({ device: { ...ordered, wipedAt: '2026-03-02T09:05:00.000Z' } })['wipe-confirmed']).toBe(
      'for',
    )
  })
})

describe('the days of a breach', () => {
  it('are sixty from its discovery, for all from five hundred on', () => {
    expect(deadlinesOf('2026-03-03', 500, { NY: 500 })).toEqual({
      individuals: '2026-05-02',
      secretary: '2026-05-02',
      media: [],
      isLarge: true,
    })
  })

  it('are those of the year for fewer, and name the states with more than five hundred', () => {
    expect(deadlinesOf('2026-03-03', 499, {}).secretary).toBe('2027-03-01')
    expect(deadlinesOf('2028-01-31', 900, { NY: 501, VT: 399 }).media).toEqual(['NY'])
  })
})
