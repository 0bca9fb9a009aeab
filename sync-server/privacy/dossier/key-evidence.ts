import type { StoredDevice } from '../../store/contract.ts'
import type { DeviceTrace } from './device-trace.ts'

// Whether the keys of a lost device could have been used since. Evidence, each line for or against; a person decides.
// The guidance on unsecured PHI (74 FR 19006; NIST SP 800-111) asks that data was encrypted and its key not breached.

export type Evidence = {
  readonly fact:
    | 'encrypted'
    | 'wipe-confirmed'
    | 'wipe-ordered'
    | 'revoked'
    | 'lock-state'
    | 'lease'
    | 'unlock-refused'
    | 'clock-set-back'
    | 'keeper'
    | 'passphrase'
    | 'emergency-set'
    | 'reads-broken'
    | 'copied'
  /** For: it speaks for data that stayed secured. */
  readonly speaks: 'for' | 'against' | 'neither'
  readonly says: string
}

export type KeyQuestion = {
  readonly device: StoredDevice
  readonly trace: DeviceTrace
  /** From when on the device was out of its user's hands; null where nobody knows. */
  readonly lostAt: string | null
  readonly now: string
}

export function keyEvidence(question: KeyQuestion): readonly Evidence[] {
  const { device, trace } = question
  return [
    {
      fact: 'encrypted',
      speaks: 'for',
      says: 'The copy lies on the disk as AES-256-GCM only; its keys are wrapped by passphrase and device secret.',
    },
    passphraseEvidence(trace),
    keeperEvidence(device),
    lockEvidence(question),
    leaseEvidence(question),
    ...gateEvidence(question),
    ...wipeEvidence(question),
    ...emergencyEvidence(question),
    ...(trace.broken
      ? [
          against(
            'reads-broken',
            'Its record of what was looked at does not fit together: somebody may have changed it.',
          ),
        ]
      : []),
    ...(device.copiedAt === null
      ? []
      : [
          against(
            'copied',
            `Two copies of it are in use since ${device.copiedAt}: somebody has its files and its secret.`,
          ),
        ]),
  ]
}

/** What its parts say together, for the officer to agree to or not. */
export function suggestionOf(evidence: readonly Evidence[]): 'secured' | 'unsecured' {
  return evidence.some(({ speaks }) => speaks === 'against') ? 'unsecured' : 'secured'
}

/** What a device tells of its passphrase, as an officer reads it. */
const strengths: Readonly<Record<string, Pick<Evidence, 'speaks' | 'says'>>> = {
  weak: { speaks: 'against', says: 'is among the first hundred million that somebody with lists would try' },
  fair: { speaks: 'neither', says: 'takes up to a million million guesses by somebody with lists' },
  strong: { speaks: 'for', says: 'takes more than a million million guesses by somebody with lists' },
}

function passphraseEvidence({ passphrase }: DeviceTrace): Evidence {
  const asked =
    'At least twelve characters are asked for, stretched by Argon2id (64 MiB, three passes). Whether it was written down, only its user can say: ask.'
  const known = passphrase === null ? undefined : strengths[passphrase.strength]
  if (passphrase === null || known === undefined)
    return { fact: 'passphrase', speaks: 'neither', says: `How hard it is to guess is not known. ${asked}` }
  const says = `The one that was set at ${passphrase.at} ${known.says}, as the computer measured it. ${asked}`
  return { fact: 'passphrase', speaks: known.speaks, says }
}

function keeperEvidence({ host }: StoredDevice): Evidence {
  return host === 'electron'
    ? {
        fact: 'keeper',
        speaks: 'for',
        says: 'The device secret lies in the keyring of the system, apart from the copy.',
      }
    : against(
        'keeper',
        'The device secret lies in the browser’s profile: the passphrase alone protects the copy.',
      )
}

/** A copy that is locked has no keys in memory; one that nobody told of as locked counts as open. */
function lockEvidence({ trace: { lastUnlock, lastLock }, lostAt }: KeyQuestion): Evidence {
  if (lastUnlock === null)
    return { fact: 'lock-state', speaks: 'neither', says: 'Nothing is known of when it was unlocked.' }
  const isLocked = lastLock !== null && lastLock >= lastUnlock && (lostAt === null || lastLock <= lostAt)
  if (isLocked)
    return {
      fact: 'lock-state',
      speaks: 'for',
      says: `It was locked at ${lastLock}; no unlocking is known since.`,
    }
  const when = lostAt === null ? '' : ' before it was lost'
  const says = `It was unlocked at ${lastUnlock}, and no lock is known${when}. It locks by itself after a quarter of an hour without a person.`
  return against('lock-state', says)
}

/** As it was given at the last session, whatever leases last by now. */
function leaseEvidence(question: KeyQuestion): Evidence {
  return { fact: 'lease', speaks: 'neither', says: leaseWords(question) }
}

/** What the lease met before the copy opened: told once it was in contact again. */
function* gateEvidence({ trace: { lastRefused, clockSetBack }, lostAt }: KeyQuestion): Generator<Evidence> {
  if (lastRefused !== null) {
    const says = `At ${lastRefused} somebody who had the passphrase was refused, since its lease was over.`
    const isLater = lostAt !== null && lastRefused >= lostAt
    yield { fact: 'unlock-refused', speaks: isLater ? 'against' : 'neither', says }
  }
  if (clockSetBack) {
    const says = 'Its clock was found set back when it was unlocked: times that it told may be wrong.'
    yield { fact: 'clock-set-back', speaks: 'neither', says }
  }
}

function leaseWords({ device: { leaseUntil, lastSeenAt }, lostAt, now }: KeyQuestion): string {
  if (leaseUntil !== null && leaseUntil <= (lostAt ?? now))
    return `Its lease had ended at ${leaseUntil}: the program does not open it without asking the server.`
  if (leaseUntil !== null)
    return `Its lease lasts until ${leaseUntil}; until then it opens without contact. A lease binds an honest machine only.`
  return lastSeenAt === null
    ? 'It never had a session.'
    : `It had its last session at ${lastSeenAt}, before it was kept how long a lease was given.`
}

/** Its keys are not those that an open copy has in memory; who has the passphrase has them all the same. */
function* emergencyEvidence({ trace: { emergency }, lostAt }: KeyQuestion): Generator<Evidence> {
  const { held, openedAt } = emergency
  const count = [...held.values()].reduce((sum, ids) => sum + ids.size, 0)
  if (count === 0) return
  const what = `An emergency set of ${count} restricted records lay on it, sealed under a key that only the passphrase gives, also while it is unlocked.`
  const openedLater = openedAt !== null && lostAt !== null && openedAt >= lostAt
  if (openedLater) yield against('emergency-set', `${what} It was opened at ${openedAt}, after it was lost.`)
  else
    yield {
      fact: 'emergency-set',
      speaks: 'neither',
      says: openedAt === null ? what : `${what} It was opened last at ${openedAt}.`,
    }
}

function* wipeEvidence({ device: { wipeOrderedAt, wipedAt, revokedAt } }: KeyQuestion): Generator<Evidence> {
  if (wipedAt !== null) {
    const says = `It confirmed by its own signature at ${wipedAt} that its keys were destroyed.`
    yield { fact: 'wipe-confirmed', speaks: 'for', says }
  } else if (wipeOrderedAt !== null) {
    const says = `A wipe was ordered at ${wipeOrderedAt}; it has not confirmed, since it was not in contact.`
    yield { fact: 'wipe-ordered', speaks: 'neither', says }
  }
  if (revokedAt !== null) {
    const says = `It was revoked at ${revokedAt}: the server tells it nothing from then on. That does not close what is there.`
    yield { fact: 'revoked', speaks: 'neither', says }
  }
}

function against(fact: Evidence['fact'], says: string): Evidence {
  return { fact, speaks: 'against', says }
}
