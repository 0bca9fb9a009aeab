import type { Permission } from '#app/access/index.ts'
import { anyModule } from '../data/use-permission.ts'
import { isBlank } from '../fields/field-view.ts'
import type { Lookup } from '../fields/field-view.ts'
import { FieldText } from './field-text.tsx'
import type { Presentation, RecordView } from './presentation.ts'
import { SourceBadge } from './source-badge.tsx'
import classes from './record.module.css'

type FieldListProps = {
  readonly title: string
  readonly names: readonly string[]
  readonly presentation: Presentation
  readonly view: RecordView
  readonly permission: Permission
  readonly lookup: Lookup
}

/** The fields of a section that say something. What the reader may not see is not there, nor is a place for it. */
export function FieldList({ title, names, presentation, view, permission, lookup }: FieldListProps) {
  const module = anyModule(presentation.module)
  const shown = names.filter((name) => permission.read.has(name) && !isBlank(view[name]))
  if (shown.length === 0) return null
  return (
    <section className={classes['section']} aria-label={title}>
      <h2 className={classes['sectionTitle']}>{title}</h2>
      <dl className={classes['fields']}>
        {shown.map((name) => {
          const source = view.sources[name]
          return (
            <div key={name} className={classes['field']} data-wide={presentation.fields[name]?.wide}>
              <dt>
                {module.fields[name]?.label}
                {source !== undefined && <SourceBadge stamp={source} />}
              </dt>
              <dd>
                <FieldText
                  view={presentation.fields[name]}
                  value={view[name]}
                  lookup={lookup}
                  record={view}
                />
              </dd>
            </div>
          )
        })}
      </dl>
    </section>
  )
}
