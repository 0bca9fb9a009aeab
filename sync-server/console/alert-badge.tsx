import { Badge } from '@mantine/core'
import { addressOf } from './route.ts'
import { useConsole } from './session.tsx'

/** How many alerts nobody has seen yet, on every page. */
export function AlertBadge() {
  const { data } = useConsole('access-alerts', {})
  const unseen = data?.alerts.filter(({ seenAt }) => seenAt === null).length ?? 0
  if (unseen === 0) return null
  return (
    <Badge component="a" href={addressOf('alerts')} color="red" tt="none">
      {unseen === 1 ? '1 alert' : `${unseen} alerts`}
    </Badge>
  )
}
