import { AppError, idSchema, newId } from '#app/kernel/index.ts'
import type { AnyDocument, Id } from '#app/kernel/index.ts'
import type { ClientOutcome } from '../../replication/push/apply-client.ts'
import type { StoredDocument } from '../../store/contract.ts'
import { acceptors } from '../accept/index.ts'
import { notValid } from '../accept/refusals.ts'
import type { Caller } from '../access/callers.ts'
import { one } from '../desk.ts'
import type { Desk } from '../desk.ts'
import { groundsOf } from '../disclosures.ts'
import { collectionOf } from '../resource-types.ts'
import type { WritableType } from '../resource-types.ts'
import { shownOne } from '../shown.ts'
import type { Parameters } from '../search/criteria.ts'
import { acceptingOf, blankView } from './accepting-of.ts'
import { insistOnNewIdentifiers, insistOnReferences, matchOf } from './write-conditions.ts'
import { written } from './writing.ts'
import type { Stored, WriteRequest, Writing } from './writing.ts'

// Create and update (hl7.org/fhir/R4/http.html), through the door that every author takes. An update names the version
// that it changes and holds the record meanwhile: it is decided on the very state that its author saw.

/** `condition`: the search of If-None-Exist. Throws by the codes of `fhir`, `access.forbidden`. */
export async function createResource(
  desk: Desk,
  caller: Caller,
  request: WriteRequest & { readonly condition: Parameters | null },
): Promise<Stored> {
  const [id, edit] = [newId(), newId()]
  return written(desk, caller, 'create', request, async (writing) => {
    const match = request.condition === null ? null : await matchOf(writing, request.condition)
    if (match !== null) return { ...match, isNew: false }
    const blank = blankView(writing, acceptors[writing.type].module, id)
    await enter(desk, writing, request.body, { view: blank, shown: {}, current: null, edit })
    return { id, seq: 0, isNew: true }
  })
}

/** `version`: the ETag of If-Match. Throws by the codes of `fhir`, `access.forbidden`. */
export async function updateResource(
  desk: Desk,
  caller: Caller,
  request: WriteRequest & { readonly id: string; readonly version: string | undefined },
): Promise<Stored> {
  const edit = newId()
  return written(desk, caller, 'update', request, async (writing) => {
    const { tx, looking, type } = writing
    if (!idSchema.safeParse(request.id).success) throw new AppError('fhir.not-found')
    const [current] = await tx.load([{ collection: collectionOf(type), id: request.id }])
    const seen = await one(looking, type, request.id)
    if (current === undefined) throw new AppError('fhir.not-found')
    if (request.version === undefined) throw new AppError('fhir.version-needed')
    if (!names(request.version, seen.versionId)) throw new AppError('fhir.version-conflict')
    insistOnId(type, request.body, seen.id)
    const shown = await shownOne(tx.access, seen)
    await enter(desk, writing, request.body, { view: seen.view, shown, current, edit })
    return { id: seen.id, seq: current.seq, isNew: false }
  })
}

type Entering = {
  readonly view: AnyDocument
  readonly shown: Readonly<Record<string, unknown>>
  readonly current: StoredDocument | null
  readonly edit: Id
}

async function enter(desk: Desk, writing: Writing, body: unknown, entering: Entering): Promise<void> {
  const { tx, caller, type } = writing
  const { current, edit } = entering
  const { module, accept } = acceptors[type]
  const view = { ...accept(body, await acceptingOf(writing, body, entering)), edit }
  await insistOnReferences(writing, body, entering.shown)
  await insistOnNewIdentifiers(writing, view, current)
  const { client, subject } = caller
  const actor = {
    type: 'client',
    address: caller.address,
    clientId: client.id,
    purpose: client.purpose,
    facts: groundsOf(caller),
    subject,
  } as const
  insistOnTaken(type, await desk.door.client(tx, actor, { module, view, edit }))
}

/** What the door refuses, in the words of FHIR. */
function insistOnTaken(type: WritableType, outcome: ClientOutcome): void {
  if (outcome.outcome !== 'refused') return
  const { code, field } = outcome
  if (code === 'sync.invalid') throw notValid(`${type}, ${field ?? 'a field'}`)
  if (code === 'sync.parent-refused' || code === 'sync.parent-removed')
    throw notValid(type, 'what it refers to is not there')
  if (code === 'internal' || code === 'sync.foreign-region') throw new AppError(code)
  throw new AppError('access.forbidden')
}

/** A list of ETags, or any. */
function names(condition: string, versionId: string): boolean {
  const tags = condition.split(',').map((tag) => tag.trim().replace(/^W\//, ''))
  return tags.includes(`"${versionId}"`)
}

function insistOnId(type: WritableType, body: unknown, id: Id): void {
  const stated = typeof body === 'object' && body !== null && 'id' in body ? body.id : undefined
  if (stated !== id) throw notValid(`${type}.id`, 'it is not the one of the address')
}
