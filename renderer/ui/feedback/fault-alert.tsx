import { Alert, Text } from '@mantine/core'
import { IconAlertCircle } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import type { FaultDescription } from './describe-fault.ts'

/** A failure in the catalogue's words. It takes the screen reader's attention once, when it appears. */
export function FaultAlert({
  fault,
  children,
}: {
  readonly fault: FaultDescription
  readonly children?: ReactNode
}) {
  return (
    <Alert
      role="alert"
      color="red"
      variant="light"
      icon={<IconAlertCircle aria-hidden />}
      title={fault.says}
      data-code={fault.code}
    >
      <Text size="sm">{fault.remedy}</Text>
      {children}
    </Alert>
  )
}
