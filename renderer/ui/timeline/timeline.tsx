import { Button, Chip, Group } from '@mantine/core'
import { useState } from 'react'
import type { ModuleName } from '#app/modules/index.ts'
import { useLookup } from '../data/use-lookup.ts'
import { anyModule } from '../data/use-permission.ts'
import { Empty } from '../feedback/empty.tsx'
import { TimelineRow } from './timeline-row.tsx'
import { useTimeline } from './use-timeline.ts'
import type { TimelineOf } from './use-timeline.ts'
import classes from './timeline.module.css'

const step = 30

/** What happened around a record: visits, calls, results, appointments, cases, tasks. */
export function Timeline(of: TimelineOf) {
  const timeline = useTimeline(of)
  const lookup = useLookup()
  const [only, setOnly] = useState<ModuleName | null>(null)
  const [count, setCount] = useState(step)
  if (timeline === null) return null
  const { items, isWhole } = timeline
  const kinds = [...new Set(items.map((item) => item.module))]
  const chosen = only === null ? items : items.filter((item) => item.module === only)
  return (
    <section className={classes['timeline']} aria-label="Timeline">
      <Group justify="space-between">
        <h2 className={classes['title']}>Timeline</h2>
        {kinds.length > 1 && (
          <Chip.Group value={only ?? 'all'} onChange={(value) => setOnly(value === 'all' ? null : value)}>
            <Group gap={4}>
              <Chip size="xs" value="all">
                All
              </Chip>
              {kinds.map((kind) => (
                <Chip key={kind} size="xs" value={kind}>
                  {anyModule(kind).label.many}
                </Chip>
              ))}
            </Group>
          </Chip.Group>
        )}
      </Group>
      {items.length === 0 && isWhole && (
        <Empty title="Nothing here yet">
          Visits, calls, notes, appointments and results about this record appear here.
        </Empty>
      )}
      <ol className={classes['list']}>
        {chosen.slice(0, count).map((item) => (
          <TimelineRow key={item.id} item={item} nameOf={(person) => lookup('people', person)} />
        ))}
      </ol>
      {chosen.length > count && (
        <Button variant="subtle" size="compact-sm" onClick={() => setCount(count + step)}>
          Show older ones
        </Button>
      )}
    </section>
  )
}
