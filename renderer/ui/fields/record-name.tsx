import type { Id } from '#app/kernel/index.ts'
import type { ModuleName } from '#app/modules/index.ts'
import { titleOf } from '../data/titles.ts'
import { useRecord } from '../data/use-records.ts'

/** The name of another record that has no page of its own: a colleague, a site. */
export function RecordName({ module, id }: { readonly module: ModuleName; readonly id: Id }) {
  const observed = useRecord(module, id)
  if (observed.state === 'waiting') return '…'
  return observed.value === null ? 'not on this device' : titleOf(module, observed.value)
}
