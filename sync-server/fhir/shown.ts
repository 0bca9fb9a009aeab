import { disputesOf } from '../privacy/rights/disputes.ts'
import type { PaperStore } from '../store/contract.ts'
import { withDisputes } from './convert/index.ts'
import type { Resource } from './convert/index.ts'
import type { Seen } from './seen.ts'

/** The resources as they leave: with what their patients say against them. Outside of a snapshot, which holds no papers. */
export async function shownOf(
  access: Pick<PaperStore, 'papers'>,
  seen: readonly Seen[],
): Promise<readonly Resource[]> {
  const patients = seen.flatMap(({ patientId }) => (patientId === null ? [] : [patientId]))
  const disputes = await disputesOf(access, patients)
  return seen.map(({ id, resource }) => withDisputes(resource, disputes.get(id) ?? []))
}

export async function shownOne(access: Pick<PaperStore, 'papers'>, seen: Seen): Promise<Resource> {
  const [shown = seen.resource] = await shownOf(access, [seen])
  return shown
}
