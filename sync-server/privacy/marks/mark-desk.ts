import { mayDecideMarks } from '#app/access/index.ts'
import type { MarkDeed, Subject } from '#app/access/index.ts'
import type { Clock, Id, Sensitivity } from '#app/kernel/index.ts'
import { AppError, instant, newId, sensitivityScope } from '#app/kernel/index.ts'
import type { OfficerActor } from '../../replication/actor.ts'
import { patientOf } from '../../replication/records-of-patient.ts'
import type { WriteDoor } from '../../replication/write-door.ts'
import type {
  AuditAgent,
  DocumentRef,
  Store,
  StoredDocument,
  WriteTransaction,
} from '../../store/contract.ts'
import type { Filed } from '../drawer.ts'
import { markings, releases } from './mark-papers.ts'
import type { Marking, Release } from './mark-papers.ts'

// What people decide to be sensitive. To mark takes one person and counts at once. To release opens, so one proposes and
// another approves, and only what both have seen: a record that changed in between is looked at again first.

/** Who decides, with the grants of this moment. */
export type Officer = { readonly by: AuditAgent; readonly subject: Subject }

export type Decided = {
  readonly patientId: Id
  readonly sensitivity: Sensitivity
  readonly records: readonly DocumentRef[]
  readonly words: string
}

/**
 * Each throws `access.forbidden` for a record that the officer's grants do not cover, `request.invalid` where a record is not the
 * patient's, or where none of them would be marked otherwise.
 */
export type MarkDesk = {
  mark(officer: Officer, decided: Decided): Promise<Filed<Marking>>
  propose(officer: Officer, decided: Decided): Promise<Filed<Release>>
  /**
   * Throws `request.invalid` for what is decided already; to who approves, also `access.forbidden` where they proposed it
   * themselves, and `privacy.changed-meanwhile`.
   */
  decide(officer: Officer, id: Id, approved: boolean): Promise<Filed<Release>>
}

type Parts = { readonly store: Store; readonly clock: Clock; readonly door: WriteDoor }

export function createMarkDesk({ store, clock, door }: Parts): MarkDesk {
  const actorOf = ({ by, subject }: Officer): OfficerActor => {
    return { type: 'officer', userId: subject.id, by, subject, at: instant(clock) }
  }

  return {
    async mark(officer, { patientId, sensitivity, records, words }) {
      const actor = actorOf(officer)
      const { result } = await store.transaction(async (tx) => {
        const held = await tx.load(records)
        checkRecords(actor, 'mark', { patientId, records, held })
        const id = newId()
        const write = { change: 'mark', sensitivity, records, about: [patientId, id] } as const
        const marked = new Set(await door.mark(tx, actor, write))
        if (marked.size === 0) throw invalid('records')
        const content = {
          sensitivity,
          records: records.filter((record) => marked.has(record.id)).map(refOf),
          signed: { by: actor.userId, at: actor.at, words },
        }
        const paper = { id, about: patientId, at: actor.at, content }
        await markings.file(tx.access, paper)
        return paper
      })
      return result
    },
    async propose(officer, { patientId, sensitivity, records, words }) {
      const actor = actorOf(officer)
      const { result } = await store.transaction(async (tx) => {
        const found = await tx.look(records)
        checkRecords(actor, 'propose-release', { patientId, records, held: found })
        const marked = found.filter(({ scopes }) => scopes.includes(sensitivityScope(sensitivity)))
        if (marked.length === 0) throw invalid('records')
        const content = {
          sensitivity,
          records: marked.map((record) => ({ ...refOf(record), seq: record.seq })),
          proposed: { by: actor.userId, at: actor.at, words },
          decided: null,
        }
        const paper = { id: newId(), about: patientId, at: actor.at, content }
        await releases.file(tx.access, paper)
        stageDeed(tx, actor, 'propose-release', paper)
        return paper
      })
      return result
    },
    async decide(officer, id, approved) {
      const actor = actorOf(officer)
      const { result } = await store.transaction(async (tx) => {
        const { paper, held } = await heldRelease(tx, id)
        if (approved && paper.content.proposed.by === actor.userId) throw new AppError('access.forbidden')
        const decided = { by: actor.userId, at: actor.at, approved }
        const next = { ...paper, content: { ...paper.content, decided } }
        await releases.file(tx.access, next)
        if (approved) await release(tx, actor, { paper, held })
        else stageDeed(tx, actor, 'decline-release', paper)
        return next
      })
      return result
    },
  }

  async function release(
    tx: WriteTransaction,
    actor: OfficerActor,
    { paper, held }: { readonly paper: Filed<Release>; readonly held: readonly StoredDocument[] },
  ): Promise<void> {
    const { id, about, content } = paper
    if (isStale(content, held)) throw new AppError('privacy.changed-meanwhile')
    const { sensitivity, records } = content
    await door.mark(tx, actor, { change: 'release', sensitivity, records, about: [about, id] })
  }
}

/** Whether a record has changed since the release was proposed, or is gone. */
export function isStale({ records }: Pick<Release, 'records'>, stored: readonly StoredDocument[]): boolean {
  const numbers = new Map(stored.map(({ id, seq }) => [id, seq]))
  return records.some(({ id, seq }) => numbers.get(id) !== seq)
}

/** Its records are held before it is read again: of two who decide at once, one finds the other's decision. */
async function heldRelease(tx: WriteTransaction, id: Id) {
  const { content } = await openRelease(tx, id)
  const held = await tx.load(content.records.map(refOf))
  return { paper: await openRelease(tx, id), held }
}

async function openRelease({ access }: Pick<WriteTransaction, 'access'>, id: Id): Promise<Filed<Release>> {
  const paper = await releases.one(access, id)
  if (paper === null || paper.content.decided !== null) throw invalid('id')
  return paper
}

type Asked = Pick<Decided, 'patientId' | 'records'> & { readonly held: readonly StoredDocument[] }

function checkRecords(
  { subject, at }: OfficerActor,
  deed: MarkDeed,
  { patientId, records, held }: Asked,
): void {
  const own = held.filter((record) => patientOf(record) === patientId)
  if (own.length !== records.length) throw invalid('records')
  if (own.some(({ scopes }) => !mayDecideMarks(subject, deed, scopes, at)))
    throw new AppError('access.forbidden')
}

function stageDeed(
  tx: WriteTransaction,
  { by, at }: OfficerActor,
  action: string,
  { id, about, content }: Filed<Release>,
): void {
  const ids = [about, id, ...content.records.map((record) => record.id)]
  tx.stage({ type: 'audit', at, ...by, action, ids })
}

function refOf({ collection, id }: DocumentRef): DocumentRef {
  return { collection, id }
}

function invalid(place: string): AppError {
  return new AppError('request.invalid', { place })
}
