import { useMemo } from 'react'
import type { ReactNode } from 'react'
import type { Id } from '#app/kernel/index.ts'
import { Empty } from '../feedback/empty.tsx'
import { titleOf } from '../data/titles.ts'
import { useLookup } from '../data/use-lookup.ts'
import { anyModule, usePermission } from '../data/use-permission.ts'
import { useNotedView } from '../data/use-noted-reads.ts'
import { useRecord } from '../data/use-records.ts'
import { FileOwnerProvider } from '../files/file-owner.ts'
import { Timeline } from '../timeline/timeline.tsx'
import { ConflictPanel } from './conflict-panel.tsx'
import { FieldList } from './field-list.tsx'
import { moduleIcons } from './module-icons.ts'
import type { Presentation, RecordView } from './presentation.ts'
import { RecordHeader } from './record-header.tsx'
import { RemovedBanner } from './removed-banner.tsx'
import classes from './record.module.css'

type RecordScreenProps = {
  readonly presentation: Presentation
  readonly id: Id
  /** Buttons of the module: check in, move a stage. */
  readonly actions?: (view: RecordView) => ReactNode
  /** What must be known first, above its fields. */
  readonly notices?: (view: RecordView) => ReactNode
  /** Lists of what belongs to the record, below its fields. */
  readonly related?: (view: RecordView) => ReactNode
  /** Above the timeline: log a call, add a task. */
  readonly aside?: (view: RecordView) => ReactNode
}

/** One record: what it is on the left, what happened around it on the right. */
export function RecordScreen({ presentation, id, ...parts }: RecordScreenProps) {
  const observed = useRecord(presentation.module, id)
  if (observed.state === 'waiting') return null
  if (observed.value === null) return <NotHere presentation={presentation} />
  const view = observed.value as RecordView
  return <OpenRecord presentation={presentation} view={view} {...parts} />
}

type OpenRecordProps = Omit<RecordScreenProps, 'id'> & { readonly view: RecordView }

function OpenRecord({ presentation, view, actions, notices, related, aside }: OpenRecordProps) {
  const permission = usePermission(presentation.module, view.scopes)
  const lookup = useLookup()
  const owner = useMemo(() => ({ module: presentation.module, id: view.id }), [presentation.module, view.id])
  useNotedView(presentation.module, view)
  return (
    <FileOwnerProvider value={owner}>
      <article className={classes['screen']} data-record={view.id}>
        <RecordHeader presentation={presentation} view={view} permission={permission} lookup={lookup}>
          {view.removedAt === null && actions?.(view)}
        </RecordHeader>
        <div className={classes['columns']}>
          <div className={classes['column']}>
            <div className={classes['banners']}>
              {notices?.(view)}
              <RemovedBanner module={presentation.module} view={view} restores={permission.write.size > 0} />
              <ConflictPanel
                presentation={presentation}
                view={view}
                lookup={lookup}
                writable={permission.write}
              />
            </div>
            {presentation.sections.map((section) => (
              <FieldList
                key={section.title}
                title={section.title}
                names={section.fields.filter((name) => !saidAbove(presentation, view, name))}
                presentation={presentation}
                view={view}
                permission={permission}
                lookup={lookup}
              />
            ))}
            {related?.(view)}
          </div>
          <div className={classes['column']}>
            {view.removedAt === null && aside?.(view)}
            <Timeline module={presentation.module} id={view.id} />
          </div>
        </div>
      </article>
    </FileOwnerProvider>
  )
}

/** What the header says already is not said again. */
function saidAbove({ module, state, facts }: Presentation, view: RecordView, name: string): boolean {
  return facts.includes(name) || name === state || view[name] === titleOf(module, view)
}

function NotHere({ presentation }: { readonly presentation: Presentation }) {
  const { label } = anyModule(presentation.module)
  return (
    <Empty
      icon={moduleIcons[presentation.module]}
      title={`This ${label.one.toLowerCase()} is not on this device`}
    >
      It may still be loading, or lie outside of your access now.
    </Empty>
  )
}
