import type { Clock, Id } from '#app/kernel/index.ts'
import { AppError, instant, newId } from '#app/kernel/index.ts'
import { eraseMessages } from '../../hl7/index.ts'
import { recordsOfPatient } from '../../replication/records-of-patient.ts'
import type { AccessStore, AuditAgent, Store } from '../../store/contract.ts'
import type { Filed } from '../drawer.ts'
import { erasures, holds } from './erasure-papers.ts'
import type { Erasure, Hold } from './erasure-papers.ts'
import type { ErasureLedger } from './ledger.ts'

// It takes two to erase, and none may while a hold lies on the patient. First the ledger, then the data: what a kill leaves
// undone is done at the next start.

export type ErasureDesk = {
  /** Throws `sync.not-visible` for a patient who is not there, `privacy.held`. */
  propose(by: AuditAgent, patientId: Id, ground: Erasure['ground'], words: string): Promise<Filed<Erasure>>
  /** Throws `access.forbidden` to who proposed it, `privacy.held`, `request.invalid` for what is decided already. */
  decide(by: AuditAgent, id: Id, approved: boolean): Promise<Filed<Erasure>>
  hold(by: AuditAgent, patientId: Id, words: string): Promise<Filed<Hold>>
  release(by: AuditAgent, id: Id, words: string): Promise<Filed<Hold>>
}

type Parts = { readonly store: Store; readonly clock: Clock; readonly ledger: ErasureLedger }

export function createErasureDesk({ store, clock, ledger }: Parts): ErasureDesk {
  /** A paper and its entry of the audit in one commit. */
  async function filed<Paper extends { readonly id: Id; readonly about: Id }>(
    by: AuditAgent,
    action: string,
    make: (access: AccessStore, at: string) => Promise<Paper>,
  ): Promise<Paper> {
    const at = instant(clock)
    const { result } = await store.transaction(async (tx) => {
      const paper = await make(tx.access, at)
      tx.stage({ type: 'audit', at, ...by, action, ids: [paper.about, paper.id] })
      return paper
    })
    return result
  }

  async function erase({ id, about }: Filed<Erasure>, by: AuditAgent): Promise<number> {
    const at = instant(clock)
    const records = await store.snapshot((read) => recordsOfPatient(read, about))
    const refs = records.map(({ collection, id: record }) => ({ collection, id: record }))
    await ledger.write(at, refs)
    // While the numbers are there by which messages are found.
    const messages = await eraseMessages({ store, clock }, [about])
    const ids = [id, ...refs.map((ref) => ref.id)]
    const entry = { at, ...by, action: 'erase', ids, facts: { messages } }
    return store.erasures.erase({ refs, entry })
  }

  return {
    async propose(by, patientId, ground, words) {
      const found = await store.snapshot((read) => read.documents('patients', [patientId]))
      if (found.length === 0) throw new AppError('sync.not-visible')
      return filed(by, 'propose-erasure', async (access, at) => {
        await refuseHeld(access, patientId)
        const content = { ground, proposed: { by: by.actor, at, words }, decided: null, erased: 0 }
        const paper = { id: newId(), about: patientId, at, content }
        await erasures.file(access, paper)
        return paper
      })
    },
    async decide(by, id, approved) {
      const decided = await filed(
        by,
        approved ? 'approve-erasure' : 'decline-erasure',
        async (access, at) => {
          const paper = await openErasure(access, id)
          if (approved && paper.content.proposed.by === by.actor) throw new AppError('access.forbidden')
          if (approved) await refuseHeld(access, paper.about)
          const next = { ...paper, content: { ...paper.content, decided: { by: by.actor, at, approved } } }
          await erasures.file(access, next)
          return next
        },
      )
      if (!approved) return decided
      const done = { ...decided, content: { ...decided.content, erased: await erase(decided, by) } }
      await erasures.file(store.access, done)
      return done
    },
    hold: (by, patientId, words) =>
      filed(by, 'place-hold', async (access, at) => {
        const content = { placed: { by: by.actor, at, words }, released: null }
        const paper = { id: newId(), about: patientId, at, content }
        await holds.file(access, paper)
        return paper
      }),
    release: (by, id, words) =>
      filed(by, 'release-hold', async (access, at) => {
        const paper = await holds.one(access, id)
        if (paper === null || paper.content.released !== null)
          throw new AppError('request.invalid', { place: 'id' })
        const next = { ...paper, content: { ...paper.content, released: { by: by.actor, at, words } } }
        await holds.file(access, next)
        return next
      }),
  }
}

async function openErasure(access: AccessStore, id: Id): Promise<Filed<Erasure>> {
  const paper = await erasures.one(access, id)
  if (paper === null || paper.content.decided !== null) throw new AppError('request.invalid', { place: 'id' })
  return paper
}

async function refuseHeld(access: AccessStore, patientId: Id): Promise<void> {
  const held = await holds.all(access, [patientId])
  if (held.some(({ content }) => content.released === null)) throw new AppError('privacy.held')
}
