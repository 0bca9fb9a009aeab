import { Anchor } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { Empty } from '#renderer/ui/feedback/empty.tsx'

export function NotFound() {
  return (
    <Empty title="There is no such page here">
      It may lie outside of your access.{' '}
      <Anchor component={Link} to="/">
        Go to the first page
      </Anchor>
      .
    </Empty>
  )
}
