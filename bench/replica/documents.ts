import { permissionFor, project } from '#app/access/index.ts'
import type { Subject } from '#app/access/index.ts'
import { derivedId } from '#app/kernel/index.ts'
import type { AnyDocument, AnyModule, CollectionName } from '#app/kernel/index.ts'
import { modules } from '#app/modules/index.ts'
import type { ModuleName } from '#app/modules/index.ts'
import { formatRev } from '#app/protocol/index.ts'
import type { Rev } from '#app/protocol/index.ts'
import { syntheticOrganisation } from '#sync-server/seed/index.ts'
import type { SeedRecord } from '#sync-server/seed/index.ts'
import { PAGE } from './facts.ts'
import type { Change, Facts } from './facts.ts'
import { plainWordsOf } from './plain-words.ts'

// The documents of one size: a fixed mix out of the synthetic organisation, as the server would show them to a user who
// sees everything.

export type Documents = {
  readonly facts: Facts
  /** Each collection's documents as one JSON array. */
  readonly bodies: ReadonlyMap<CollectionName, string>
}

const TODAY = '2026-01-05'
const DAY_BEGINS = `${TODAY}T00:00:00`
const AT = `${TODAY}T12:00:00.000Z`
const ZONE = 'America/New_York'

/** Parts in a hundred. Reference data is as much as there is; the rest of a hundred goes to the rest of the modules. */
const shares: Partial<Record<ModuleName, number>> = {
  patients: 15,
  appointments: 10,
  encounters: 14,
  observations: 26,
  accounts: 3,
  contacts: 6,
  opportunities: 2,
  activities: 7,
  tasks: 3,
  cases: 5,
  'patient-activities': 6,
}
const reference: readonly ModuleName[] = ['locations', 'people', 'pipelines']
const REST: ModuleName = 'patient-tasks'
/** An organisation of scale 1 has enough of every module for the mix of so many documents. */
const DOCUMENTS_PER_SCALE = 2000
/** A larger mix is put together from several organisations: making one takes the square of its size. */
const BLOCK = 10_000

/** The free texts that the measurements of writing change. */
const changed: Partial<Record<ModuleName, string>> = {
  cases: 'subject',
  patients: 'note',
  appointments: 'note',
  contacts: 'note',
  accounts: 'note',
}
const WRITES = 60
const SCATTERED = 500
const QUERIES = 20
/** So many documents, of all modules, stand for all when the question is whether everything is loaded. */
const SAMPLE = 1000

export function documentsOf(size: number): Documents {
  const { user, organisation } = demonstration(0, 1)
  const subject = { id: user.id, orgId: organisation.id, grants: user.grants }
  const incarnation = derivedId('bench', 'incarnation')
  const blocks = Math.ceil(size / BLOCK)
  const records = Array.from({ length: blocks }, (_, block) => choose(block, size / blocks)).flat()
  const views = records.map((record, at) => viewOf(record, subject, { incarnation, seq: at + 1 }))
  const byCollection = Map.groupBy(views, ({ module }) => module.collection)
  const bodies = new Map(
    [...byCollection].map(([name, held]) => [name, JSON.stringify(held.map(({ view }) => view))]),
  )
  const jsonBytes = [...bodies.values()].reduce((sum, body) => sum + Buffer.byteLength(body), 0)
  const identity = {
    replicaId: derivedId('bench', 'replica'),
    deviceId: derivedId('bench', 'device'),
    user,
    organisation,
  }
  const sample = spread(views, SAMPLE).map(
    ({ module, view }) => [module.name as ModuleName, view.id] as const,
  )
  return {
    bodies,
    facts: { collections: [...bodies.keys()], sample, jsonBytes, ...asked(views), ...identity },
  }
}

/** An organisation, and a user of it who sees everything. */
function demonstration(block: number, scale: number) {
  const seed = { seed: `bench ${block}`, today: TODAY, zone: ZONE, scale }
  const { organisation, users, documents } = syntheticOrganisation(seed)
  const user = users.find(({ login }) => login === 'sofia')
  if (user === undefined) throw new Error('the synthetic organisation has no supervisor')
  return { organisation, user, documents }
}

/** So many of each module, spread evenly over all that an organisation of its own has. */
function choose(block: number, size: number): readonly SeedRecord[] {
  const { documents } = demonstration(block, size / DOCUMENTS_PER_SCALE)
  const all = Map.groupBy(documents, ({ module }) => module)
  const of = (name: ModuleName) => all.get(name) ?? []
  const fixed = [
    ...reference.map((name) => [name, of(name).length] as const),
    ...Object.entries(shares).map(([name, share]) => [name as ModuleName, (size * share) / 100] as const),
  ]
  const rest = size - fixed.reduce((sum, [, count]) => sum + count, 0)
  return [...fixed, [REST, rest] as const].flatMap(([name, count]) => spread(of(name), count))
}

function spread<Item>(items: readonly Item[], count: number): Item[] {
  if (items.length < count) throw new Error(`too few to choose from: ${items.length} of ${count}`)
  return Array.from({ length: count }, (_, at) => items[Math.floor((at * items.length) / count)] as Item)
}

type View = { readonly module: AnyModule; readonly view: AnyDocument }

function viewOf(
  { module: name, id, data, createdBy, createdAt }: SeedRecord,
  subject: Subject,
  state: Pick<Rev, 'incarnation' | 'seq'>,
): View {
  const module: AnyModule = modules[name]
  const stamp = { at: createdAt, by: createdBy, origin: 'seed' } as const
  const view = {
    ...data,
    id,
    kind: module.kind,
    orgId: subject.orgId,
    edit: '',
    rev: '',
    created: stamp,
    updated: stamp,
    removedAt: null,
    ext: {},
    sources: {},
    conflicts: [],
  } as unknown as AnyDocument
  const scopes = module.scope(view)
  const permission = permissionFor(subject, module, scopes, AT)
  const rev = formatRev({ ...state, projection: permission.projection })
  return { module, view: project({ ...view, scopes: [...scopes], rev }, permission) }
}

/** What the measurements ask, and the answers of the first screen. */
function asked(views: readonly View[]) {
  const of = (name: ModuleName) => views.filter(({ module }) => module.name === name)
  const appointments = of('appointments').map(({ view }) => ({ id: view.id, local: localStart(view) }))
  const inOrder = appointments.toSorted((a, b) => (`${a.local} ${a.id}` < `${b.local} ${b.id}` ? -1 : 1))
  const today = inOrder.filter(({ local }) => local >= DAY_BEGINS).slice(0, PAGE)
  const earlier = inOrder.slice(0, appointments.length / 2)
  const parts = partsOfNames(of('patients'))
  return {
    dayBegins: DAY_BEGINS,
    today: today.map(({ id }) => id),
    term: commonPart(parts, of('patients')),
    hits: PAGE,
    // Behind each there is more than a page.
    starts: spread(earlier, QUERIES).map(({ local }) => local),
    terms: spread(parts, QUERIES),
    writes: spread(of('cases'), WRITES).map(changeOf),
    scattered: Object.keys(changed).flatMap((name, _, { length }) =>
      spread(of(name as ModuleName), SCATTERED / length).map(changeOf),
    ),
  }
}

function localStart(view: AnyDocument): string {
  return (view['start'] as { local: string }).local
}

function changeOf({ module, view }: View, number: number): Change {
  const name = module.name as ModuleName
  const field = changed[name]
  if (field === undefined) throw new Error('no text of this module is changed')
  return { module: name, collection: module.collection, id: view.id, field, value: `Benchmark ${number}` }
}

/** Four letters out of the middle of family names, each found in at least one patient. */
function partsOfNames(patients: readonly View[]): string[] {
  const titles = patients.map(({ module, view }) => plainWordsOf(module, view).plainTitle)
  const parts = titles.flatMap((title) => title.split(' ').filter((word) => word.length > 5))
  return [...new Set(parts.map((word) => word.slice(1, 5)))]
}

/** A part that fills a page, so that everybody answers with a page: ours would forgive typing errors beyond that, too. */
function commonPart(parts: readonly string[], patients: readonly View[]): string {
  const texts = patients.map(({ module, view }) => plainWordsOf(module, view).haystack)
  const common = parts.find((part) => texts.filter((text) => text.includes(part)).length >= PAGE)
  if (common === undefined) throw new Error('too few patients for a page of hits')
  return common
}
