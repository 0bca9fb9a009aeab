import { Alert, Badge, Button, Group, Text } from '@mantine/core'
import { IconArrowsSplit2 } from '@tabler/icons-react'
import { useState } from 'react'
import type { Conflict, Stamp } from '#app/kernel/index.ts'
import { useReplica } from '../data/replica-context.tsx'
import { useLookup } from '../data/use-lookup.ts'
import { anyModule } from '../data/use-permission.ts'
import { notifyDone, notifyFault } from '../feedback/notify.tsx'
import type { Lookup } from '../fields/field-view.ts'
import { isBlank } from '../fields/field-view.ts'
import { relativeText } from '../format/when.ts'
import { FieldText } from './field-text.tsx'
import type { Presentation, RecordView } from './presentation.ts'
import { writerOf } from './stamp-words.ts'
import classes from './record.module.css'

type ConflictPanelProps = {
  readonly presentation: Presentation
  readonly view: RecordView
  readonly lookup: Lookup
  readonly writable: ReadonlySet<string>
}

/** Values that lost against others, to be looked at: nothing that somebody wrote goes away unseen. */
export function ConflictPanel({ presentation, view, lookup, writable }: ConflictPanelProps) {
  const open = view.conflicts.filter((conflict) => conflict.state === 'open')
  if (open.length === 0) return null
  return (
    <Alert
      color="yellow"
      variant="light"
      icon={<IconArrowsSplit2 aria-hidden />}
      title={open.length === 1 ? 'Two people changed one field' : `${open.length} fields were changed twice`}
      role="region"
      aria-label="Values that lost"
    >
      {open.map((conflict) => (
        <ConflictEntry
          key={conflict.id}
          conflict={conflict}
          presentation={presentation}
          view={view}
          lookup={lookup}
          settles={writable.has(conflict.field) || conflict.field === 'removedAt'}
        />
      ))}
    </Alert>
  )
}

type ConflictEntryProps = Omit<ConflictPanelProps, 'writable'> & {
  readonly conflict: Conflict
  readonly settles: boolean
}

function ConflictEntry({ conflict, presentation, view, lookup, settles }: ConflictEntryProps) {
  const replica = useReplica()
  const [busy, setBusy] = useState(false)
  const label = labelOfField(presentation, conflict.field)

  async function settle(choice: 'kept' | 'undone'): Promise<void> {
    setBusy(true)
    try {
      const seen = { [conflict.field]: view[conflict.field] }
      await replica.settleConflict(presentation.module, view.id, conflict.id, choice, seen)
      notifyDone(choice === 'kept' ? `${label}: kept as it is` : `${label}: brought back`)
    } catch (thrown) {
      notifyFault(thrown)
    } finally {
      setBusy(false)
    }
  }

  return (
    <div className={classes['conflict']} data-conflict={conflict.field}>
      <Group gap="xs">
        <Text size="sm" fw={600}>
          {label}
        </Text>
        {conflict.waits && (
          <Badge size="sm" color="orange" variant="light" tt="none">
            waits for a decision
          </Badge>
        )}
      </Group>
      <div className={classes['sides']}>
        <Side title="Now" stamp={conflict.won}>
          <Value presentation={presentation} name={conflict.field} value={conflict.winning} lookup={lookup} />
        </Side>
        <Side title="Lost" stamp={conflict.lost}>
          <Value presentation={presentation} name={conflict.field} value={conflict.losing} lookup={lookup} />
        </Side>
      </div>
      {settles && (
        <Group gap="xs">
          <Button size="compact-sm" variant="default" loading={busy} onClick={() => void settle('kept')}>
            Keep this
          </Button>
          <Button size="compact-sm" variant="light" loading={busy} onClick={() => void settle('undone')}>
            Bring back
          </Button>
        </Group>
      )}
    </div>
  )
}

type SideProps = { readonly title: string; readonly stamp: Stamp; readonly children: React.ReactNode }

function Side({ title, stamp, children }: SideProps) {
  const lookup = useLookup()
  const who = writerOf(stamp, (id) => lookup('people', id))
  return (
    <div>
      <Text size="xs" c="dimmed">
        {title}: {who}, {relativeText(stamp.at, Date.now())}
      </Text>
      <div className={classes['sideValue']}>{children}</div>
    </div>
  )
}

type ValueProps = {
  readonly presentation: Presentation
  readonly name: string
  readonly value: unknown
  readonly lookup: Lookup
}

function Value({ presentation, name, value, lookup }: ValueProps) {
  if (name === 'removedAt') return value === null || value === undefined ? 'Not removed' : 'Removed'
  if (isBlank(value)) return <Text c="dimmed">nothing</Text>
  return <FieldText view={presentation.fields[name]} value={value} lookup={lookup} />
}

function labelOfField({ module }: Presentation, field: string): string {
  if (field === 'removedAt') return 'Removal'
  return anyModule(module).fields[field]?.label ?? 'Custom field'
}
