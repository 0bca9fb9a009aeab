import { BehaviorSubject } from 'rxjs'
import type { Observable } from 'rxjs'
import { blankOf, instant, isErrorCode, sameJson } from '#app/kernel/index.ts'
import type { AnyModule, Clock, CollectionName, ErrorCode, Id, Json } from '#app/kernel/index.ts'
import { isModuleName, moduleOfKind, modules } from '#app/modules/index.ts'
import type { ModuleName } from '#app/modules/index.ts'
import { parseRev } from '#app/protocol/index.ts'
import type { ViewOrTombstone } from '#app/protocol/index.ts'
import type { QuarantineEntry } from '../contract.ts'
import { isTombstone, isUnstored, viewOf } from '../database/stored-document.ts'
import type { StoredDocument } from '../database/stored-document.ts'
import { migrateChanges } from '../migration/migrate-changes.ts'
import type { RecordLog } from '../storage/index.ts'
import type { PushAnswer } from './push-gate.ts'

/** As it lies in the log. `version` is the module's when the edit was refused; the first ones have none. */
type KeptEntry = QuarantineEntry & { readonly version?: number }

/** The refused edits of this device: sealed in the page store, outside RxDB, until a person settles each of them. */
export class Quarantine {
  readonly #log: RecordLog
  readonly #entries: BehaviorSubject<readonly QuarantineEntry[]>
  readonly entries$: Observable<readonly QuarantineEntry[]>

  constructor(log: RecordLog) {
    this.#log = log
    this.#entries = new BehaviorSubject(entriesOf(log))
    this.entries$ = this.#entries.asObservable()
  }

  entries(): readonly QuarantineEntry[] {
    return this.#entries.value
  }

  get(id: Id): QuarantineEntry | undefined {
    return this.#entries.value.find((entry) => entry.id === id)
  }

  /** Durable when it resolves. An edit that is refused twice (a lost answer) is one entry. */
  async add(entry: QuarantineEntry): Promise<void> {
    const version = isModuleName(entry.module) ? modules[entry.module].version : 1
    await this.#log.put(entry.id, { ...entry, version } as unknown as Json)
    this.#entries.next(entriesOf(this.#log))
  }

  async discard(id: Id): Promise<void> {
    await this.#log.remove(id)
    this.#entries.next(entriesOf(this.#log))
  }

  close(): void {
    this.#entries.complete()
  }
}

function entriesOf(log: RecordLog): readonly QuarantineEntry[] {
  const entries = [...log.entries().values()] as unknown as KeptEntry[]
  return entries.map(ofToday).toSorted((a, b) => (a.at < b.at ? 1 : -1))
}

function ofToday({ version = 1, ...entry }: KeptEntry): QuarantineEntry {
  if (!isModuleName(entry.module)) return entry
  // Of another version, what was there before says nothing of today's fields.
  const before = version === modules[entry.module].version ? entry.before : undefined
  return { ...entry, before, changes: migrateChanges(modules[entry.module], entry, version) }
}

/** What is kept of a refused edit: the fields that its author changed, as they were meant to be. */
export function quarantined(
  collection: CollectionName,
  document: StoredDocument,
  answer: PushAnswer,
  author: Id,
  clock: Clock,
): QuarantineEntry {
  const module = moduleOfKind(collection, document.kind)
  return {
    id: document.edit,
    module: (module?.name ?? document.kind) as ModuleName,
    documentId: document.id,
    at: instant(clock),
    author,
    code: refusalCode(answer.code),
    field: answer.field,
    changes: changesOf(module, document, answer.view),
    ...(isUnstored(document.rev) ? {} : { before: document.localEdit?.before }),
  }
}

/**
 * The fields that the author changed. Of a new record, and of a copy from before a backup was put back, these are all that
 * differ from what is there: nothing, or the server's view. Who changed one field of such a copy may hold the last of the others.
 */
function changesOf(
  module: AnyModule | undefined,
  document: StoredDocument,
  view: ViewOrTombstone,
): Record<string, unknown> {
  const changed = Object.keys(document.localEdit?.before ?? {})
  if (changed.length > 0 && isOfOneLife(document.rev, view.rev)) return pick(document, changed)
  const names = [...Object.keys(module?.fields ?? viewOf(document)), 'removedAt', 'ext']
  const nothing = { ...(module === undefined ? {} : blankOf(module)), removedAt: null, ext: {} }
  const current: Readonly<Record<string, unknown>> = isTombstone(view) ? nothing : view
  return pick(
    document,
    names.filter((name) => !sameJson(document[name], current[name])),
  )
}

/** A device's own answer to a creation names no life. */
function isOfOneLife(held: string, answered: string): boolean {
  const life = parseRev(answered)?.incarnation
  return life === undefined || life === parseRev(held)?.incarnation
}

/** The named fields of a document, or of an edit of one. */
export function pick(document: StoredDocument, names: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(names.map((name) => [name, document[name]]))
}

function refusalCode(code: string | undefined): ErrorCode {
  return isErrorCode(code) ? code : 'internal'
}
