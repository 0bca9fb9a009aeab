import { Button } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import { Link, useNavigate } from '@tanstack/react-router'
import { useId, useMemo } from 'react'
import type { ReactNode } from 'react'
import type { ErrorCode } from '#app/kernel/index.ts'
import type { ModuleName, ViewOfModule } from '#app/modules/index.ts'
import type { ListQuery } from '#renderer/replica/contract.ts'
import { titleOf } from '../data/titles.ts'
import { anyModule, useBroadestPermission } from '../data/use-permission.ts'
import { useList } from '../data/use-records.ts'
import { describeCode } from '../feedback/describe-fault.ts'
import classes from './related.module.css'

type RelatedListProps<Name extends ModuleName> = {
  readonly module: Name
  /** The part of the module that is read; without it all of it is. Must stay the same between renders, like `where`. */
  readonly by?: ListQuery<Name>['by']
  readonly where?: (view: ViewOfModule<Name>) => boolean
  readonly sort?: (a: ViewOfModule<Name>, b: ViewOfModule<Name>) => number
  readonly title?: string
  readonly limit?: number
  /** Ids that a new one starts with; without them there is no button to make one. */
  readonly given?: Readonly<Record<string, string | string[]>>
  /** Why none can be made now; null or left out: it can. */
  readonly refusal?: ErrorCode | null
  /** What stands at the end of a line. */
  readonly renderEnd?: (view: ViewOfModule<Name>) => ReactNode
}

/** The records of another module that belong to this one, a line each. */
export function RelatedList<Name extends ModuleName>(props: RelatedListProps<Name>) {
  const { module: name, by, where, sort, title, limit = 50, given, refusal = null, renderEnd } = props
  const navigate = useNavigate()
  const permission = useBroadestPermission(name)
  const module = anyModule(name)
  const observed = useList(
    useMemo(
      () => ({
        module: name,
        ...(by ? { by } : {}),
        ...(where ? { where } : {}),
        ...(sort ? { sort } : {}),
        limit,
      }),
      [name, by, where, sort, limit],
    ),
  )
  const views = observed.state === 'here' ? observed.value : []
  const creates = permission.create && given !== undefined
  const reasonId = useId()
  if (!permission.visible || (views.length === 0 && !creates)) return null
  return (
    <section className={classes['section']} aria-label={title ?? module.label.many}>
      <div className={classes['head']}>
        <h2>
          {title ?? module.label.many} {views.length > 0 && <span>{views.length}</span>}
        </h2>
        {creates && (
          <Button
            size="compact-sm"
            variant="subtle"
            disabled={refusal !== null}
            {...(refusal === null ? {} : { 'aria-describedby': reasonId })}
            leftSection={<IconPlus size={14} />}
            onClick={() => void navigate({ to: '/$module/new', params: { module: name }, search: { given } })}
          >
            New {module.label.one.toLowerCase()}
          </Button>
        )}
      </div>
      {creates && refusal !== null && (
        <p id={reasonId} className={classes['reason']}>
          {describeCode(refusal).says}
        </p>
      )}
      {views.length > 0 && (
        <ul className={classes['list']}>
          {views.map((view) => (
            <li key={view.id} className={classes['line']}>
              <Link
                to="/$module/$id"
                params={{ module: name, id: view.id }}
                className={classes['link'] ?? ''}
              >
                {titleOf(name, view)}
              </Link>
              <span className={classes['end']}>{renderEnd?.(view)}</span>
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}
