import { Link } from '@tanstack/react-router'
import type { Id } from '#app/kernel/index.ts'
import type { ModuleName } from '#app/modules/index.ts'
import { titleOf } from '../data/titles.ts'
import { useRecord } from '../data/use-records.ts'
import classes from './fields.module.css'

type RecordLinkProps = {
  readonly module: ModuleName
  readonly id: Id
  /** What it is called here while the record itself is not on this device. */
  readonly name?: string | undefined
}

/** The name of another record, as a way to it. */
export function RecordLink({ module, id, name }: RecordLinkProps) {
  const observed = useRecord(module, id)
  if (observed.state === 'waiting') return <span className={classes['soft']}>…</span>
  if (observed.value === null) return name ?? <span className={classes['soft']}>not on this device</span>
  return (
    <Link to="/$module/$id" params={{ module, id }} className={classes['link'] ?? ''}>
      {titleOf(module, observed.value)}
    </Link>
  )
}
