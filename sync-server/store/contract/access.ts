import type { Grant } from '#app/access/index.ts'
import type { Id, Role } from '#app/kernel/index.ts'
import type { EvictionStore } from './evictions.ts'
import type { AlertStore } from './alerts.ts'
import type { IdentityStore } from './identities.ts'
import type { InvitationStore } from './invitations.ts'
import type { PaperStore } from './papers.ts'
import type { PasskeyStore } from './passkeys.ts'
import type { RecoveryStore } from './recovery.ts'
import type { ReplicaHeadStore } from './replica-heads.ts'

/** An authenticator of a user (TOTP, RFC 6238). It counts once its first code was shown. */
export type SecondFactor = {
  /** Base32. */
  readonly secret: string
  readonly confirmedAt: string | null
}

/** `name`, password hash and second factor are sealed, `login` sealed and found by a keyed hash of its lower case. */
export type StoredUser = {
  readonly id: Id
  readonly login: string
  readonly name: string
  /** Null: none was set yet, or it was forgotten. */
  readonly passwordHash: string | null
  readonly secondFactor: SecondFactor | null
  readonly createdAt: string
  readonly disabledAt: string | null
  /** When they were let in again, if ever they were disabled: what they had opened before is over. */
  readonly enabledAt: string | null
}

export type StoredDevice = {
  readonly id: Id
  readonly userId: Id
  readonly replicaId: Id
  /** Ed25519, 32 bytes, base64. */
  readonly publicKey: string
  readonly host: 'electron' | 'browser'
  readonly label: string
  readonly createdAt: string
  readonly lastSeenAt: string | null
  /** Until when it opens without contact, as its last session said; null where that was before this was kept. */
  readonly leaseUntil: string | null
  readonly revokedAt: string | null
  /** When an administrator ordered the device to destroy its copy; names the order. */
  readonly wipeOrderedAt: string | null
  /** When the device said that it had. */
  readonly wipedAt: string | null
  /** When it last came with an earlier state of its copy. */
  readonly olderCopyAt: string | null
  /** Since when it is not let in because two copies of it are in use. */
  readonly copiedAt: string | null
}

/** What an administrator or the device itself says of a device that is known. */
export type DeviceMarks = Partial<
  Pick<StoredDevice, 'revokedAt' | 'wipeOrderedAt' | 'wipedAt' | 'olderCopyAt' | 'copiedAt'>
>

/** SHA-256 of the tokens that count now; the tokens themselves are not kept. */
export type StoredTokens = {
  readonly tokenHash: string
  readonly tokenExpiresAt: string
  readonly refreshHash: string
}

export type StoredSession = StoredTokens & {
  readonly id: Id
  readonly userId: Id
  readonly deviceId: Id
  readonly createdAt: string
  readonly expiresAt: string
}

/** For how many days after a session a replica may be unlocked without contact: anybody's, and those of roles that differ. */
export type LeaseDays = {
  readonly days: number
  readonly byRole: Readonly<Partial<Record<Role, number>>>
}

type Deed = { readonly by: Id; readonly at: string }

/**
 * How a grant came about, and how it ended. It counts from its approval on: until then there is a record and no grant.
 * Nothing of it is ever removed, so that who could see what can be told for any day.
 */
export type GrantRecord = {
  readonly grant: Grant
  readonly proposed: Deed & { readonly reason: string }
  readonly approved: Deed | null
  readonly ended: (Deed & { readonly reason: string }) | null
}

/** How far a device's chain of reads has come: its last number, and the hashes of its last batches by number. */
export type ReadHead = {
  readonly deviceId: Id
  readonly number: number
  readonly recent: readonly { readonly number: number; readonly hash: string }[]
}

/** Failures of one subject (a login, an address) since its last success. */
export type FailedAttempts = { readonly count: number; readonly lastAt: string }

export type AccessStore = RecoveryStore &
  ReplicaHeadStore &
  EvictionStore &
  InvitationStore &
  PaperStore &
  AlertStore &
  PasskeyStore &
  IdentityStore & {
    /**
     * Moved by the commit of every change of users, grants, devices, and of every end of sessions: what was read after it
     * holds for as long as it stays the same. Reading it is one small read, also on another process.
     */
    number(): Promise<number>

    /** 7 for everybody unless set. */
    leaseDays(): Promise<LeaseDays>
    setLeaseDays(lease: LeaseDays): Promise<void>

    /** By id: adds them, or replaces them as a whole. A login that another user has throws. */
    saveUser(user: StoredUser): Promise<void>
    /**
     * Reads a user and writes what is made of them, as one step: who changes something else of them at the same instant waits,
     * and nothing of either is lost. `change` is pure; what it throws is thrown, and nothing is written. Null where there is none.
     */
    changeUser(id: Id, change: (user: StoredUser) => StoredUser): Promise<StoredUser | null>
    user(id: Id): Promise<StoredUser | null>
    userByLogin(login: string): Promise<StoredUser | null>
    users(): Promise<readonly StoredUser[]>

    saveGrant(grant: Grant): Promise<void>
    /** For one that nobody has worked under. Others end (`until`), and don't begin again: replicas know them by their ids. */
    removeGrant(id: Id): Promise<void>
    /** Of one user, or of all: all there ever were. */
    grants(userId?: Id): Promise<readonly Grant[]>

    /** By the grant's id: adds it, or replaces it as a whole. */
    saveGrantRecord(record: GrantRecord): Promise<void>
    grantRecord(id: Id): Promise<GrantRecord | null>
    grantRecords(): Promise<readonly GrantRecord[]>

    readHead(deviceId: Id): Promise<ReadHead | null>
    saveReadHead(head: ReadHead): Promise<void>

    addDevice(device: StoredDevice): Promise<void>
    /**
     * Sets these marks and leaves the others as they are, whoever sets those at the same instant. A revocation, an order to
     * wipe and its confirmation keep their first time. Answers what the device is now; null where there is none.
     */
    markDevice(id: Id, marks: DeviceMarks): Promise<StoredDevice | null>
    device(id: Id): Promise<StoredDevice | null>
    devices(userId?: Id): Promise<readonly StoredDevice[]>
    /** Notes that a device was here, and until when it opens without. Cheap; wakes nobody. */
    touchDevice(id: Id, at: string, leaseUntil: string): Promise<void>

    saveSession(session: StoredSession): Promise<void>
    session(tokenHash: string): Promise<StoredSession | null>
    sessionById(id: Id): Promise<StoredSession | null>
    /** Puts new tokens in the place of those with this refresh token: true for each refresh token once. */
    rotateSession(id: Id, refreshHash: string, next: StoredTokens): Promise<boolean>
    /** Ends the sessions that match: one, all of a device, or all of a user. */
    endSessions(
      which: { readonly id: Id } | { readonly deviceId: Id } | { readonly userId: Id },
    ): Promise<void>
    /** Forgets sessions and challenges that expired before the instant. */
    forgetExpired(at: string): Promise<void>

    addChallenge(challenge: {
      readonly deviceId: Id
      readonly hash: string
      readonly expiresAt: string
    }): Promise<void>
    /** Uses a challenge up: true once, and only before it expires. */
    takeChallenge(deviceId: Id, hash: string, at: string): Promise<boolean>

    /** `subject` may be any text; only its keyed hash is kept. */
    failedAttempts(subject: string): Promise<FailedAttempts | null>
    addFailedAttempt(subject: string, at: string): Promise<FailedAttempts>
    clearFailedAttempts(subject: string): Promise<void>
  }
