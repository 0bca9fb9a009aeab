import { asyncScheduler, BehaviorSubject, distinctUntilChanged, Subscription, throttleTime } from 'rxjs'
import type { Observable } from 'rxjs'
import type { CollectionName, Id } from '#app/kernel/index.ts'
import { moduleNames, moduleOfKind, modules } from '#app/modules/index.ts'
import type { ModuleName } from '#app/modules/index.ts'
import type { SearchHit, SearchOptions, SearchState } from '../contract.ts'
import type { StoredDocument } from '../database/stored-document.ts'
import { giveWay } from '../give-way.ts'
import { Backlog } from './backlog.ts'
import type { SearchedTable } from './backlog.ts'
import { findRecords } from './find-records.ts'
import type { Found } from './find-records.ts'
import { eraseFolded } from './fold.ts'
import { forgetTerm } from './grade.ts'
import { whenIdle } from './idle.ts'
import { readQuery } from './query.ts'
import { RecordWords } from './record-words.ts'
import { searchedWords } from './searched-words.ts'
import { showHit } from './show-hit.ts'

const LIMIT = 50
/** Records are read in once none has come for so long, in milliseconds; but no later than this after the first. */
const PAUSE = 100
const LATEST = 5000
/** The clock is asked once for so many records. */
const BETWEEN_LOOKS = 16
/** A question that must be answered within a frame waits for so many records that are not read in. */
const AT_ONCE = 500

/** How often at most people are told that there is more to find, in milliseconds. */
const AS_OFTEN = 100

const numberOf = new Map<string, number>(moduleNames.map((name, number) => [name, number]))

/**
 * The words of all records in memory, scanned for each query. Follows the tables: following costs nothing,
 * the words are read in while the page is idle, or when somebody asks. Holds plain words of patients.
 */
export class SearchIndex {
  readonly #backlogs = new Map<CollectionName, Backlog>()
  readonly #subscriptions = new Subscription()
  readonly #expected: Set<CollectionName>
  readonly #state = new BehaviorSubject<SearchState>({ isWhole: true, records: 0 })
  #records = new RecordWords()
  /** Whose words, as they were, are still among them. */
  readonly #outdated = new Set<Id>()
  #callOff: (() => void) | null = null
  #waitingSince = 0

  /**
   * `expected`: the collections that will be followed. Until they are, and are read in, answers are not
   * whole.
   */
  constructor({ expected = [] }: { readonly expected?: readonly CollectionName[] } = {}) {
    this.#expected = new Set(expected)
    this.#state.next(this.state())
  }

  /** Emits when records were read in; not for each. */
  get state$(): Observable<SearchState> {
    return this.#state.pipe(
      throttleTime(AS_OFTEN, asyncScheduler, { leading: true, trailing: true }),
      distinctUntilChanged((a, b) => a.records === b.records && a.isWhole === b.isWhole),
    )
  }

  state(): SearchState {
    const isWhole = this.#expected.size === 0 && [...this.#backlogs.values()].every(({ isEmpty }) => isEmpty)
    return { isWhole, records: this.#records.count }
  }

  /** How many bytes its buffers occupy. */
  get bytes(): number {
    return this.#records.bytes
  }

  /** Does nothing once the index is closed: a table may be read while the replica is being locked. */
  follow(collection: CollectionName, table: SearchedTable): void {
    if (this.#subscriptions.closed) return
    const backlog = new Backlog(collection, table)
    this.#backlogs.set(collection, backlog)
    this.#expected.delete(collection)
    this.#subscriptions.add(
      table.changes$.subscribe((changes) => {
        // What was is forgotten once whoever wrote has had their answer, and before anybody asks; what is can wait.
        if (this.#outdated.size === 0) void giveWay().then(() => this.#forgetOutdated())
        for (const { id, now } of changes) {
          this.#outdated.add(id)
          if (now === undefined) backlog.remove(id)
          else backlog.add(id, now)
        }
        this.#readInAfterwards()
      }),
    )
    this.#readInLater()
  }

  search(text: string, options: SearchOptions = {}): SearchHit[] {
    const { modules: names = moduleNames, limit = LIMIT, perModule = limit, patience = 'whole' } = options
    const readings = readQuery(text)
    if (readings.length === 0) return []
    this.#forgetOutdated()
    this.#catchUp(
      new Set(names.map((name) => modules[name].collection)),
      patience === 'whole' ? Infinity : AT_ONCE,
    )
    const asked = new Set<ModuleName>(names)
    const wanted = moduleNames.map((name) => asked.has(name))
    return findRecords(this.#records, readings, wanted, { limit, perModule }).flatMap(
      (found) => this.#show(found) ?? [],
    )
  }

  /** Overwrites every word and what was asked last, and forgets the tables. */
  close(): void {
    this.#callOff?.()
    this.#callOff = null
    this.#subscriptions.unsubscribe()
    this.#backlogs.clear()
    this.#outdated.clear()
    this.#records.erase()
    this.#records = new RecordWords()
    eraseFolded()
    forgetTerm()
    this.#state.complete()
  }

  #show({ slot, reading }: Found): SearchHit | null {
    const module = modules[moduleNames[this.#records.modules[slot] ?? 0] ?? 'patients']
    const id = this.#records.idAt(slot)
    const record = id === undefined ? undefined : this.#backlogs.get(module.collection)?.table.get(id)
    return record === undefined ? null : showHit(module, record, reading)
  }

  #forgetOutdated(): void {
    if (this.#outdated.size === 0) return
    for (const id of this.#outdated) this.#records.remove(id)
    this.#outdated.clear()
    eraseFolded()
  }

  /** While records pour in, as at the first load, they have the page for themselves. */
  #readInAfterwards(): void {
    const now = performance.now()
    if (this.#callOff === null) this.#waitingSince = now
    else if (now - this.#waitingSince > LATEST) return
    this.#callOff?.()
    this.#callOff = null
    this.#readInLater(PAUSE)
  }

  #readInLater(pause = 0): void {
    this.#state.next(this.state())
    this.#callOff ??= whenIdle((until) => {
      this.#callOff = null
      this.#forgetOutdated()
      for (const backlog of this.#backlogs.values())
        while (!backlog.isEmpty && performance.now() < until) this.#readIn(backlog, BETWEEN_LOOKS)
      if ([...this.#backlogs.values()].some(({ isEmpty }) => !isEmpty)) this.#readInLater()
      else this.#state.next(this.state())
    }, pause)
  }

  #catchUp(collections: ReadonlySet<CollectionName>, most: number): void {
    let left = most
    for (const [collection, backlog] of this.#backlogs) {
      if (collections.has(collection)) left -= this.#readIn(backlog, left)
    }
  }

  /** Reads in at most so many records; returns how many. */
  #readIn(backlog: Backlog, most: number): number {
    for (let count = 0; count < most; count += 1) {
      const document = backlog.next()
      if (document === undefined) return count
      this.#take(backlog.collection, document)
    }
    return most
  }

  #take(collection: CollectionName, document: StoredDocument): void {
    const module = moduleOfKind(collection, document.kind)
    const records = this.#records
    if (module === undefined || document.removedAt !== null || records.has(document.id)) return
    const changed = Math.max(0, Math.floor(Date.parse(document.updated.at) / 1000)) || 0
    records.begin(document.id, numberOf.get(module.name) ?? 0, changed)
    searchedWords(module, document, (words, from, to, kind, place) =>
      records.put(words.codes, from, to, kind, place),
    )
  }
}
