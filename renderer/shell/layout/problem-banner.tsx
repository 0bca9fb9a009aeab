import { Alert, Anchor, Text } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { describeCode } from '#renderer/ui/feedback/describe-fault.ts'
import { healsByItself } from '../sync/sync-words.ts'
import { useSyncStatus } from '../sync/use-sync-status.ts'
import classes from './layout.module.css'

/** A problem that does not heal by itself stands above every screen until it is gone. */
export function ProblemBanner() {
  const { problem } = useSyncStatus()
  if (problem === null || healsByItself(problem.code)) return null
  const fault = describeCode(problem.code, problem.facts)
  return (
    <Alert
      role="alert"
      color="red"
      radius={0}
      className={classes['banner'] ?? ''}
      icon={<IconAlertTriangle aria-hidden />}
      title={fault.says}
      data-code={fault.code}
    >
      <Text size="sm">
        {fault.remedy}{' '}
        <Anchor component={Link} to="/sync" size="sm">
          Open the sync centre
        </Anchor>
      </Text>
    </Alert>
  )
}
