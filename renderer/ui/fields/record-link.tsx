import { Link } from '@tanstack/react-router'
import type { Id } from '#app/kernel/index.ts'
import type { ModuleName } from '#app/modules/index.ts'
import { titleOf } from '../data/use-lookup.ts'
import { useRecord } from '../data/use-records.ts'
import classes from './fields.module.css'

/** The name of another record, as a way to it. */
export function RecordLink({ module, id }: { readonly module: ModuleName; readonly id: Id }) {
  const observed = useRecord(module, id)
  if (observed.state === 'waiting') return <span className={classes['soft']}>…</span>
  if (observed.value === null) return <span className={classes['soft']}>not on this device</span>
  return (
    <Link to="/$module/$id" params={{ module, id }} className={classes['link'] ?? ''}>
      {titleOf(module, observed.value)}
    </Link>
  )
}
