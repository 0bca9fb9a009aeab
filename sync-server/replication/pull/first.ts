import { setImmediate } from 'node:timers/promises'
import { evaluate } from '#app/conditions/index.ts'
import type { Surroundings } from '#app/conditions/index.ts'
import { collections } from '#app/kernel/index.ts'
import type { AnyDocument, AnyModule, CollectionName, FirstRule, Id, Scope } from '#app/kernel/index.ts'
import { allModules } from '#app/modules/index.ts'
import { FIRST_LIMIT, PULL_LIMIT } from '#app/protocol/index.ts'
import type { FirstAnswer } from '#app/protocol/index.ts'
import type { ChangedRow, DocumentRef, Reach, Reader, Store, StoredDocument } from '../../store/contract.ts'
import { keyOf, viewOf } from '../view.ts'
import type { Viewer } from '../view.ts'
import { reachOf } from './reach.ts'

// What a person needs before everything else, by the rules of the modules. Bodies are sealed, so documents are opened to
// find out: those that changed last, since what is open or planned is touched. It is a matter of order only, and so of no one
// state of the store; what may be seen is decided again when it is fetched.

/** So many documents of a module are opened at most, and so many at a time: others are served in between. */
const LOOKED_AT = 10_000
const AT_A_TIME = 250
/** So many does one rule name at most, beside what they refer to. */
const RULE_LIMIT = 1000

type Part = FirstAnswer['parts'][number]
type Seeker = {
  readonly store: Pick<Store, 'snapshot'>
  readonly viewer: Viewer
  readonly around: Surroundings
  /** What comes first, as far as it is known. */
  readonly found: ReadonlyMap<string, Found>
}
/** `rule`: by which of its module's rules it comes first. */
type Found = DocumentRef & { readonly rule: number; readonly refers: readonly DocumentRef[] }

/** `today` and `zone`: of the organisation. */
export async function whatComesFirst(
  store: Pick<Store, 'snapshot'>,
  viewer: Viewer,
  day: Omit<Surroundings, 'me'>,
): Promise<Part[]> {
  const found = new Map<string, Found>()
  const seeker = { store, viewer, around: { ...day, me: viewer.subject.id }, found }
  for (const module of modulesInOrder) {
    for (const one of await foundOf(seeker, module)) found.set(keyOf(one), one)
  }
  return partsOf([...found.values()])
}

/** What others refer to goes before them. */
const modulesInOrder = collections.flatMap((name) =>
  allModules.filter(({ collection, first }) => collection === name && first.length > 0),
)

async function foundOf(seeker: Seeker, module: AnyModule): Promise<Found[]> {
  if (!module.first.some((rule) => canHold(seeker, rule))) return []
  const counts = module.first.map(() => 0)
  const found: Found[] = []
  for await (const stored of lookedAt(seeker, module)) {
    const one = findOne(seeker, module, stored)
    const count = one === null ? RULE_LIMIT : (counts[one.rule] ?? RULE_LIMIT)
    if (one === null || count >= RULE_LIMIT) continue
    counts[one.rule] = count + 1
    found.push(one)
    if (counts.every((each) => each >= RULE_LIMIT)) break
  }
  return found
}

/** Null where it does not come first. Told by the view, so that nothing follows from what is hidden. */
function findOne(seeker: Seeker, module: AnyModule, stored: StoredDocument): Found | null {
  const { doc } = stored.body
  // A view says no more than the document: what does not hold of this need not be projected.
  if (doc.removedAt !== null || ruleOf(seeker, module, doc) === -1) return null
  const view = viewOf(seeker.viewer, stored)
  if (view === null || '_deleted' in view) return null
  const shown = view as AnyDocument
  const rule = ruleOf(seeker, module, shown)
  if (rule === -1) return null
  return { collection: stored.collection, id: stored.id, rule, refers: module.refers(shown) }
}

function ruleOf({ viewer, around, found }: Seeker, module: AnyModule, view: AnyDocument): number {
  const holds = (rule: FirstRule): boolean => {
    if ('of' in rule)
      return module.refers(view).some((ref) => ref.collection === rule.of && found.has(keyOf(ref)))
    const isAmong = rule.own !== true || view.scopes.includes(ownScope(viewer))
    return isAmong && evaluate(rule.when, view, around) === true
  }
  return module.first.findIndex(holds)
}

function canHold({ found }: Seeker, rule: FirstRule): boolean {
  return 'when' in rule || [...found.values()].some(({ collection }) => collection === rule.of)
}

function ownScope({ subject }: Viewer): Scope {
  return `person:${subject.id}`
}

/** The documents of a module within reach: those of the person, and, where a rule looks at others, too, those that changed last. */
async function* lookedAt({ store, viewer }: Seeker, module: AnyModule): AsyncGenerator<StoredDocument> {
  const reach = reachOf(viewer.subject, module.collection, viewer.at).filter(({ kinds }) =>
    kinds.includes(module.kind),
  )
  const own = reach.map((part) => ({ ...part, scopes: [ownScope(viewer)] }))
  const isOwn = module.first.every((rule) => 'own' in rule)
  const seen = new Set<Id>()
  for (const places of isOwn ? [own] : [own, reach]) {
    for await (const documents of latest(store, module, places, seen)) yield* documents
  }
}

/** Answers those that were not seen yet, page by page, until enough of the module were. */
async function* latest(
  store: Pick<Store, 'snapshot'>,
  { collection }: AnyModule,
  reach: Reach,
  seen: Set<Id>,
): AsyncGenerator<readonly StoredDocument[]> {
  let before: number | null = null
  while (seen.size < LOOKED_AT) {
    const from: number | null = before
    const { rows, documents }: Page = await store.snapshot((read) =>
      readPage(read, collection, reach, from, seen),
    )
    for (const { id } of rows) seen.add(id)
    yield documents
    if (rows.length < AT_A_TIME) return
    before = rows.at(-1)?.seq ?? null
    await setImmediate()
  }
}

type Page = { readonly rows: readonly ChangedRow[]; readonly documents: readonly StoredDocument[] }

async function readPage(
  read: Reader,
  collection: CollectionName,
  reach: Reach,
  before: number | null,
  seen: ReadonlySet<Id>,
): Promise<Page> {
  const rows = await read.latest(collection, reach, { before, limit: AT_A_TIME })
  const ids = rows.map(({ id }) => id).filter((id) => !seen.has(id))
  return { rows, documents: await read.documents(collection, ids) }
}

/** What the first rules name comes before what the second do, and what others refer to before them. */
function partsOf(found: readonly Found[]): Part[] {
  const named = new Set<string>()
  const parts: Part[] = []
  const byRule = Map.groupBy(
    found.toSorted((a, b) => a.rule - b.rule),
    ({ rule }) => rule,
  )
  for (const ofRule of byRule.values()) {
    const refs = ofRule.flatMap((one) => [...one.refers, one]).filter((ref) => isNews(named, ref))
    const byCollection = Map.groupBy(refs, ({ collection }) => collection)
    for (const collection of collections) {
      const ids = (byCollection.get(collection) ?? []).map(({ id }) => id)
      for (let at = 0; at < ids.length; at += PULL_LIMIT) {
        parts.push({ collection, ids: ids.slice(at, at + PULL_LIMIT) })
      }
    }
  }
  return parts
}

function isNews(named: Set<string>, ref: DocumentRef): boolean {
  if (named.size >= FIRST_LIMIT || named.has(keyOf(ref))) return false
  named.add(keyOf(ref))
  return true
}
