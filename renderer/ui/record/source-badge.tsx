import { Tooltip } from '@mantine/core'
import { IconHourglassHigh, IconPlugConnected } from '@tabler/icons-react'
import type { Stamp } from '#app/kernel/index.ts'
import { sourceWords } from './stamp-words.ts'
import classes from './record.module.css'

/** Says that a field's value came by a feed, when and by which message; or that a feed is asked to take it. */
export function SourceBadge({ stamp }: { readonly stamp: Stamp }) {
  const words = sourceWords(stamp)
  const isRequest = stamp.awaits !== undefined
  const Icon = isRequest ? IconHourglassHigh : IconPlugConnected
  return (
    <Tooltip label={words}>
      <button
        type="button"
        className={classes['source']}
        data-request={isRequest || undefined}
        aria-label={words}
      >
        <Icon size={13} stroke={1.8} aria-hidden />
        {isRequest && <span>requested</span>}
      </button>
    </Tooltip>
  )
}
