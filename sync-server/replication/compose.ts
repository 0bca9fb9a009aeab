import type { z } from 'zod'
import type {
  AnyDocument,
  AnyModule,
  Conflict,
  Id,
  Json,
  Scope,
  Sensitivity,
  Stamp,
} from '#app/kernel/index.ts'
import { checkDocument, derivedId, isSensitivityScope, sensitivityScope } from '#app/kernel/index.ts'
import type { LostValue } from '#app/merge/index.ts'
import { scopesOf } from '#app/modules/shared/scopes.ts'
import type { StoredBody } from '../store/contract.ts'
import { teamsOver } from './care-teams.ts'
import type { TeamsOf } from './care-teams.ts'

// What every writer does alike once it is decided which values hold: stamps, provenance, scopes, validation, ledger.
// Pure.

/** Members of the envelope that a writer may change beside the module's fields. */
export const openEnvelope: readonly string[] = ['removedAt', 'ext']

export type Composition = {
  readonly module: AnyModule
  readonly id: Id
  readonly orgId: Id
  /** Null for a new document. */
  readonly before: StoredBody | null
  /** The values that are another now, by field. */
  readonly changes: Readonly<Record<string, unknown>>
  /** Fields that carry the writer's stamp from now on; those of `changes` unless given. */
  readonly stamped?: readonly string[]
  readonly stamp: Stamp
  /** By field, whom the new value waits for. */
  readonly awaits?: Readonly<Record<string, string>>
  /** States whose values have passed the module's schema already: what is stored of them need not pass it again. */
  readonly checked?: readonly Readonly<Record<string, unknown>>[]
  readonly feeds?: StoredBody['feeds']
  /** Where a record that hangs on a patient lies beside its own places. */
  readonly teamsOf: TeamsOf
  /** What the writer says that the record tells of; it is added to what is known. */
  readonly sensitivities?: readonly Sensitivity[] | undefined
}

export type Composed =
  | { readonly ok: true; readonly body: StoredBody }
  | { readonly ok: false; readonly field: string }

/** The new state of a document, valid as a whole; or the field that is not. */
export function compose(input: Composition): Composed {
  const { module, before, changes, stamp, awaits = {} } = input
  const stamps = { ...before?.stamps }
  for (const name of input.stamped ?? Object.keys(changes)) stamps[name] = awaiting(stamp, awaits[name])
  const sources = Object.fromEntries(Object.entries(stamps).filter(([, made]) => concernsOthers(made)))
  const draft = { ...(before?.doc ?? newEnvelope(input)), ...changes, updated: stamp, sources }
  const checked = checkDocument(module, draft, knownStates(input, sources))
  if (!checked.ok) return checked
  const { document } = checked
  const broken = module.invariants.find((invariant) => !invariant.holds(document))
  if (broken !== undefined) return { ok: false, field: broken.field }
  const doc: AnyDocument = { ...document, scopes: scopesAfter(input, document) }
  return {
    ok: true,
    body: { ...before, doc, stamps, feeds: input.feeds ?? before?.feeds ?? {}, ...marksAfter(input) },
  }
}

/** The stamps of `sources` are the writer's, which is checked as `updated`, and those of a state that was checked. */
function knownStates({ checked = [], before, awaits }: Composition, sources: object) {
  const areKnown = awaits === undefined && (before === null || checked.includes(before.doc))
  return areKnown ? [...checked, { sources }] : checked
}

function awaiting(stamp: Stamp, whom: string | undefined): Stamp {
  return whom === undefined ? stamp : { ...stamp, awaits: whom }
}

/** What a reader is told of a value's origin: that another system said it, or is asked to. */
function concernsOthers({ origin, awaits }: Stamp): boolean {
  return origin === 'feed' || origin === 'client' || awaits !== undefined
}

/** The places follow the document and its patient; a sensitivity that was once said stays. */
function scopesAfter(
  { module, before, teamsOf, sensitivities = [] }: Composition,
  document: AnyDocument,
): Scope[] {
  const kept = before?.doc.scopes.filter(isSensitivityScope) ?? []
  const places = scopesOf(module.scope(document), teamsOver(document, teamsOf))
  return [...places, ...new Set([...kept, ...sensitivities.map(sensitivityScope)])]
}

/** Whoever is the first to say that it is sensitive is remembered. */
function marksAfter({ before, stamp, sensitivities = [] }: Composition): Pick<StoredBody, 'marks'> {
  const news = sensitivities.filter((one) => before?.doc.scopes.includes(sensitivityScope(one)) !== true)
  if (news.length === 0) return {}
  return { marks: { ...before?.marks, ...Object.fromEntries(news.map((one) => [one, stamp])) } }
}

/** The field that a schema complains of first; a member that it does not know counts as one. */
export function faultyField({ issues: [issue] }: z.ZodError): string {
  const unknown = issue?.code === 'unrecognized_keys' ? issue.keys[0] : undefined
  return String(issue?.path[0] ?? unknown ?? 'kind').slice(0, 64)
}

function newEnvelope({ module, id, orgId, stamp }: Composition): Record<string, unknown> {
  const empty = { rev: '', edit: '', scopes: [], removedAt: null, ext: {}, sources: {}, conflicts: [] }
  return { id, kind: module.kind, orgId, created: stamp, updated: stamp, ...empty }
}

/**
 * Ledger entries for what a write lost or overrode. Their ids come from document, edit and field, so that the same
 * edit never makes two. `base`: the version that both sides started from, where that is known.
 */
export function ledgerEntries(
  id: Id,
  edit: string,
  lost: readonly LostValue[],
  mine: Stamp,
  before: StoredBody,
  base: string | null = null,
): Conflict[] {
  return lost.map((value, index) => {
    const current = before.stamps[value.field] ?? before.doc.updated
    return {
      id: derivedId('conflict', id, edit, value.field, index),
      field: value.field,
      ...(value.losing === undefined ? {} : { losing: value.losing as Json }),
      ...(value.winning === undefined ? {} : { winning: value.winning as Json }),
      lost: value.loser === 'mine' ? mine : current,
      won: value.loser === 'mine' ? current : mine,
      ...(base === null ? {} : { base }),
      state: 'open',
      waits: value.waits,
    }
  })
}

/** The named members of a record that are there. */
export function pick(
  record: Readonly<Record<string, unknown>>,
  names: Iterable<string>,
): Record<string, unknown> {
  const picked: Record<string, unknown> = {}
  for (const name of names) if (record[name] !== undefined) picked[name] = record[name]
  return picked
}
