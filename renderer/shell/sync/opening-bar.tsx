import { Progress, Text, Tooltip, VisuallyHidden } from '@mantine/core'
import { useLoading } from './use-loading.ts'
import classes from './sync.module.css'

/** A thin bar at the top while the rest of what lies on the disk is read in. It lies over the frame: nothing moves. */
export function OpeningBar() {
  const loading = useLoading()
  return (
    <>
      <VisuallyHidden role="status">{loading?.spoken}</VisuallyHidden>
      {loading !== null && (
        <Tooltip label={loading.sentence}>
          <div className={classes['bar']} data-opening={loading.percent}>
            <Progress
              value={Math.max(2, loading.percent)}
              size={3}
              radius={0}
              aria-label="Opening the rest of your records"
            />
          </div>
        </Tooltip>
      )}
    </>
  )
}

/** The same in the sync centre, in words. */
export function OpeningProgress() {
  const loading = useLoading()
  if (loading === null) return null
  return (
    <div>
      <Text size="sm" mb={4}>
        {loading.sentence}
      </Text>
      <Progress value={loading.percent} size="sm" aria-label="Opening the rest of your records" />
    </div>
  )
}
