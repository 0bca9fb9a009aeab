import { map, of } from 'rxjs'
import type { Observable } from 'rxjs'
import type { Subject } from '#app/access/index.ts'
import { AppError, instant } from '#app/kernel/index.ts'
import type { AnyModule, Id, Scope } from '#app/kernel/index.ts'
import { modules } from '#app/modules/index.ts'
import type { DataOfModule, ModuleName, ViewOfModule } from '#app/modules/index.ts'
import { isBeyondReach } from '#app/modules/patients/index.ts'
import { teamsAmong } from '#app/modules/shared/scopes.ts'
import type { Organisation, User } from '#app/protocol/index.ts'
import type {
  EmergencyAccess,
  BrowserIntroduction,
  Introduction,
  NamedComputer,
  ListQuery,
  Loading,
  NotedRead,
  QuarantineEntry,
  RecordChange,
  RecoveryOffer,
  Replica,
  ReplicaFiles,
  RotationStatus,
  SearchHit,
  SearchOptions,
  SearchState,
  SyncRecords,
  SyncStatus,
  Traffic,
} from './contract.ts'
import type { ReplicaDatabase } from './database/database.ts'
import { liveList, viewOfModule, watchDocument } from './database/live.ts'
import type { ListOf } from './database/live.ts'
import {
  actOf,
  createdDocument,
  editedDocument,
  editedIn,
  settledConflict,
  resubmittedDocument,
} from './database/local-edit.ts'
import type { Act, Author, Change } from './database/local-edit.ts'
import type { StoredDocument } from './database/stored-document.ts'
import type { Table } from './database/table.ts'
import { documentsToWrite, writeDocument } from './database/write.ts'
import type { Identity } from './identity.ts'
import type { KeyRotation } from './key-rotation.ts'
import type { ReplicaKeys } from './keys/index.ts'
import type { RecoveryOffers } from './recovery-offer.ts'
import type { ReadAudit } from './reads/read-audit.ts'
import type { OwnIntroduction } from './session/introduction.ts'
import type { Quarantine } from './replication/quarantine.ts'
import type { Replication } from './replication/replication.ts'
import type { SyncMonitor } from './replication/sync-monitor.ts'
import type { SearchIndex } from './search/search-index.ts'

type LocalReplicaParts = {
  readonly replicaId: Id
  readonly identity: () => Identity
  readonly introduction: OwnIntroduction
  readonly author: () => Author
  readonly database: ReplicaDatabase
  readonly search: SearchIndex
  readonly quarantine: Quarantine
  readonly syncRecords: SyncRecords
  readonly traffic$: Observable<Traffic>
  readonly files: ReplicaFiles
  /** What was refused of them is tried again. */
  readonly wakeFiles: () => void
  readonly emergency: EmergencyAccess
  readonly replication: Replication
  readonly monitor: SyncMonitor
  readonly keys: ReplicaKeys | undefined
  readonly rotation: KeyRotation | undefined
  readonly loading$: Observable<Loading | null>
  readonly offers: RecoveryOffers
  readonly reads: ReadAudit
  readonly close: () => Promise<void>
}

/** An open replica, as screens know it. */
export class LocalReplica implements Replica {
  readonly replicaId: Id
  readonly loading$: Observable<Loading | null>
  readonly status$: Observable<SyncStatus>
  readonly quarantine$: Observable<readonly QuarantineEntry[]>
  readonly rotation$: Observable<RotationStatus>
  readonly recoveryOffer$: Observable<RecoveryOffer | null>
  readonly searchState$: Observable<SearchState>
  readonly files: ReplicaFiles
  readonly emergency: EmergencyAccess
  readonly syncRecords: SyncRecords
  readonly traffic$: Observable<Traffic>
  readonly #parts: LocalReplicaParts
  #closing: Promise<void> | undefined

  constructor(parts: LocalReplicaParts) {
    this.#parts = parts
    this.replicaId = parts.replicaId
    this.loading$ = parts.loading$
    this.status$ = parts.monitor.status$
    this.searchState$ = parts.search.state$
    this.files = parts.files
    this.emergency = parts.emergency
    this.quarantine$ = parts.quarantine.entries$
    this.syncRecords = parts.syncRecords
    this.traffic$ = parts.traffic$
    this.recoveryOffer$ = parts.offers.offer$
    this.rotation$ = parts.rotation?.status$ ?? of({ phase: 'idle' })
  }

  get user(): User {
    return this.#parts.identity().user
  }

  get organisation(): Organisation {
    return this.#parts.identity().organisation
  }

  get subject(): Subject {
    return this.#parts.author().subject
  }

  get deviceId(): Id {
    return this.#parts.identity().deviceId
  }

  watch<Name extends ModuleName>(name: Name, id: Id): Observable<ViewOfModule<Name> | null> {
    const module: AnyModule = modules[name]
    return watchDocument(this.#table(module), module, id).pipe(map((view) => typed<Name>(view)))
  }

  list<Name extends ModuleName>(query: ListQuery<Name>): Observable<readonly ViewOfModule<Name>[]> {
    const module: AnyModule = modules[query.module]
    const { by, where, sort, limit } = query
    // The rows of a module's list are views of that module; the table does not know which.
    const list = { by, where, sort, limit } as ListOf
    return liveList(this.#table(module), module, list) as unknown as Observable<readonly ViewOfModule<Name>[]>
  }

  async get<Name extends ModuleName>(name: Name, id: Id): Promise<ViewOfModule<Name> | null> {
    const module: AnyModule = modules[name]
    const table = this.#table(module)
    await table.ready
    return typed<Name>(viewOfModule(module, table.get(id)))
  }

  async create<Name extends ModuleName>(name: Name, data: DataOfModule<Name>): Promise<ViewOfModule<Name>> {
    const module: AnyModule = modules[name]
    const teams = await this.#teamsOf(data)
    const document = createdDocument(this.#author(), module, data, { teams })
    return this.#write(module, document.id, () => document)
  }

  update<Name extends ModuleName>(
    name: Name,
    id: Id,
    change: Partial<DataOfModule<Name>>,
    seen?: Partial<DataOfModule<Name>>,
  ): Promise<ViewOfModule<Name>> {
    return this.#edit(modules[name], id, () => change, seen)
  }

  async updateAll(changes: readonly RecordChange[]): Promise<void> {
    const act = actOf(this.#author())
    if (new Set(changes.map(({ id }) => id)).size < changes.length) throw new Error('one record twice')
    const byCollection = Map.groupBy(changes, ({ module }) => modules[module].collection)
    const writes = [...byCollection].map(([name, own]) => {
      const edits = own.map(({ module, id, change }) => ({
        id,
        next: (held: StoredDocument | undefined) =>
          this.#welcome(modules[module], edited(act, modules[module], id, held, change), held),
      }))
      return documentsToWrite(this.#parts.database.table(name), edits)
    })
    await Promise.all([...byCollection.keys()].map((name) => this.#parts.database.table(name).ready))
    for (const { prepare } of writes) prepare()
    await Promise.all(writes.map(({ write }) => write()))
  }

  async remove(name: ModuleName, id: Id): Promise<void> {
    await this.#edit(modules[name], id, ({ clock }) => ({ removedAt: instant(clock) }))
  }

  async restore(name: ModuleName, id: Id): Promise<void> {
    await this.#edit(modules[name], id, () => ({ removedAt: null }))
  }

  async settleConflict(
    name: ModuleName,
    id: Id,
    conflictId: Id,
    choice: 'kept' | 'undone',
    seen?: Change,
  ): Promise<void> {
    const module: AnyModule = modules[name]
    await this.#edit(module, id, (_author, held) => settledConflict(module, held, conflictId, choice), seen)
  }

  search(text: string, options?: SearchOptions): SearchHit[] {
    return this.#parts.search.search(text, options)
  }

  noteRead(read: NotedRead): void {
    this.#parts.reads.note(read)
  }

  status(): SyncStatus {
    return this.#parts.monitor.status()
  }

  syncNow(): Promise<void> {
    this.#parts.wakeFiles()
    return this.#parts.replication.syncNow()
  }

  async introduce(introduction: Introduction): Promise<void> {
    await this.#parts.introduction.byPassword(introduction)
    await this.syncNow()
  }

  async beginIntroduction(computer: NamedComputer): Promise<BrowserIntroduction> {
    const begun = await this.#parts.introduction.beginByBrowser(computer)
    return { ...begun, introduce: (shown) => begun.introduce(shown).then(() => this.syncNow()) }
  }

  async resubmit(entryId: Id, corrections: Change, seen: Change): Promise<void> {
    const entry = this.#parts.quarantine.get(entryId)
    if (entry === undefined) return
    const module: AnyModule = modules[entry.module]
    const changes = { ...entry.changes, ...corrections }
    const author = this.#author()
    const teams = await this.#teamsOf(changes)
    await this.#write(module, entry.documentId, (held) =>
      held === undefined
        ? createdDocument(author, module, changes, { id: entry.documentId, teams })
        : resubmittedDocument(author, module, held, { changes, before: entry.before, seen }),
    )
    await this.#parts.quarantine.discard(entryId)
  }

  discard(entryId: Id): Promise<void> {
    return this.#parts.quarantine.discard(entryId)
  }

  async changePassphrase(current: string, next: string): Promise<void> {
    const keys = this.#owned(this.#parts.keys)
    await keys.changePassphrase(current, next)
    void keys.measure(next).then((strength) => {
      if (strength !== null) this.noteRead({ did: 'passphrase', strength })
    })
  }

  acceptRecovery(passphrase: string): Promise<void> {
    if (this.#closing !== undefined) return Promise.reject(new AppError('replica.locked'))
    return this.#parts.offers.accept(passphrase)
  }

  rotateDataKey(): Promise<void> {
    return this.#owned(this.#parts.rotation).rotate()
  }

  lock(): Promise<void> {
    this.#closing ??= this.#parts.close()
    return this.#closing
  }

  #edit<Name extends ModuleName>(
    module: AnyModule,
    id: Id,
    change: (author: Author, held: StoredDocument) => Change,
    seen?: Change,
  ): Promise<ViewOfModule<Name>> {
    return this.#write(module, id, (held) => {
      if (held?.kind !== module.kind) throw new AppError('sync.not-visible')
      const author = this.#author()
      return editedDocument(author, module, held, change(author, held), seen)
    })
  }

  async #write<Name extends ModuleName>(
    module: AnyModule,
    id: Id,
    next: (held: StoredDocument | undefined) => StoredDocument,
  ): Promise<ViewOfModule<Name>> {
    const written = await writeDocument(this.#table(module), id, (held) =>
      this.#welcome(module, next(held), held),
    )
    return typed<Name>(viewOfModule(module, written ?? undefined)) as ViewOfModule<Name>
  }

  /** Throws where it reaches out to a patient who has died, as far as that is known here; the server decides the same. */
  #welcome(module: AnyModule, after: StoredDocument, before: StoredDocument | undefined): StoredDocument {
    const outreach = module.outreach(after, before ?? null)
    if (outreach === null) return after
    const patient = viewOfModule(modules.patients, this.#table(modules.patients).get(outreach.patientId))
    if (isBeyondReach(patient, outreach.at)) throw new AppError('patient.deceased', { field: 'patientId' })
    return after
  }

  /** Where what hangs on a patient lies beside its own places, as far as the patient is known here; the server decides the same. */
  async #teamsOf({ patientId }: Change): Promise<readonly Scope[]> {
    if (typeof patientId !== 'string') return []
    const patients = this.#table(modules.patients)
    await patients.ready
    return teamsAmong(patients.get(patientId)?.scopes ?? [])
  }

  #table(module: AnyModule): Table {
    if (this.#closing !== undefined) throw new AppError('replica.locked')
    return this.#parts.database.table(module.collection)
  }

  /** What there is only where this replica keeps its keys itself. */
  #owned<Part>(part: Part | undefined): Part {
    if (this.#closing !== undefined) throw new AppError('replica.locked')
    if (part === undefined)
      throw new AppError('host.unavailable', { what: 'change the keys of this replica' })
    return part
  }

  #author(): Author {
    if (this.#closing !== undefined) throw new AppError('replica.locked')
    return this.#parts.author()
  }
}

/** Throws with the fact `id`: of many records, the one that can't be changed so. */
function edited(
  act: Act,
  module: AnyModule,
  id: Id,
  held: StoredDocument | undefined,
  change: Change,
): StoredDocument {
  try {
    if (held?.kind !== module.kind) throw new AppError('sync.not-visible')
    return editedIn(act, module, held, change)
  } catch (failure) {
    throw failure instanceof AppError ? new AppError(failure.code, { ...failure.facts, id }) : failure
  }
}

/** A view of the module that was asked for: its kind was compared. */
function typed<Name extends ModuleName>(view: unknown): ViewOfModule<Name> | null {
  return view as ViewOfModule<Name> | null
}
