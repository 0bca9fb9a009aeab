import { Text } from '@mantine/core'
import type { ReactNode } from 'react'
import type { Id } from '#app/kernel/index.ts'
import type { ModuleName } from '#app/modules/index.ts'
import type { EvictedRecord, UnsettledRecord } from '#renderer/replica/contract.ts'
import { anyModule } from '#renderer/ui/data/use-permission.ts'
import { RecordLink } from '#renderer/ui/fields/record-link.tsx'
import { RecordName } from '#renderer/ui/fields/record-name.tsx'
import { countText } from '#renderer/ui/format/count.ts'
import { instantText, relativeText } from '#renderer/ui/format/when.ts'
import { modulesWithPages } from '#renderer/ui/record/pages.ts'
import classes from './record-lists.module.css'

export function pendingRow({ module, id, at }: UnsettledRecord): ReactNode {
  return <RecordRow module={module} at={at} name={named(module, id)} note="Stored on this computer" />
}

export function conflictedRow({ module, id, at, conflicts }: UnsettledRecord): ReactNode {
  const note = countText(conflicts, 'value to decide', 'values to decide')
  return <RecordRow module={module} at={at} name={named(module, id)} note={note} />
}

/** Of what is not here any more only the end of its id is known, by which an administrator finds it. */
export function evictedRow({ module, id, at, confirmedAt }: EvictedRecord): ReactNode {
  const note = confirmedAt === null ? 'Not confirmed yet' : 'Gone from this disk; the server has the receipt'
  return <RecordRow module={module} at={at} name={`… ${id.slice(-8)}`} note={note} />
}

type RecordRowProps = {
  readonly module: ModuleName
  readonly name: ReactNode
  readonly note: string
  readonly at: string
}

/** One record of a list: what it is, its name, what is to be said of it, and since when. */
function RecordRow({ module, name, note, at }: RecordRowProps) {
  return (
    <div className={classes['row']} data-record-row={module}>
      <Text size="sm" c="dimmed" truncate>
        {anyModule(module).label.one}
      </Text>
      <Text size="sm" fw={500} component="div" truncate>
        {name}
      </Text>
      <Text size="sm" c="dimmed" truncate>
        {note}
      </Text>
      <Text size="sm" c="dimmed" ta="end" component="time" dateTime={at} title={instantText(at)}>
        {relativeText(at, Date.now())}
      </Text>
    </div>
  )
}

/** The name of a record, and the way to it where it has a page. */
function named(module: ModuleName, id: Id): ReactNode {
  return modulesWithPages.has(module) ? (
    <RecordLink module={module} id={id} />
  ) : (
    <RecordName module={module} id={id} />
  )
}
