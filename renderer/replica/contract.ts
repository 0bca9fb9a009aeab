import type { Observable } from 'rxjs'
import type { Subject } from '#app/access/index.ts'
import type { HostInfo } from '#app/host/index.ts'
import type { ErrorCode, Id } from '#app/kernel/index.ts'
import type { DataOfModule, ModuleName, modules, ViewOfModule } from '#app/modules/index.ts'
import type {
  AdmissionAnswer,
  EmergencyRecords,
  EmergencyRequest,
  OpenEmergency,
  Organisation,
  ReadEntry,
  SetOpening,
  User,
  PassphraseStrength,
} from '#app/protocol/index.ts'
import type { ReplicaFiles } from './files-contract.ts'
import type { QuarantineEntry, SyncRecords, SyncStatus, Traffic } from './sync-contract.ts'

// What the screens may ask of the replica. They never see RxDB, keys, pages or the wire.

export type * from './files-contract.ts'
export type * from './sync-contract.ts'

/** A replica that lies on this machine, as the lock screen names it. Holds nothing of patients. */
export type ReplicaSummary = {
  readonly replicaId: Id
  readonly login: string
  readonly serverUrl: string
  readonly enrolledAt: string
}

/**
 * The steps of enrolling and unlocking, for the progress bar. `migrating` is reading what an older version
 * wrote. `share` is from 0 to 1.
 */
export type OpenProgress = {
  readonly step: 'keys' | 'signing-in' | 'reading' | 'migrating' | 'ready'
  readonly share: number
}

/** Reading what lies on the disk behind the first screen: how much of it is here, from 0 to 1. */
export type Loading = { readonly share: number }

/** Whether old pages are being written again: under a new data key, or in today's version. Counts pages. */
export type RotationStatus =
  | { readonly phase: 'idle' }
  | {
      readonly phase: 'rewriting'
      readonly why: 'key' | 'version'
      readonly epoch: number
      readonly done: number
      readonly total: number
    }

/** Part of an index: one key, or those from `from` on and before `before`. Keys are the field's text, local time or id. */
export type IndexRange =
  | { readonly equals: string }
  | { readonly from?: string | undefined; readonly before?: string | undefined }

/** `replaces`: the copy is set aside for another key, which holds until the user says yes to this one. */
export type RecoveryOffer = { readonly fingerprint: string; readonly replaces: boolean }

export type ListQuery<Name extends ModuleName> = {
  readonly module: Name
  /**
   * Reads this part of one of the module's `indexes` only, in its order where `sort` says no other: for lists that must not
   * look at every record.
   */
  readonly by?: { readonly index: (typeof modules)[Name]['indexes'][number] } & IndexRange
  /** Keeps what this answers true for; runs on the decrypted documents in memory. */
  readonly where?: (view: ViewOfModule<Name>) => boolean
  readonly sort?: (a: ViewOfModule<Name>, b: ViewOfModule<Name>) => number
  readonly limit?: number
}

/** What becomes of some fields of one record. */
export type RecordChange<Name extends ModuleName = ModuleName> = {
  readonly [Each in Name]: {
    readonly module: Each
    readonly id: Id
    readonly change: Partial<DataOfModule<Each>>
  }
}[Name]

export type SearchHit = {
  readonly module: ModuleName
  readonly id: Id
  readonly title: string
  /** The parts of the title that matched. */
  readonly titleMarks: readonly Mark[]
  /** The label of the field that matched. */
  readonly matched: string
  /** Its text, shortened, and the parts of it that matched; null where only the title did. */
  readonly excerpt: { readonly text: string; readonly marks: readonly Mark[] } | null
}

/** A part of a text, in its code units. */
export type Mark = { readonly start: number; readonly end: number }

export type SearchOptions = {
  readonly modules?: readonly ModuleName[]
  /** 50, if nothing is said. */
  readonly limit?: number
  /** At most so many of each module, so that none crowds out the others; if nothing is said, as many as all. */
  readonly perModule?: number
  /**
   * `whole`, if nothing is said: what is not read in yet of these modules is read in first. `frame`: the
   * answer comes at once, from what is read in; `searchState$` tells when there is more.
   */
  readonly patience?: 'whole' | 'frame'
}

/** Whether every record here can be found, and how many can. */
export type SearchState = { readonly isWhole: boolean; readonly records: number }

/**
 * What a person looked at. `records` with the rev of what was shown, where it is known; `text` is what was searched, of
 * which only a keyed hash is kept.
 */
export type NotedRead = {
  readonly did: ReadEntry['did']
  /** When, of what could not be noted then; now unless given. */
  readonly at?: string
  readonly module?: ModuleName
  readonly records?: readonly { readonly id: Id; readonly rev?: string }[]
  readonly text?: string
  /** Of what is done with the emergency set: which opening, and, of the opening itself, why. */
  readonly emergency?: Id
  readonly opening?: SetOpening
  /** Of a passphrase that was set. */
  readonly strength?: PassphraseStrength
}

/**
 * Breaking the glass. At the server for one patient: nothing of it is kept here. Throws `access.forbidden`,
 * `access.emergency-over`, `network.unreachable`, `replica.locked`.
 */
export type EmergencyAccess = {
  open(request: EmergencyRequest): Promise<OpenEmergency>
  records(id: Id): Promise<EmergencyRecords>
  /** What is kept here for where there is no network; null: nothing. */
  readonly kept$: Observable<KeptEmergencies | null>
  /**
   * Opens that. The reason is on the disk, in the record of what was looked at, before anything is opened. Throws
   * `replica.passphrase`, `replica.throttled`, `replica.lease`, `access.forbidden`, `emergency.none`, `emergency.damaged`,
   * `replica.write-failed`.
   */
  openKept(request: KeptEmergencyRequest): Promise<OpenedEmergencySet>
}

/** How much is kept. `cut`: the server has more than may be kept. */
export type KeptEmergencies = {
  readonly patients: number
  readonly records: number
  readonly cut: boolean
  readonly deliveredAt: string
}

export type KeptEmergencyRequest = Omit<SetOpening, 'until'> & { readonly passphrase: string }

/** Whose records there are. */
export type EmergencyPatient = { readonly patientId: Id; readonly title: string; readonly records: number }

/** An emergency set that is open. Once it is over it holds neither key nor names. */
export type OpenedEmergencySet = {
  readonly id: Id
  readonly until: string
  /** Milliseconds; 0: it is over. A clock that is turned back makes it no more. */
  left(): number
  /** Aborted when it is over: by time, by `end`, by locking. */
  readonly over: AbortSignal
  /** Those whose names hold all these words, 20 at most; noted as seen. Throws `access.emergency-over`. */
  find(text: string): readonly EmergencyPatient[]
  /** The one patient, where something is kept of them. Noted as `find` does. */
  patient(patientId: Id): EmergencyPatient | null
  /** Noted durably before it is opened. Throws `access.emergency-over`, `emergency.damaged`, `replica.write-failed`. */
  records(patientId: Id): Promise<EmergencyRecords['records']>
  end(): void
}

/** What the server is told of this computer anew. */
export type NamedComputer = { readonly deviceLabel: string; readonly host: HostInfo['kind'] }

/** What a person shows to the server, so that it knows this computer again. */
export type Introduction = NamedComputer & {
  readonly password: string
  /** Where a device comes in by invitation only. */
  readonly invited?: { readonly invitation: string; readonly code: string }
}

export type Replica = {
  readonly replicaId: Id
  readonly user: User
  readonly organisation: Organisation
  readonly subject: Subject
  readonly deviceId: Id

  /**
   * One document, live; null while it is not on this device. Removed documents are shown, with `removedAt`.
   */
  watch<Name extends ModuleName>(module: Name, id: Id): Observable<ViewOfModule<Name> | null>
  /** A list, live, without removed documents. Emits at most once a frame. */
  list<Name extends ModuleName>(query: ListQuery<Name>): Observable<readonly ViewOfModule<Name>[]>
  get<Name extends ModuleName>(module: Name, id: Id): Promise<ViewOfModule<Name> | null>

  /**
   * Validated by the module, then durable on disk before it resolves. Throws `sync.invalid` (facts: field,
   * says), `access.forbidden`, `replica.write-failed`, `replica.locked`.
   */
  create<Name extends ModuleName>(module: Name, data: DataOfModule<Name>): Promise<ViewOfModule<Name>>
  /**
   * Changes fields, as durably. `seen` holds the record as the person saw it, or the part that matters: where
   * a changed field has another value by now, the field's rule brings the change forward, or, where that
   * would lose a value, it throws `sync.changed-meanwhile` (facts: field) and writes nothing.
   */
  update<Name extends ModuleName>(
    module: Name,
    id: Id,
    change: Partial<DataOfModule<Name>>,
    seen?: Partial<DataOfModule<Name>>,
  ): Promise<ViewOfModule<Name>>
  /**
   * Changes many records at once, each as `update` would, of different modules too; each record once. Throws as `update`
   * does, with the fact `id`, and then writes nothing, unless that record was changed while the others were being written.
   */
  updateAll(changes: readonly RecordChange[]): Promise<void>
  /** A user's delete: sets `removedAt`. `restore` takes it back. */
  remove(module: ModuleName, id: Id): Promise<void>
  restore(module: ModuleName, id: Id): Promise<void>
  /**
   * Settles an entry of the conflict ledger: keep the winner, or bring the loser back by an edit. `seen` as of `update`: a
   * value that came in since is not overwritten unseen (`sync.changed-meanwhile`).
   */
  settleConflict(
    module: ModuleName,
    id: Id,
    conflictId: Id,
    choice: 'kept' | 'undone',
    seen?: Readonly<Record<string, unknown>>,
  ): Promise<void>

  /**
   * Words, parts of words and mistyped words in any order, numbers, telephones and dates as people type them,
   * over all modules; the best first. Nothing of it is kept.
   */
  search(query: string, options?: SearchOptions): SearchHit[]
  /** For the audit: what is on the screen now. Cheap, and never fails; it is on the disk some seconds later. */
  noteRead(read: NotedRead): void
  /** Emits while records are read in after unlocking, and whenever there are others to find. */
  readonly searchState$: Observable<SearchState>

  /** Null once everything is here. Until then lists of what is not wait, and search says that it is not whole. */
  readonly loading$: Observable<Loading | null>

  readonly files: ReplicaFiles
  readonly emergency: EmergencyAccess

  readonly status$: Observable<SyncStatus>
  status(): SyncStatus
  syncNow(): Promise<void>
  /**
   * Of a computer that the server has forgotten, since its data was put back (`access.unknown-device`): it comes in under its
   * own id and key, and what waits is sent. Throws `access.credentials`, `access.invitation`, `access.second-factor`,
   * `access.host-refused`, `access.revoked`, `access.throttled`, `network.unreachable`.
   */
  introduce(introduction: Introduction): Promise<void>
  /** The same by the browser. Throws `access.throttled`, `network.unreachable`. */
  beginIntroduction(computer: NamedComputer): Promise<BrowserIntroduction>

  readonly syncRecords: SyncRecords
  readonly traffic$: Observable<Traffic>
  readonly quarantine$: Observable<readonly QuarantineEntry[]>
  /**
   * Writes the changes again as a new edit, with corrections, and closes the entry. `seen` is the record as it was shown beside
   * them; empty where it is not here. Throws `sync.changed-meanwhile` as `update` does, `sync.invalid`, `access.forbidden`,
   * `patient.deceased`, `replica.write-failed`.
   */
  resubmit(
    entryId: Id,
    corrections: Readonly<Record<string, unknown>>,
    seen: Readonly<Record<string, unknown>>,
  ): Promise<void>
  discard(entryId: Id): Promise<void>

  /**
   * A new passphrase; the data is not touched. Throws `replica.passphrase` where the current one is another,
   * `replica.passphrase-weak`, `replica.write-failed`.
   */
  changePassphrase(current: string, next: string): Promise<void>

  /** A recovery key of the organisation that this copy is not set aside for; null where there is nothing to decide. */
  readonly recoveryOffer$: Observable<RecoveryOffer | null>
  /** Says yes to it. Throws `replica.passphrase`, `recovery.none`, `network.unreachable`, `replica.write-failed`. */
  acceptRecovery(passphrase: string): Promise<void>

  readonly rotation$: Observable<RotationStatus>
  /** A new data key for all that lies here; resolves when every page is under it. Work goes on meanwhile. */
  rotateDataKey(): Promise<void>

  /** Stops replication, empties memory of keys and documents, closes the page store. */
  lock(): Promise<void>
}

/** What enrolment asks for. An empty `serverUrl` means: where the page came from. */
export type EnrolInput = {
  readonly serverUrl: string
  readonly login: string
  readonly password: string
  readonly passphrase: string
  /** How the administrator tells this device from others. */
  readonly deviceLabel: string
  /** Where a device comes in by invitation only; `code` is what the authenticator shows. */
  readonly invited?: { readonly invitation: string; readonly code: string }
}

/** What a sign-in by the browser asks for at this machine; who it is, the browser's page asks. */
export type SignInInput = Pick<EnrolInput, 'serverUrl' | 'passphrase' | 'deviceLabel'>

/** The page where a person signs a device in by their browser. */
export type SignInPage = {
  /** For how long somebody may sign in there. */
  readonly minutes: number
  /** From the server's root where the client comes from there. */
  readonly address: string
}

/** A device that waits for its person to sign in by the browser. */
export type BrowserSignIn = SignInPage & {
  /** Opens the page in the person's browser. Throws `host.unavailable`. */
  open(): Promise<void>
  /**
   * `code`: what the page shows, as typed. What is refused can be tried again, until `access.sign-in-over`. Throws
   * `access.sign-in-code`, `access.invitation`, `access.factor-needed`, `access.host-refused`, `access.revoked`,
   * `network.unreachable`.
   */
  enrol(
    shown: { readonly code: string; readonly invitation: string | undefined },
    onProgress: (progress: OpenProgress) => void,
  ): Promise<Replica>
  /** Nobody signs in any more: what was made for it is destroyed. */
  end(): Promise<void>
}

/** A computer that the server has forgotten, waiting for its person. */
export type BrowserIntroduction = SignInPage & {
  /** What the host opens the page by. */
  readonly page: string
  /** As `BrowserSignIn.enrol`; throws `access.sign-in-person` where somebody else has signed in, too. */
  introduce(shown: { readonly code: string; readonly invitation: string | undefined }): Promise<void>
}

/** Who asks for an authenticator, and at which server. */
export type InvitedInput = Pick<EnrolInput, 'serverUrl' | 'login' | 'password'> & {
  readonly invitation: string
}

/** The way in: what the enrolment and lock screens call while there is no replica yet. */
export type ReplicaGate = {
  /** The replicas on this machine, the last used first. */
  summaries(): Promise<readonly ReplicaSummary[]>
  /**
   * Whether a device comes in by invitation and second factor only, and whether people can sign it in by their browser.
   * Throws `network.unreachable`.
   */
  admission(serverUrl: string): Promise<AdmissionAnswer>
  /**
   * The address of an authenticator for an invited user (`otpauth://...`, it holds the secret); null for who has one.
   * Throws `access.credentials`, `access.invitation`, `access.throttled`, `network.unreachable`.
   */
  secondFactor(input: InvitedInput): Promise<string | null>
  /**
   * Throws `access.credentials`, `access.invitation`, `access.second-factor`, `access.host-refused`, `access.throttled`, `network.unreachable`,
   * `replica.passphrase-weak`.
   */
  enrol(input: EnrolInput, onProgress: (progress: OpenProgress) => void): Promise<Replica>
  /** The same by the browser. Throws `access.host-refused`, `access.throttled`, `network.unreachable`, `replica.passphrase-weak`. */
  beginSignIn(input: SignInInput): Promise<BrowserSignIn>
  /**
   * Throws `replica.passphrase`, `replica.in-use`, `replica.format`, `replica.damaged`, `host.keeper-missing` for a copy of
   * another computer; `replica.lease` where
   * the server has to be reached first and can't be, and what the server refuses then (`access.revoked`,
   * `access.wiped`).
   */
  unlock(replicaId: Id, passphrase: string, onProgress: (progress: OpenProgress) => void): Promise<Replica>
  /** Destroys a replica on this machine, keys first. What was not sent is lost: the screen has said so. */
  forget(replicaId: Id): Promise<void>
  /** What happened to copies on this machine, until the user has read it. */
  notices(): Promise<readonly GateNotice[]>
  dismiss(replicaId: Id): Promise<void>
  recovery(replicaId: Id): Promise<RecoveryState>
  /** Asks the server; throws `recovery.none`, `network.unreachable`. */
  askRecovery(replicaId: Id): Promise<RecoveryState>
  /**
   * Once two people have approved: puts a new passphrase in the place of the forgotten one, and opens the
   * copy with it. Throws `recovery.waiting`, `recovery.refused`, and what `unlock` throws.
   */
  recover(replicaId: Id, passphrase: string, onProgress: (progress: OpenProgress) => void): Promise<Replica>
}

/**
 * Whether two administrators can help where a passphrase was forgotten. `code` is what they are told, to
 * compare.
 */
export type RecoveryState =
  | { readonly state: 'none' }
  | { readonly state: 'possible' }
  | { readonly state: 'asked'; readonly code: string }

/** What a user must know of a copy: it was destroyed by order, or its passphrase replaced. */
export type GateNotice = { readonly replicaId: Id; readonly login: string; readonly code: ErrorCode }
