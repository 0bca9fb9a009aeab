import { Tooltip } from '@mantine/core'
import { IconPlugConnected } from '@tabler/icons-react'
import type { Stamp } from '#app/kernel/index.ts'
import { sourceWords } from './stamp-words.ts'
import classes from './record.module.css'

/** Says that a field's value came by a feed, when its sender says so, and by which message. */
export function SourceBadge({ stamp }: { readonly stamp: Stamp }) {
  const words = sourceWords(stamp)
  return (
    <Tooltip label={words}>
      <button type="button" className={classes['source']} aria-label={words}>
        <IconPlugConnected size={13} stroke={1.8} aria-hidden />
      </button>
    </Tooltip>
  )
}
