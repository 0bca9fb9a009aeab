import fc from 'fast-check'
import { expect, test } from 'vitest'
import { newId } from '#app/kernel/index.ts'
import { memoryDisk } from '../testing/memory-disk.ts'
import type { MemoryDisk } from '../testing/memory-disk.ts'
import { noDamage, noteOf, noteQuery, openNotes } from '../testing/storage-instance.ts'
import type { NoteInstance, StoredNote } from '../testing/storage-instance.ts'
import { storageKeys } from '../testing/storage-keys.ts'
import { openEncryptedStorage } from './index.ts'
import type { EncryptedStorage } from './index.ts'

// The storage against a plain map: random writes, crashes, power cuts and restarts. What was answered must be there;
// what was not answered may be there or not; nothing else may.

const PULLED = 'replication-downstream-server'
const TYPED = 'rx-document-save-data'
const names = ['notes', 'visits'] as const
type Name = (typeof names)[number]

type Row = { readonly id: string; readonly text: string; readonly deleted: boolean; readonly stale: boolean }
type Step =
  | { readonly does: 'write'; readonly bulks: readonly Bulk[]; readonly context: string }
  | ({ readonly does: 'load' | 'change' } & Bulk)
  | { readonly does: 'fail' | 'die-done' | 'die-undone'; readonly text: string }
  | { readonly does: 'power-cut'; readonly lost: number }
  | { readonly does: 'cleanup' | 'compact' | 'restart' | 'reopen-collections' }
type Bulk = { readonly into: Name; readonly rows: readonly Row[] }

const row: fc.Arbitrary<Row> = fc.record({
  id: fc.nat(70).map((number) => `n${number}`),
  text: fc.string({ maxLength: 5 }),
  deleted: fc.nat(4).map((one) => one === 0),
  stale: fc.nat(9).map((one) => one === 0),
})
const bulk: fc.Arbitrary<Bulk> = fc.record({
  into: fc.constantFrom(...names),
  rows: fc.uniqueArray(row, { selector: ({ id }) => id, minLength: 1, maxLength: 3 }),
})
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 40,
    arbitrary: fc.record({
      does: fc.constant('write' as const),
      bulks: fc.array(bulk, { minLength: 1, maxLength: 3 }),
      context: fc.constantFrom(PULLED, TYPED),
    }),
  },
  {
    weight: 20,
    arbitrary: fc
      .tuple(fc.constantFrom('load' as const, 'change' as const), bulk)
      .map(([does, one]) => ({ does, ...one })),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      does: fc.constantFrom(
        'cleanup' as const,
        'compact' as const,
        'restart' as const,
        'reopen-collections' as const,
      ),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      does: fc.constantFrom('fail' as const, 'die-done' as const, 'die-undone' as const),
      text: fc.string({ maxLength: 5 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ does: fc.constant('power-cut' as const), lost: fc.nat(6) }) },
)

/** Versions by id, the last written last. */
type Model = ReadonlyMap<string, StoredNote>
type Write = { readonly document: StoredNote; readonly previous?: StoredNote }

const keys = await storageKeys()

class Rig {
  readonly replicaId = newId()
  readonly disk: MemoryDisk = memoryDisk()
  readonly models: Record<Name, Model> = { notes: new Map(), visits: new Map() }
  /** The states that a power cut may bring back, the latest last. */
  readonly history: Record<Name, Model[]> = { notes: [new Map()], visits: [new Map()] }
  storage!: EncryptedStorage
  instances!: Record<Name, NoteInstance>
  crashes = 0

  async start(): Promise<void> {
    this.storage = await openEncryptedStorage({
      pageStore: this.disk.open(),
      replicaId: this.replicaId,
      keys,
    })
    await this.openCollections()
    expect(this.storage.damage()).toEqual(noDamage)
  }

  async openCollections(): Promise<void> {
    const [notes, visits] = await Promise.all(names.map((name) => openNotes(this.storage, name)))
    if (notes !== undefined && visits !== undefined) this.instances = { notes, visits }
  }

  async run(step: Step): Promise<void> {
    switch (step.does) {
      case 'write':
        return this.write(step.bulks, step.context)
      case 'load':
        return this.load(step)
      case 'change':
        return this.change(step)
      case 'fail':
        return this.fail(step.text)
      case 'die-done':
      case 'die-undone':
        return this.die(step.does === 'die-done' ? 'done' : 'undone', step.text)
      case 'power-cut':
        return this.cutPower(step.lost)
      case 'cleanup':
        return this.cleanup()
      case 'compact':
        return this.storage.compact()
      case 'restart':
        await this.storage.close()
        return this.start()
      case 'reopen-collections':
        await Promise.all(names.map((name) => this.instances[name].close()))
        return this.openCollections()
    }
  }

  async write(bulks: readonly Bulk[], context: string): Promise<void> {
    const writes = bulks.map(({ into, rows }) => ({
      into,
      rows: rows.map((one) => this.#writeOf(into, one)),
    }))
    const answers = await Promise.all(
      writes.map(({ into, rows }) => this.instances[into].bulkWrite([...rows], context)),
    )
    let accepted = 0
    writes.forEach(({ into, rows }, at) => {
      const { model, conflicts } = applied(this.models[into], rows)
      expect(answers[at]?.error.map((error) => [error.documentId, error.status])).toEqual(
        conflicts.map((id) => [id, 409]),
      )
      accepted += rows.length - conflicts.length
      this.#reached(into, model)
    })
    if (context === TYPED && accepted > 0) this.#settled()
  }

  /** Takes what is not here in any state. */
  async load({ into, rows }: Bulk): Promise<void> {
    const isHere = ({ id }: Row): boolean => this.models[into].has(id)
    const left = await this.instances[into].internals.load(rows.map(({ id, text }) => ({ id, text })))
    expect(left.map(({ id }) => id)).toEqual(rows.filter(isHere).map(({ id }) => id))
    await this.#wrote(
      into,
      rows.filter((one) => !isHere(one)),
    )
  }

  /** Writes what is made of the state that is here, and nothing else. */
  async change({ into, rows }: Bulk): Promise<void> {
    const { internals } = this.instances[into]
    const changes = rows.map(({ id, text, stale, deleted: isWhole }) => {
      const { order, parsed } = internals.seen(id)
      const edited = { text, edit: `e${text}` }
      return {
        id,
        seen: { order: stale ? order + 1 : order, parsed },
        fields: { id, ...edited },
        edited: isWhole ? undefined : edited,
      }
    })
    const overtaken = rows.filter(({ stale }) => stale).map(({ id }) => id)
    expect(await internals.change(changes)).toEqual(overtaken)
    await this.#wrote(
      into,
      rows.filter(({ stale }) => !stale),
    )
    if (overtaken.length < rows.length) this.#settled()
  }

  /** The revision is the storage's own; what was written is not. */
  async #wrote(into: Name, rows: readonly Row[]): Promise<void> {
    const model = new Map(this.models[into])
    for (const { id, text } of rows) {
      const [document] = await this.instances[into].findDocumentsById([id], true)
      expect(document).toMatchObject({ id, text, _deleted: false })
      model.delete(id)
      if (document !== undefined) model.set(id, document)
    }
    this.#reached(into, model)
  }

  #writeOf(name: Name, { id, text, deleted, stale }: Row): Write {
    const previous = stale ? undefined : this.models[name].get(id)
    const document = noteOf({ id, text }, previous, deleted)
    return previous === undefined ? { document } : { document, previous }
  }

  #reached(name: Name, model: Model): void {
    this.models[name] = model
    this.history[name].push(model)
  }

  /** A strict commit brings everything before it to the disk. */
  #settled(): void {
    for (const name of names) this.history[name] = [this.models[name]]
  }

  async fail(text: string): Promise<void> {
    this.disk.failNextCommit()
    const failing = this.#crashWrite(text)
    await expect(this.instances.notes.bulkWrite([failing], TYPED)).rejects.toMatchObject({
      code: 'replica.write-failed',
    })
    expect(this.storage.failed()?.code).toBe('replica.write-failed')
    await expect(this.instances.visits.bulkWrite([failing], PULLED)).rejects.toMatchObject({
      code: 'replica.write-failed',
    })
    await this.verify()
    await this.storage.close()
    await this.start()
  }

  async die(effect: 'done' | 'undone', text: string): Promise<void> {
    const died = this.disk.dieInNextCommit(effect)
    const write = this.#crashWrite(text)
    void this.instances.notes.bulkWrite([write], TYPED)
    await died
    await this.start()
    const isThere = await this.instances.notes.findDocumentsById([write.document.id], true)
    if (isThere.length > 0) this.#reached('notes', applied(this.models.notes, [write]).model)
  }

  /** A document of its own: it can't meet a conflict, so that it does reach the disk. */
  #crashWrite(text: string): Write {
    this.crashes += 1
    return { document: noteOf({ id: `crash${this.crashes}`, text }) }
  }

  async cutPower(lost: number): Promise<void> {
    this.disk.powerCut(lost)
    await this.start()
    for (const name of names) {
      const found = await contentOf(this.instances[name])
      const possible = this.history[name].findLast((model) => sameContent(model, found))
      expect(possible, 'a state that once was').toBeDefined()
      if (possible !== undefined) this.models[name] = possible
      this.history[name] = [this.models[name]]
    }
  }

  async cleanup(): Promise<void> {
    for (const name of names) {
      const kept = new Map([...this.models[name]].filter(([, { _deleted }]) => !_deleted))
      const writes = kept.size < this.models[name].size
      await this.instances[name].cleanup(0)
      this.#reached(name, kept)
      if (writes) this.#settled()
    }
  }

  async verify(): Promise<void> {
    for (const name of names) await verifyInstance(this.instances[name], this.models[name])
  }
}

/** What memory and RxDB's rules make of a bulk: inserts are taken first, then updates. */
function applied(model: Model, rows: readonly Write[]): { model: Model; conflicts: string[] } {
  const conflicts = rows.filter(({ document, previous }) => {
    const held = model.get(document.id)
    return held !== undefined && held._rev !== previous?._rev
  })
  const accepted = rows.filter((write) => !conflicts.includes(write))
  const inserts = accepted.filter(({ document }) => !model.has(document.id))
  const updates = accepted.filter(({ document }) => model.has(document.id))
  const next = new Map(model)
  for (const { document } of [...inserts, ...updates]) {
    next.delete(document.id)
    next.set(document.id, document)
  }
  return { model: next, conflicts: conflicts.map(({ document }) => document.id) }
}

async function verifyInstance(instance: NoteInstance, model: Model): Promise<void> {
  expect(await contentOf(instance)).toEqual([...model.values()])
  const alive = [...model.values()].filter(({ _deleted }) => !_deleted)
  const byText = noteQuery({ selector: {}, sort: [{ text: 'asc' }, { id: 'asc' }] })
  const found = await instance.query(byText)
  expect(found.documents.map(({ id }) => id).toSorted()).toEqual(alive.map(({ id }) => id).toSorted())
  expect((await instance.count(noteQuery({ selector: { text: { $gte: '' } } }))).count).toBe(alive.length)
  const ids = [...model.keys()]
  expect((await instance.findDocumentsById(ids, false)).map(({ id }) => id)).toEqual(
    alive.map(({ id }) => id),
  )
}

/** All versions, deleted ones too, in the order of their writing, asked for in pages. */
async function contentOf(instance: NoteInstance): Promise<StoredNote[]> {
  const content: StoredNote[] = []
  let checkpoint: unknown
  for (;;) {
    const page = await instance.getChangedDocumentsSince?.(7, checkpoint)
    if (page === undefined || page.documents.length === 0) return content
    content.push(...page.documents)
    checkpoint = page.checkpoint
  }
}

function sameContent(model: Model, found: readonly StoredNote[]): boolean {
  return JSON.stringify([...model.values()]) === JSON.stringify(found)
}

test('holds what was answered, through crashes, power cuts and restarts', async () => {
  const seed = Number(process.env['ROUNDS_SEED'] ?? Date.now() % 2 ** 31)
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 200, size: 'max' }), async (steps) => {
      const rig = new Rig()
      await rig.start()
      for (const one of steps) {
        await rig.run(one)
        await rig.verify()
      }
      await rig.run({ does: 'restart' })
      await rig.verify()
    }),
    { seed, numRuns: 30, interruptAfterTimeLimit: 15_000 },
  )
})
