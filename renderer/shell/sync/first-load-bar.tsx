import { Progress } from '@mantine/core'
import { initialShare } from './sync-words.ts'
import { useSyncStatus } from './use-sync-status.ts'
import classes from './sync.module.css'

/** A thin bar at the top while the replica fills. Everything else works meanwhile. */
export function FirstLoadBar() {
  const { initial } = useSyncStatus()
  if (initial === null) return null
  const percent = Math.floor(initialShare(initial) * 100)
  return (
    <Progress
      className={classes['bar'] ?? ''}
      value={Math.max(2, percent)}
      size={3}
      radius={0}
      aria-label={`Loading your records, ${percent} %`}
    />
  )
}
