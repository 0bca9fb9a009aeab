import { Alert, Button, Group, Text } from '@mantine/core'
import { IconUrgent } from '@tabler/icons-react'
import { useEffect, useState } from 'react'

const SECOND = 1000

type EmergencyBannerProps = {
  readonly title: string
  /** Milliseconds. */
  readonly left: number
  readonly onEnd: () => void
}

/** Stays above everything that an emergency shows. */
export function EmergencyBanner({ title, left, onEnd }: EmergencyBannerProps) {
  return (
    <Alert color="red" icon={<IconUrgent aria-hidden />} title={title} role="status" mb="md">
      <Group justify="space-between">
        <Text size="sm">
          Everything you see here is written down, and a supervisor signs it off. It ends in{' '}
          {Math.max(1, Math.ceil(left / (60 * SECOND)))} min.
        </Text>
        <Button color="red" size="compact-sm" onClick={onEnd}>
          End it now
        </Button>
      </Group>
    </Alert>
  )
}

/** What `look` says, each second anew. It must stay the same between renders. */
export function useEachSecond(look: () => number): number {
  const [seen, setSeen] = useState(look)
  useEffect(() => {
    const timer = setInterval(() => setSeen(look()), SECOND)
    return () => clearInterval(timer)
  }, [look])
  return seen
}
