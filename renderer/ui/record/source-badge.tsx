import { Tooltip } from '@mantine/core'
import { IconPlugConnected } from '@tabler/icons-react'
import type { Stamp } from '#app/kernel/index.ts'
import { instantText } from '../format/when.ts'
import classes from './record.module.css'

/** Says that a field's value came by a feed: which one, and when its sender says so. */
export function SourceBadge({ stamp }: { readonly stamp: Stamp }) {
  const words = `From the feed ${stamp.by}, ${instantText(stamp.at)}`
  return (
    <Tooltip label={words}>
      <button type="button" className={classes['source']} aria-label={words}>
        <IconPlugConnected size={13} stroke={1.8} aria-hidden />
      </button>
    </Tooltip>
  )
}
