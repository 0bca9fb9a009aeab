import { Tooltip } from '@mantine/core'
import { IconArrowsSplit2, IconCloudUp } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import type { ModuleName } from '#app/modules/index.ts'
import { titleOf } from '../data/titles.ts'
import type { RecordView } from '../record/presentation.ts'
import classes from './list.module.css'

/** The name of a record as a link, with signs for what a list should not hide: unsent edits and lost values. */
export function RecordTitleCell({
  module,
  view,
}: {
  readonly module: ModuleName
  readonly view: RecordView
}) {
  return (
    <span className={classes['titleCell']}>
      <Link
        to="/$module/$id"
        params={{ module, id: view.id }}
        tabIndex={-1}
        className={classes['titleLink'] ?? ''}
        onClick={(event) => event.stopPropagation()}
      >
        {titleOf(module, view)}
      </Link>
      {view.edit !== '' && (
        <Tooltip label="Not sent yet">
          <IconCloudUp size={14} className={classes['sign']} role="img" aria-label="Not sent yet" />
        </Tooltip>
      )}
      {view.conflicts.some((conflict) => conflict.state === 'open') && (
        <Tooltip label="A value lost against another">
          <IconArrowsSplit2
            size={14}
            className={classes['sign']}
            role="img"
            aria-label="A value lost against another"
          />
        </Tooltip>
      )}
    </span>
  )
}
