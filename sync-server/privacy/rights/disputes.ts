import type { Id } from '#app/kernel/index.ts'
import { labelOf } from '#app/modules/shared/labels.ts'
import type { PaperStore } from '../../store/contract.ts'
import type { Filed } from '../drawer.ts'
import { amendments } from './amendments.ts'
import type { Amendment } from './amendments.ts'

// What goes along with a record that its patient disputes in vain, wherever the record goes (45 CFR 164.526(d)(4), (5)).

export type Dispute = {
  readonly receivedOn: string
  readonly request: string
  readonly denial: string
  readonly disagreement: string
  readonly rebuttal: string | null
}

/** By the record in dispute; the patient's own, where it is about the whole. Without a statement there is no dispute. Pure. */
export function disputesIn(filed: readonly Filed<Amendment>[]): ReadonlyMap<Id, readonly Dispute[]> {
  const disputes = new Map<Id, readonly Dispute[]>()
  for (const { about, content } of filed) {
    const { recordId, receivedOn, request, decision, disagreement, rebuttal } = content
    if (decision === null || disagreement === null) continue
    const dispute = {
      receivedOn,
      request,
      denial: decisionWords(decision),
      disagreement: disagreement.words,
      rebuttal: rebuttal?.words ?? null,
    }
    const id = recordId ?? about
    disputes.set(id, [...(disputes.get(id) ?? []), dispute])
  }
  return disputes
}

/** What is disputed of these patients' records. */
export async function disputesOf(
  access: Pick<PaperStore, 'papers'>,
  patientIds: Iterable<Id>,
): Promise<ReadonlyMap<Id, readonly Dispute[]>> {
  return disputesIn(await amendments.all(access, [...new Set(patientIds)]))
}

export function decisionWords({ accepted, ground, words }: NonNullable<Amendment['decision']>): string {
  return `${accepted ? 'Accepted' : `Denied (${labelOf(ground)})`}: ${words}`
}
