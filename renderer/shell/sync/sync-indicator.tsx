import { Tooltip, VisuallyHidden } from '@mantine/core'
import { IconAlertTriangle, IconCloudCheck, IconCloudOff, IconRefresh } from '@tabler/icons-react'
import type { Icon } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { syncWords } from './sync-words.ts'
import type { SyncTone } from './sync-words.ts'
import { useSyncStatus } from './use-sync-status.ts'
import classes from './sync.module.css'

const signs: Record<SyncTone, Icon> = {
  done: IconCloudCheck,
  working: IconRefresh,
  waiting: IconCloudOff,
  attention: IconAlertTriangle,
}

/** The state of replication in the header: a sign and words, so that nothing hangs on colour alone. */
export function SyncIndicator() {
  const status = useSyncStatus()
  const words = syncWords(status)
  const Sign = signs[words.tone]
  return (
    <>
      <Tooltip label={words.sentence} multiline maw={320}>
        <Link
          to="/sync"
          className={classes['indicator'] ?? ''}
          data-tone={words.tone}
          data-sync={status.phase}
        >
          <Sign size={16} stroke={1.8} aria-hidden className={classes['sign']} />
          <span>{words.short}</span>
        </Link>
      </Tooltip>
      {/* Counts change too often to be read out; the tone is what matters to somebody who listens. */}
      <VisuallyHidden aria-live="polite" key={words.tone}>
        {words.tone === 'working' ? '' : words.sentence}
      </VisuallyHidden>
    </>
  )
}
